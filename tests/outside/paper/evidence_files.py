"""Letters and permits as employers send them, and files that only look like one."""

import io
from collections.abc import Iterator

import numpy
import pikepdf
from PIL import Image, ImageDraw

A4 = (595, 842)
BOMB_BYTES = 400 << 20


def jpeg(width: int = 1200, height: int = 1600, **options: object) -> bytes:
    """A photo of a letter."""
    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).text((80, 80), "Surat Keterangan PSN", fill="black")
    return saved(picture, "JPEG", **options)


def noise(width: int, height: int, kind: str = "JPEG") -> bytes:
    """A picture that nothing makes small."""
    bits = numpy.random.default_rng(7).integers(0, 256, (height, width, 3), numpy.uint8)
    return saved(Image.fromarray(bits), kind)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def pdf(pages: int = 1, size: tuple[float, float] = A4, **options: object) -> bytes:
    """A letter of several pages with a line of text on each."""
    document = pikepdf.new()
    for number in range(pages):
        page = document.add_blank_page(page_size=size)
        page.Contents = document.make_stream(
            f"BT /F1 24 Tf 72 700 Td (Surat Keterangan PSN {number + 1}) Tj ET".encode()
        )
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                F1=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font,
                    Subtype=pikepdf.Name.Type1,
                    BaseFont=pikepdf.Name.Helvetica,
                )
            )
        )
    return written(document, **options)


def written(document: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def encrypted() -> bytes:
    """A letter that opens only with a password."""
    return pdf(encryption=pikepdf.Encryption(owner="rahasia", user="rahasia"))


def with_script_and_attachment() -> bytes:
    """A letter that starts a script when it is opened, and carries a program."""
    document = pikepdf.open(io.BytesIO(pdf()))
    document.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS="app.alert('SKRIP-BUKTI')"
    )
    document.attachments["virus.exe"] = b"MZ-LAMPIRAN-BUKTI"
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["PENULIS-BUKTI"]
    return written(document)


def pdf_bomb() -> bytes:
    """A page whose content unpacks to hundreds of megabytes of work."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=A4)
    drawing = b"0 0 595 842 re f\n" * (BOMB_BYTES // 17)
    page.Contents = document.make_stream(drawing)
    return written(document, compress_streams=True)


def no_evidence() -> Iterator[bytes]:
    """What is no letter at all."""
    yield b""
    yield b"#!/bin/sh\nrm -rf /\n"
    yield b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    yield b"<html><script>alert(1)</script></html>"
    yield b"PK\x03\x04" + bytes(100)
    yield b"GIF89a" + bytes(100)
    yield b"MZ" + bytes(100)
    yield b"%!PS-Adobe-3.0\n"
    yield b"GIF89a" + pdf()  # a PDF behind the head of another kind
    yield b"%PDF-1.7\n" + bytes(200)
    yield b"\xff\xd8\xff" + bytes(200)
    yield b"\x89PNG\r\n\x1a\n" + bytes(200)
    yield jpeg()[:300]
