"""A checker from outside: knows public addresses and other libraries, nothing of ours."""

import base64
import zlib
from typing import Any

import base45
import cbor2
import cwt
import httpx
import pypdfium2
import zxingcpp
from PIL import Image
from token_status_list import BitArray

PRIVATE_CLAIMS, LIST_NUMBER, LIST_INDEX = -65537, 8, 9
STATUS_LIST_CLAIM = 65533


def public_keys(client: httpx.Client) -> list[Any]:
    """The keys that the installation publishes, for the `cwt` library."""
    return [
        cwt.COSEKey.new(
            {1: 2, 2: _bytes(jwk["kid"]), 3: -7, -1: 1, -2: _bytes(jwk["x"]), -3: _bytes(jwk["y"])}
        )
        for jwk in client.get("/.well-known/jwks.json").json()["keys"]
    ]


def read_certificate(client: httpx.Client, text: str) -> dict[int, Any]:
    """The claims in the text of a QR, verified by the `cwt` library."""
    prefix, _, encoded = text.partition(":")
    assert prefix == "STRP1"
    return cwt.decode(base45.b45decode(encoded), keys=public_keys(client))


def status(client: httpx.Client, claims: dict[int, Any]) -> int:
    """The status of a certificate, read by the library for Token Status Lists."""
    private = claims[PRIVATE_CLAIMS]
    answer = client.get(f"/status-lists/{private[LIST_NUMBER]}")
    assert answer.headers["content-type"] == "application/statuslist+cwt"
    listed = cwt.decode(answer.content, keys=public_keys(client))[STATUS_LIST_CLAIM]
    return BitArray(listed["bits"], zlib.decompress(listed["lst"]))[private[LIST_INDEX]]


def symbols_in_pdf(content: bytes) -> list[str]:
    """The texts of the QR symbols on each page of a PDF, as a scanner sees the printed page."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [text for page in document for text in symbols(page.render(scale=2).to_pil())]
    finally:
        document.close()


def symbols(picture: Image.Image) -> list[str]:
    """The texts of the QR symbols in a picture."""
    return [
        found.text
        for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    ]


def tampered(text: str) -> str:
    """A certificate whose holder somebody has changed, the signature left as it was."""
    prefix, _, encoded = text.partition(":")
    message = cbor2.loads(base45.b45decode(encoded))
    protected, unprotected, payload, signature = message.value
    claims = cbor2.loads(payload)
    claims[PRIVATE_CLAIMS][1] = "Orang Lain"
    forged = cbor2.CBORTag(18, [protected, unprotected, cbor2.dumps(claims), signature])
    return f"{prefix}:{base45.b45encode(cbor2.dumps(forged)).decode()}"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
