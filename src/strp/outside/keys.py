"""Keys: read from files, used to seal, find, tag and sign.

`STRP_DATA_DIR/keys/` holds, each readable by its owner alone:

    seal-NNN.key      AES-256 keys; the highest number seals, every one opens
    index.key         secret of the keyed index that finds a NIK or an address
    tag.key           secret of receipts, serials, links and form tokens
    signing-NNN.pem   P-256 keys; the highest number that was published long enough signs,
                      every one verifies
    exercise-NNN.pem  P-256 keys of exercises, which sign certificates of exercises alone
    bundle-NNN.pem    P-256 keys that sign trust bundles, and nothing else; every one signs

Rotation is a new file with the next number (`strp keys rotate seal|signing|exercise|bundle`). The
index and tag keys are not rotated: what they made is written on paper and in every index entry.
"""

import errno
import hashlib
import hmac
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strp.credential.signing import SigningKey
from strp.domain.errors import Unavailable
from strp.domain.identifiers import TaggedNumbers
from strp.domain.text import Text
from strp.outside.machine.key_files import (
    ADDED,
    BUNDLE_KEYS,
    EXERCISE_KEYS,
    KEY_BYTES,
    SIGNING_KEYS,
    check_key_files,
    find_key_files,
    keys_missing,
    keys_unreadable,
)

NONCE_BYTES = 12
ENVELOPE_BYTES = 1 + NONCE_BYTES + 16
"""What an envelope is longer than what it holds: key number, nonce, tag."""
PUBLISH_S = 6 * 3600
"""Trust bundles are renewed at least this often (`usecases/certificates/trust.py`)."""
HAND_OVER_S = 30 * 86_400
"""For so long after an upgrade the key of certificates signs bundles too: devices that pinned it
come on line meanwhile, and learn which key signs bundles from now on."""
INDEX_BYTES = 16
ROTATED = {"seal": "key", "signing": "pem", "exercise": "pem", "bundle": "pem"}
BUNDLE_SIGNER = "signing bundle "
TOGETHER_S = 600
"""Keys whose files are no further apart were made by one start."""


class KeyRing:
    """The keys of one installation.

    Args:
        seal_keys: AES-256 keys by number, 1–255.
        index_key: secret of the keyed index.
        tag_key: secret of receipts, serials and links.
        signing: P-256 keys, the one that signs first.
        exercise: the same for certificates of exercises.
        bundle: P-256 keys that sign bundles, the one whose signature comes first.
        handing_over: keys of certificates that sign bundles before those, after an upgrade.
    """

    def __init__(
        self,
        *,
        seal_keys: dict[int, bytes],
        index_key: bytes,
        tag_key: bytes,
        signing: Iterable[SigningKey],
        exercise: Iterable[SigningKey],
        bundle: Iterable[SigningKey],
        handing_over: Iterable[SigningKey] = (),
    ) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in seal_keys.items()}
        self._current = max(seal_keys)
        self._index = hashlib.blake2b(digest_size=INDEX_BYTES, key=index_key)
        self._tag_key = tag_key
        self.signing = tuple(signing)
        self.exercise = tuple(exercise)
        self.published = (*self.signing, *self.exercise)
        self.verifying = {key.kid: key.verifying for key in self.published}
        self.bundle = tuple(bundle)
        self.bundle_signers = (*handing_over, *self.bundle)
        self.receipts = TaggedNumbers(tag_key, "receipt")
        self.serials = TaggedNumbers(tag_key, "serial")
        self.prints = {
            "index": _print_of(index_key),
            "tag": _print_of(tag_key),
            **{f"seal {number}": _print_of(key) for number, key in seal_keys.items()},
            **{f"signing {key.verifying.thumbprint}": b"" for key in self.signing},
            **{f"{BUNDLE_SIGNER}{key.verifying.thumbprint}": b"" for key in self.bundle},
        }
        self.room_key = self.mac("waiting-room", b"")

    @property
    def current_seal(self) -> int:
        """Number of the key that seals now."""
        return self._current

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """Seal bytes: key number (1 byte), nonce (12), ciphertext with tag (NIST SP 800-38D).

        Args:
            plain: what to seal.
            aad: what it belongs to (table and key); opening needs the same.
        """
        return self.seal_all([plain], [aad])[0]

    def seal_all(self, plains: Sequence[bytes], aads: Sequence[bytes]) -> list[bytes]:
        """Seal several, their random nonces drawn at once.

        Args:
            plains: what to seal.
            aads: what each belongs to.
        """
        prefix = bytes((self._current,))
        encrypt = self._ciphers[self._current].encrypt
        nonces = os.urandom(NONCE_BYTES * len(plains))
        return [
            prefix + (nonce := nonces[start : start + NONCE_BYTES]) + encrypt(nonce, plain, aad)
            for start, plain, aad in zip(
                range(0, len(nonces), NONCE_BYTES), plains, aads, strict=True
            )
        ]

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """Open an envelope.

        Args:
            sealed: envelope, as it is stored.
            aad: what the envelope was bound to when it was sealed: the row that it stands in.

        Raises:
            Unavailable: the key is not here, or the envelope was changed or moved.
        """
        cipher = self._ciphers.get(sealed[0]) if sealed else None
        if cipher is None:
            raise _cannot_open("seal-key-missing")
        start = 1 + NONCE_BYTES
        try:
            return cipher.decrypt(bytes(sealed[1:start]), bytes(sealed[start:]), aad)
        except InvalidTag:
            raise _cannot_open("seal-broken") from None

    def index(self, text: str) -> bytes:
        """Keyed index of a normalised identity, 16 bytes: equal texts, equal bytes."""
        keyed = self._index.copy()
        keyed.update(text.encode())
        return keyed.digest()

    def mac(self, purpose: str, data: bytes) -> bytes:
        """Keyed tag of 32 bytes for links and form tokens (RFC 2104).

        Args:
            purpose: keeps tags of one use apart from those of another; no zero byte.
            data: what is tagged.
        """
        return hmac.digest(self._tag_key, purpose.encode() + b"\0" + data, "sha256")


