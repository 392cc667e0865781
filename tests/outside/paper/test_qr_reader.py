"""Reading certificates from pictures, good and bad."""

import io
import struct
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from strp.credential.signing import SigningKey
from strp.domain.errors import InvalidInput, StrpError, TooLarge, Unsupported
from strp.outside.paper.picture_refusals import IMAGE_MAX_BYTES, PICTURE_CODES
from strp.outside.paper.qr_reader import PNG_MAX_PIXELS, Codes, read_codes, read_qr
from strp.outside.paper.qr_writer import draw_symbol, write_png, write_svg
from tests.credential.claim_cases import PLAIN, sign_text

TEXT = sign_text(PLAIN._replace(holder="W" * 40, employer="W" * 40), SigningKey.generate())


def symbol(side: int = 700) -> Image.Image:
    with Image.open(io.BytesIO(write_png(draw_symbol(TEXT, "Q")))) as image:
        return image.convert("L").resize((side, side))


def saved(image: Image.Image, kind: str = "PNG", **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def photo(width: int = 3000, height: int = 4000, turned: float = 12) -> Image.Image:
    """A grey table with the paper on it, turned."""
    picture = Image.new("L", (width, height), 120)
    paper = symbol(width // 2).rotate(turned, expand=True, fillcolor=120)
    picture.paste(paper, (width // 6, height // 5))
    return picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_every_kind_of_picture_is_read(kind: str) -> None:
    assert read_qr(saved(symbol(), kind)) == TEXT


@pytest.mark.parametrize("turned", [0, 12, 45, 90, 180, 261])
def test_a_photo_may_be_turned(turned: float) -> None:
    assert read_qr(saved(photo(turned=turned), "JPEG")) == TEXT


def test_a_photo_may_be_slanted() -> None:
    slanted = symbol(1000).transform(
        (1300, 1300),
        Image.Transform.PERSPECTIVE,
        (1.1, 0.12, -150, 0.05, 1.15, -150, 0.0001, 0.0002),
        fillcolor=255,
    )
    assert read_qr(saved(slanted, "JPEG")) == TEXT


def test_a_poor_print_is_read() -> None:
    poor = symbol(560).filter(ImageFilter.GaussianBlur(1.6))
    poor = ImageEnhance.Contrast(poor).enhance(0.4)
    noise = Image.effect_noise(poor.size, 40)
    assert read_qr(saved(Image.blend(poor, noise, 0.25), "JPEG", quality=30)) == TEXT


def test_a_print_with_a_fold_and_a_stain_is_read() -> None:
    damaged = symbol(900)
    pen = ImageDraw.Draw(damaged)
    pen.line((0, 455, 900, 462), fill=255, width=6)
    pen.ellipse((560, 600, 640, 680), fill=90)
    assert read_qr(saved(damaged)) == TEXT


def test_a_print_with_light_on_dark_is_read() -> None:
    assert read_qr(saved(symbol().point(lambda value: 255 - value))) == TEXT


def test_a_picture_on_a_clear_ground_is_read() -> None:
    clear = Image.new("LA", (700, 700), (0, 0))
    clear.putalpha(symbol().point(lambda value: 255 - value))
    assert read_qr(saved(clear)) == TEXT


def test_a_huge_photo_of_a_phone_is_read() -> None:
    assert read_qr(saved(photo(8000, 6000, 3), "JPEG")) == TEXT


def test_a_small_code_in_a_large_photo_is_read() -> None:
    picture = Image.new("L", (4000, 3000), 160)
    picture.paste(symbol(460), (2900, 1900))
    assert read_qr(saved(picture, "JPEG")) == TEXT


def test_ours_is_found_beside_another_code() -> None:
    picture = Image.new("L", (1600, 800), 255)
    with Image.open(io.BytesIO(write_png(draw_symbol("https://example.org")))) as other:
        picture.paste(other.convert("L").resize((400, 400)), (0, 0))
    picture.paste(symbol(), (800, 50))
    assert read_qr(saved(picture)) == TEXT


def test_a_picture_without_a_code_says_so() -> None:
    with pytest.raises(InvalidInput, match="no-qr"):
        read_qr(saved(Image.new("L", (600, 600), 200)))


def test_another_code_is_not_ours() -> None:
    with pytest.raises(InvalidInput, match="not-ours"):
        read_qr(write_png(draw_symbol("https://example.org")))


@pytest.mark.parametrize(
    "data",
    [b"", b"STRP1:ABC", b"GIF89a", b"<svg/>", b"%PDF-1.7", saved(symbol())[:300], b"\xff\xd8\xff"],
    ids=["empty", "text", "GIF", "SVG", "PDF", "cut PNG", "cut JPEG"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Unsupported, match="image-unreadable"):
        read_qr(data)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [int(PNG_MAX_PIXELS**0.5) + 1, 10_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(TooLarge, match="image-too-large"):
        read_qr(png_claiming(side, side))


def test_a_file_that_is_too_long_is_not_opened() -> None:
    with pytest.raises(TooLarge, match="image-too-large"):
        read_qr(bytes(IMAGE_MAX_BYTES + 1))


def damaged_is_read_or_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP"]))
    damaged = bytearray(saved(symbol(200), kind))
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert isinstance(read_qr(bytes(damaged)), str)
    except StrpError as refusal:
        assert refusal.code in PICTURE_CODES


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    damaged_is_read_or_refused(data)


@pytest.mark.drill
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_drill_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    damaged_is_read_or_refused(data)


OTHER = sign_text(PLAIN._replace(holder="Budi"), SigningKey.generate())


def all_codes(data: bytes) -> Codes:
    *_, found = read_codes(data)
    return found


def side_by_side(*texts: str, sides: tuple[int, ...]) -> Image.Image:
    picture = Image.new("L", (3600, 2600), 200)
    left = 100
    for text, side in zip(texts, sides, strict=True):
        with Image.open(io.BytesIO(write_png(draw_symbol(text, "M")))) as image:
            picture.paste(image.convert("L").resize((side, side)), (left, 300))
        left += side + 120
    return picture


def test_every_code_in_a_picture_is_told_and_each_once() -> None:
    picture = side_by_side(TEXT, OTHER, OTHER, "https://example.org", sides=(900, 800, 800, 400))
    found = all_codes(saved(picture, "JPEG"))
    assert (set(found.texts), len(found.texts), found.others) == ({TEXT, OTHER}, 2, 1)


def test_a_small_code_beside_a_large_one_is_not_passed_over() -> None:
    found = all_codes(saved(side_by_side(TEXT, OTHER, sides=(1600, 180)), "JPEG", quality=92))
    assert set(found.texts) == {TEXT, OTHER}


def test_a_code_far_away_is_read_at_full_resolution() -> None:
    picture = Image.new("L", (5200, 3900), 150)
    picture.paste(symbol(230), (2400, 1700))
    assert read_qr(saved(picture, "JPEG", quality=92)) == TEXT


def test_a_code_that_is_out_of_focus_is_read_once_it_is_sharpened() -> None:
    blurred = symbol(260).filter(ImageFilter.GaussianBlur(1.5))
    assert read_qr(saved(blurred, "JPEG", quality=85)) == TEXT


@pytest.mark.parametrize("exercise", [False, True])
def test_the_svg_that_strp_writes_is_read(exercise: bool) -> None:
    assert read_qr(write_svg(draw_symbol(TEXT, "M"), exercise=exercise).encode()) == TEXT


@pytest.mark.parametrize(
    "data",
    [
        b"<svg></svg>",
        b'<svg viewBox="0 0 9999 9999"></svg>',
        b'<svg viewBox="0 0 0 0"></svg>',
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7" + bytes(3000),
    ],
)
def test_a_drawing_or_a_document_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(StrpError) as caught:
        read_qr(data)
    assert caught.value.code in PICTURE_CODES
