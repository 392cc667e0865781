"""Keys from files: sealed data open where they belong, and rotation breaks nothing."""

import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from strp.domain.errors import Unavailable
from strp.outside.keys import HAND_OVER_S, PUBLISH_S, load_keys, rotate_key

PLAIN, ROW = b"Siti Aminah", b"worker:1"


def test_what_was_sealed_opens_where_it_belongs(tmp_path: Path) -> None:
    keys = load_keys(tmp_path)
    assert keys.open(keys.seal(PLAIN, ROW), ROW) == PLAIN


def test_an_envelope_shows_nothing_of_what_it_holds(tmp_path: Path) -> None:
    assert PLAIN not in load_keys(tmp_path).seal(PLAIN, ROW)


def test_an_envelope_moved_to_another_row_does_not_open(tmp_path: Path) -> None:
    keys = load_keys(tmp_path)
    sealed = keys.seal(PLAIN, ROW)
    with pytest.raises(Unavailable, match="seal-broken"):
        keys.open(sealed, b"worker:2")


def test_an_envelope_with_one_byte_changed_does_not_open(tmp_path: Path) -> None:
    keys = load_keys(tmp_path)
    sealed = bytearray(keys.seal(PLAIN, ROW))
    sealed[-1] ^= 1
    with pytest.raises(Unavailable, match="seal-broken"):
        keys.open(bytes(sealed), ROW)


def test_many_envelopes_never_share_a_nonce(tmp_path: Path) -> None:
    sealed = load_keys(tmp_path).seal_all([PLAIN] * 9, [ROW] * 9)
    assert len({envelope[1:13] for envelope in sealed}) == 9


def test_a_rotated_seal_key_opens_what_the_old_one_sealed(tmp_path: Path) -> None:
    sealed = load_keys(tmp_path).seal(PLAIN, ROW)
    rotate_key(tmp_path, "seal")
    assert load_keys(tmp_path).open(sealed, ROW) == PLAIN


def test_the_newest_seal_key_seals(tmp_path: Path) -> None:
    load_keys(tmp_path)
    rotate_key(tmp_path, "seal")
    assert load_keys(tmp_path).seal(PLAIN, ROW)[0] == 2


def test_without_its_seal_key_an_envelope_says_what_is_missing(tmp_path: Path) -> None:
    load_keys(tmp_path)
    newer = rotate_key(tmp_path, "seal")
    sealed = load_keys(tmp_path).seal(PLAIN, ROW)
    newer.unlink()
    with pytest.raises(Unavailable, match="seal-key-missing"):
        load_keys(tmp_path).open(sealed, ROW)


def test_a_new_signing_key_is_published_before_it_signs(tmp_path: Path) -> None:
    old = load_keys(tmp_path / "keys").signing[0].kid
    rotate_key(tmp_path / "keys", "signing")
    kids = [key.kid for key in load_keys(tmp_path / "keys").signing]
    assert (kids[0], len(kids)) == (old, 2)


def test_a_signing_key_that_was_published_long_enough_signs(tmp_path: Path) -> None:
    old = load_keys(tmp_path / "keys").signing[0].kid
    newer = rotate_key(tmp_path / "keys", "signing")
    os.utime(newer, (0, time.time() - PUBLISH_S - 1))
    kids = [key.kid for key in load_keys(tmp_path / "keys").signing]
    assert kids[0] != old
    assert kids[1:] == [old]


@pytest.mark.parametrize("lost", ["index.key", "tag.key", "seal-001.key", "signing-001.pem"])
def test_a_lost_key_is_asked_for_and_never_made_anew(tmp_path: Path, lost: str) -> None:
    load_keys(tmp_path / "keys")
    (tmp_path / "keys" / lost).unlink()
    with pytest.raises(Unavailable, match="keys-missing"):
        load_keys(tmp_path / "keys")


def test_two_first_starts_at_once_agree_on_one_set_of_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(load_keys, [tmp_path / "keys"] * 8))
    assert len({ring.index("NIK:1") for ring in rings}) == 1


