"""Status lists: bytes on the wire, time to build, time to look up; and what a late device fetches.

    python -m bench.status_lists [--lists 260]

Targets (issue 16): a million entries at 1 % revoked at most 16 KB; 17 million built in 2 s; look-up
under a microsecond. Seconds are of the processor, so that neighbours do not count.
"""

import argparse
import gzip
import json
import random
import time
from datetime import UTC, datetime, timedelta

from strp.credential.make_bundle import SignedList, build_bundle
from strp.credential.signing import SigningKey
from strp.credential.status_list import StatusList, pack_statuses, sign_status_list
from strp.domain.certificates.certificate import Status
from strp.domain.epochs import LOWEST_EPOCH, NUMBERS_OF_EPOCH

MILLION = 1 << 20
SHARE = 100
NOW = datetime(2021, 7, 6, 3, tzinfo=UTC)
KEY = SigningKey.generate()
CHANCE = random.Random(16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=int, default=260, help="of 65,536; 260 are 17 million")
    options = parser.parse_args()
    revoked = [places(NUMBERS_OF_EPOCH) for _ in range(options.lists)]
    began = time.process_time()
    packed = [pack_statuses(each, size=NUMBERS_OF_EPOCH) for each in revoked]
    packed_s = time.process_time() - began
    lists = [token(LOWEST_EPOCH + number, entries) for number, entries in enumerate(packed)]
    built_s = time.process_time() - began
    bundle = bundle_of(lists)
    print(
        json.dumps(
            {
                "million_in_one_list_bytes": len(token(0, pack_statuses(places(MILLION))).cwt),
                "million_in_16_lists_bytes": sum(len(each.cwt) for each in lists[:16]),
                "all_lists_bytes": sum(len(each.cwt) for each in lists),
                "bundle_without_lists_gzip_bytes": len(gzip.compress(bundle)),
                "entries": options.lists * NUMBERS_OF_EPOCH,
                "packed_s": round(packed_s, 2),
                "packed_compressed_signed_s": round(built_s, 2),
                "look_up_us": round(look_up_us(packed[0]), 2),
            },
            indent=1,
        )
    )


def places(size: int) -> list[tuple[int, Status]]:
    """One in a hundred, anywhere."""
    return [(place, Status.REVOKED) for place in CHANCE.sample(range(size), size // SHARE)]


def token(number: int, entries: bytes) -> SignedList:
    """A list as it is served."""
    uri = f"https://strp.example/status-lists/{number}"
    expires_at = NOW + timedelta(hours=30)
    cwt = sign_status_list(
        entries, uri=uri, issued_at=NOW, expires_at=expires_at, ttl_s=60, key=KEY
    )
    return SignedList(number, uri, NOW, cwt)


def bundle_of(lists: list[SignedList]) -> bytes:
    """A bundle that names the lists."""
    return build_bundle(
        issuer="ID-JK", issued_at=NOW, next_update=NOW, keys=[KEY], periods=[], lists=lists
    )


def look_up_us(entries: bytes) -> float:
    """Microseconds of one look-up."""
    known = StatusList("", NOW, entries)
    status = known.status
    began = time.process_time()
    for index in range(NUMBERS_OF_EPOCH):
        status(index)
    return (time.process_time() - began) / NUMBERS_OF_EPOCH * 1e6


if __name__ == "__main__":
    main()
