"""Certificates encoded and signed a second, against raw ES256 of the same bytes on the same core.

    python bench/issue.py [--count 5000] [--rounds 5]

Every line of a round runs right after the other, and the best round of each counts, so that what
else the machine does falls on all alike. `cbor2 + cryptography` is what a competent team would
write, `cwt` the usual library. Raw signatures are those of AWS-LC, which STRP signs with.
Target: 0.6 of raw signing (issue 2).
"""

import argparse
import hashlib
import json
import platform
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import process_time

import cbor2
import cwt
import segno
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from strp.credential.certificate import Profile, issue
from strp.credential.codec import base45_decode, base45_encode, write_text
from strp.credential.signing import SigningKey, raw_signer
from strp.domain.certificates.certificate import Claims, compose, grounds
from strp.domain.identifiers import PeriodId
from strp.domain.roster.row import SiteType
from strp.domain.rules.policy import Period, SectorClass
from strp.domain.text import Text
from strp.outside.paper.qr_writer import draw_symbol

ES256 = ec.ECDSA(hashes.SHA256())
PERIOD = Period(PeriodId(1), "2021-07", Text("Juli", "July"), date(2021, 7, 3), date(2021, 7, 20))
SHARED = grounds(
    issuer="ID-JK",
    issued_at=datetime(2021, 7, 6, 3, 0, tzinfo=UTC),
    period=PERIOD,
    employer="PT PERUSAHAAN GAS DAN LISTRIK NUSANTARAS",
    sector="K-d",
    sector_class=SectorClass.CRITICAL,
    region=3174,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    claims = [_claims(number) for number in range(options.count)]
    contestants = _contestants(SigningKey.generate(), claims)
    best = dict.fromkeys(contestants, float("inf"))
    for _ in range(options.rounds):
        for name, run in contestants.items():
            start = process_time()
            run()
            best[name] = min(best[name], process_time() - start)
    _report({name: options.count / seconds for name, seconds in best.items()}, options.json)
    if not options.json:
        _report_symbols(write_text(issue([Profile("ID-JK").prepare(claims[0])], _KEY)[0]))


_KEY = SigningKey.generate()


def _claims(number: int) -> Claims:
    return compose(
        SHARED,
        serial_no=number,
        serial=number << 20 | 12345,
        holder=f"NUR HIDAYATULLAH ABDURRAHMAN SIREGAR {number % 1000:03d}",
        identity=f"31740101900{number % 100000:05d}",
        site_type=SiteType.SERVICE,
    )


def _contestants(key: SigningKey, claims: list[Claims]) -> dict[str, Callable[[], object]]:
    profile = Profile("ID-JK")
    private_key = serialization.load_pem_private_key(key.to_pem(), None)
    assert isinstance(private_key, ec.EllipticCurvePrivateKey)
    sign = raw_signer(private_key).sign
    signed = [_sig_structure(key, _payload(each)) for each in claims]
    cose_key = cwt.COSEKey.from_pem(key.to_pem(), kid=key.kid)
    return {
        "raw ES256": lambda: [sign(hashlib.sha256(data).digest()) for data in signed],
        "raw ES256 (OpenSSL)": lambda: [private_key.sign(data, ES256) for data in signed],
        "strp (prepare and issue)": lambda: issue(map(profile.prepare, claims), key),
        "cbor2 + cryptography": lambda: [_plain(each, key, private_key) for each in claims],
        "cwt": lambda: [cwt.encode(_claims_set(each), cose_key) for each in claims],
    }


def _claims_set(claims: Claims) -> dict[int, object]:
    return {
        1: claims.issuer,
        4: int(claims.expires_at.timestamp()),
        6: int(claims.issued_at.timestamp()),
        7: claims.serial.to_bytes(8),
        -65537: {
            1: claims.holder,
            2: int(claims.identity_tail),
            3: claims.employer,
            4: 2,
            5: 1,
            6: claims.region,
            7: claims.period_id,
            8: claims.status_list,
            9: claims.status_index,
            10: 4,
        },
    }


def _payload(claims: Claims) -> bytes:
    return cbor2.dumps(_claims_set(claims))


def _sig_structure(key: SigningKey, payload: bytes) -> bytes:
    header = cbor2.dumps({1: -7, 4: key.kid})
    return cbor2.dumps(["Signature1", header, b"", payload])


def _plain(claims: Claims, key: SigningKey, private_key: ec.EllipticCurvePrivateKey) -> bytes:
    payload = _payload(claims)
    r, s = decode_dss_signature(private_key.sign(_sig_structure(key, payload), ES256))
    header = cbor2.dumps({1: -7, 4: key.kid})
    message = [header, {}, payload, r.to_bytes(32) + s.to_bytes(32)]
    return cbor2.dumps(cbor2.CBORTag(18, message))


def _report(per_s: dict[str, float], as_json: bool) -> None:
    raw = per_s["raw ES256"]
    if as_json:
        ratios = {name: round(rate / raw, 3) for name, rate in per_s.items()}
        print(
            json.dumps(
                {"per_s": {name: round(rate) for name, rate in per_s.items()}} | {"ratio": ratios}
            )
        )
        return
    print(f"{platform.machine()}, Python {platform.python_version()}, one core")
    for name, rate in per_s.items():
        print(f"{name:26} {rate:10,.0f}/s   {rate / raw:.2f} of raw")


def _report_symbols(text: str) -> None:
    token = base45_decode(text[6:])
    assert token is not None
    for name, run in {
        "base45 encode": lambda: base45_encode(token),
        "QR by zxing-cpp, level M": lambda: draw_symbol(text),
        "QR by segno, level M": lambda: segno.make(text, error="m", boost_error=False),
    }.items():
        start = process_time()
        for _ in range(20):
            run()
        print(f"{name:26} {(process_time() - start) / 20 * 1e3:10.3f} ms")


if __name__ == "__main__":
    main()