def _print_of(key: bytes) -> bytes:
    """What tells one secret key from another, and nothing else of it."""
    return hashlib.blake2b(b"print", key=key, digest_size=16).digest()


def load_keys(folder: Path) -> KeyRing:
    """Load the keys of an installation; a first start makes them.

    Args:
        folder: `STRP_DATA_DIR/keys`.

    Raises:
        Unavailable: `keys-missing`; some of them are there and others are not. Or
            `keys-unreadable`; names the file.
    """
    check_key_files(folder)
    if not any(find_key_files(folder).values()):
        _make_keys(folder)
    found = find_key_files(folder)
    missing = [name for name, paths in found.items() if not paths]
    if not ADDED.issuperset(missing):
        raise keys_missing(folder, missing)
    for name in missing:  # earlier releases had none
        _write_new(folder / name.replace("*", "001"), SigningKey.generate().to_pem())
        found = find_key_files(folder)
    signing = {path: _signing_key(path) for path in _signing_order(found[SIGNING_KEYS])}
    return KeyRing(
        seal_keys={_number(path): path.read_bytes() for path in found["seal-*.key"]},
        index_key=(folder / "index.key").read_bytes(),
        tag_key=(folder / "tag.key").read_bytes(),
        signing=signing.values(),
        bundle=[_signing_key(path) for path in _signing_order(found[BUNDLE_KEYS])],
        handing_over=[signing[path] for path in _handing_over(found)],
        exercise=[
            _signing_key(path, exercise=True) for path in _signing_order(found[EXERCISE_KEYS])
        ],
    )


def _signing_key(path: Path, *, exercise: bool = False) -> SigningKey:
    try:
        return SigningKey.from_pem(path.read_bytes(), exercise=exercise)
    except Unavailable:
        raise keys_unreadable(path, "no private P-256 key") from None


def _signing_order(found: Sequence[Path]) -> list[Path]:
    """The key that signs, then the others.

    A new one signs once every checkpoint can have it: from the first start after it was
    published for `PUBLISH_S`.
    """
    ripe = time.time() - PUBLISH_S
    keys = sorted(found, key=_number, reverse=True)
    return sorted(keys, key=lambda path: path.stat().st_mtime > ripe and path != keys[-1])


def _handing_over(found: Mapping[str, Sequence[Path]]) -> list[Path]:
    """The key of certificates that signed bundles until an upgrade brought keys for that alone."""
    first = min(path.stat().st_mtime for path in found[BUNDLE_KEYS])
    if first < time.time() - HAND_OVER_S:
        return []
    older = (path for path in found[SIGNING_KEYS] if path.stat().st_mtime < first - TOGETHER_S)
    return _signing_order(list(older))[:1]


def _make_keys(folder: Path) -> None:
    """Make every key, all at one stroke: a crash leaves none, and two starters agree on one set."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".keys-", dir=folder.parent))
    for name in ("seal-001.key", "index.key", "tag.key"):
        _write_new(draft / name, secrets.token_bytes(KEY_BYTES))
    _write_new(draft / "signing-001.pem", SigningKey.generate().to_pem())
    for name in ADDED:
        _write_new(draft / name.replace("*", "001"), SigningKey.generate().to_pem())
    try:
        draft.rename(folder)
    except OSError as error:
        shutil.rmtree(draft)
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise


def rotate_key(folder: Path, kind: str) -> Path:
    """Add the next key of a kind; processes use it from their next start.

    Args:
        kind: "seal", "signing", "exercise" or "bundle".

    Returns:
        The new file.
    """
    suffix = ROTATED[kind]
    numbers = [_number(path) for path in folder.glob(f"{kind}-*.{suffix}")]
    path = folder / f"{kind}-{max(numbers, default=0) + 1:03d}.{suffix}"
    fresh = secrets.token_bytes(KEY_BYTES) if kind == "seal" else SigningKey.generate().to_pem()
    _write_new(path, fresh)
    return path


def _write_new(path: Path, content: bytes) -> None:
    """Write a key so that a crash leaves the whole file or none, and two starters agree on one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 (a descriptor)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _number(path: Path) -> int:
    return int(path.stem.rsplit("-", 1)[1])


def _cannot_open(code: str) -> Unavailable:
    return Unavailable(
        code,
        Text(
            id="Data tersegel tidak dapat dibuka: kunci tidak ada atau data berubah. "
            "Hubungi operator; jangan membuat kunci baru.",
            en="Sealed data cannot be opened: its key is missing or the data was changed. "
            "Tell the operator; do not make new keys.",
        ),
    )