def test_rotation_keeps_receipts_and_indexes(tmp_path: Path) -> None:
    before = load_keys(tmp_path)
    rotate_key(tmp_path, "seal")
    rotate_key(tmp_path, "signing")
    after = load_keys(tmp_path)
    assert (after.index("NIK:1"), after.receipts.write(7)) == (
        before.index("NIK:1"),
        before.receipts.write(7),
    )


def test_a_second_start_takes_the_keys_of_the_first(tmp_path: Path) -> None:
    sealed = load_keys(tmp_path).seal(PLAIN, ROW)
    assert load_keys(tmp_path).open(sealed, ROW) == PLAIN


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    load_keys(folder)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert (stat.S_IMODE(folder.stat().st_mode), modes) == (0o700, {0o600})


def test_an_exercise_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = load_keys(tmp_path / "keys")
    assert keys.exercise[0].exercise and keys.exercise[0].kid != keys.signing[0].kid


def test_an_installation_of_an_earlier_release_gets_the_key_of_exercises(tmp_path: Path) -> None:
    load_keys(tmp_path / "keys")
    (tmp_path / "keys" / "exercise-001.pem").unlink()
    made = load_keys(tmp_path / "keys").exercise[0].kid
    assert load_keys(tmp_path / "keys").exercise[0].kid == made


def test_the_key_of_exercises_is_rotated_as_the_others(tmp_path: Path) -> None:
    old = load_keys(tmp_path / "keys").exercise[0].kid
    rotate_key(tmp_path / "keys", "exercise")
    after = load_keys(tmp_path / "keys")
    assert (after.exercise[0].kid, len(after.exercise), len(after.signing)) == (old, 2, 1)
    assert all(key.exercise for key in after.exercise)


def test_bundles_are_signed_by_a_key_that_signs_nothing_else(tmp_path: Path) -> None:
    keys = load_keys(tmp_path / "keys")
    assert keys.bundle_signers == keys.bundle
    assert keys.bundle[0] not in keys.published


def test_a_rotated_bundle_key_signs_beside_the_old_one_and_first_once_it_is_known(
    tmp_path: Path,
) -> None:
    old = load_keys(tmp_path / "keys").bundle[0].kid
    newer = rotate_key(tmp_path / "keys", "bundle")
    assert load_keys(tmp_path / "keys").bundle_signers[0].kid == old
    os.utime(newer, (0, time.time() - PUBLISH_S - 1))
    kids = [key.kid for key in load_keys(tmp_path / "keys").bundle_signers]
    assert (len(kids), kids[1]) == (2, old)


def upgraded(folder: Path, days_ago: float) -> Path:
    """An installation of an earlier release whose first start with a bundle key was days ago."""
    load_keys(folder)
    moment = time.time() - days_ago * 86_400
    os.utime(folder / "bundle-001.pem", (0, moment))
    os.utime(folder / "signing-001.pem", (0, moment - 86_400))
    return folder


def test_after_an_upgrade_the_key_of_certificates_signs_bundles_for_thirty_days_too(
    tmp_path: Path,
) -> None:
    load_keys(tmp_path / "keys")
    (tmp_path / "keys" / "bundle-001.pem").unlink()
    os.utime(tmp_path / "keys" / "signing-001.pem", (0, time.time() - 86_400))
    keys = load_keys(tmp_path / "keys")
    assert keys.bundle_signers == (keys.signing[0], keys.bundle[0])
    keys = load_keys(upgraded(tmp_path / "later", HAND_OVER_S / 86_400 - 1))
    assert keys.bundle_signers == (keys.signing[0], keys.bundle[0])
    keys = load_keys(upgraded(tmp_path / "ended", HAND_OVER_S / 86_400 + 1))
    assert keys.bundle_signers == keys.bundle


def test_a_key_of_certificates_that_came_after_the_bundle_key_never_signs_bundles(
    tmp_path: Path,
) -> None:
    folder = upgraded(tmp_path / "keys", 1)
    rotate_key(folder, "signing")
    (folder / "signing-001.pem").unlink()
    keys = load_keys(folder)
    assert keys.bundle_signers == keys.bundle
