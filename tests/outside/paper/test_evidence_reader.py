"""Evidence is drawn anew in a confined process: pictures come out, and nothing else does."""

import asyncio
import io
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from strp.domain.errors import InvalidInput, StrpError, TooLarge
from strp.outside.paper import evidence_reader
from strp.outside.paper.evidence_pictures import LONGEST_SIDE, PDF_BYTES, PHOTO_BYTES, draw_evidence
from strp.outside.paper.evidence_reader import EVIDENCE_BOUNDS, read_evidence
from tests.outside.paper import evidence_files as files
from tests.outside.paper.test_qr_reader import png_claiming

pytestmark = pytest.mark.anyio
SMALL = (files.jpeg(60, 80), files.pdf(), files.saved(Image.new("L", (50, 50)), "PNG"))
MORE_CPU_S = 2.0
"""Of a busy machine, in which a process starts and is ended."""


def opened(page: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(page))
    picture.load()
    return picture


async def test_a_letter_of_three_pages_comes_out_as_three_pictures() -> None:
    pages = [opened(page) for page in await read_evidence(files.pdf(3))]
    assert [page.format for page in pages] == ["JPEG"] * 3
    assert all(max(page.size) == LONGEST_SIDE for page in pages)
    assert all(page.convert("L").getextrema()[0] < 100 for page in pages), "no text was drawn"


async def test_twenty_noisy_pages_keep_within_a_megabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_reader, "LONGEST_S", 60.0)  # other tests have the processor too
    pictures = [Image.open(io.BytesIO(files.noise(500, 700))) for _ in range(20)]
    scan = io.BytesIO()
    pictures[0].save(scan, "PDF", save_all=True, append_images=pictures[1:])
    pages = await read_evidence(scan.getvalue())
    assert len(pages) == 20
    assert sum(map(len, pages)) <= PDF_BYTES


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_a_photo_keeps_within_half_a_megabyte(kind: str) -> None:
    (page,) = await read_evidence(files.noise(1700, 1700, kind))
    assert len(page) <= PHOTO_BYTES


async def test_a_photo_of_fifty_megapixels_is_read_at_a_fraction_of_its_size() -> None:
    (page,) = await read_evidence(files.jpeg(8660, 5774))
    assert max(opened(page).size) <= LONGEST_SIDE


async def test_a_photo_stands_upright_and_says_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010E] = "RAHASIA-BUKTI"
    (page,) = await read_evidence(files.jpeg(400, 300, exif=exif))
    picture = opened(page)
    assert picture.size == (300, 400)
    assert not picture.getexif()
    assert b"RAHASIA-BUKTI" not in page


async def test_scripts_attachments_and_metadata_of_a_pdf_are_gone() -> None:
    (page,) = await read_evidence(files.with_script_and_attachment())
    assert opened(page).format == "JPEG"
    for trace in (b"SKRIP-BUKTI", b"LAMPIRAN-BUKTI", b"PENULIS-BUKTI", b"%PDF"):
        assert trace not in page


@pytest.mark.parametrize("behind", [files.pdf(), b"<script>alert(1)</script>", b"PK\x03\x04" * 9])
async def test_of_a_file_of_two_kinds_only_the_picture_is_kept(behind: bytes) -> None:
    (page,) = await read_evidence(files.jpeg() + behind)
    assert behind[:8] not in page


@pytest.mark.parametrize("data", list(files.no_evidence()), ids=lambda data: repr(data[:9]))
async def test_what_is_no_letter_is_refused(data: bytes) -> None:
    with pytest.raises(StrpError, match="evidence-unreadable"):
        await read_evidence(data)


async def test_a_locked_pdf_is_told_to_be_unlocked() -> None:
    with pytest.raises(InvalidInput, match="evidence-encrypted"):
        await read_evidence(files.encrypted())


async def test_a_pdf_of_a_thousand_pages_is_told_how_many_may_be() -> None:
    with pytest.raises(InvalidInput, match="evidence-too-many-pages"):
        await read_evidence(files.pdf(1000))


async def test_a_page_of_five_metres_is_drawn_no_larger_than_any_other() -> None:
    (page,) = await read_evidence(files.pdf(size=(14_400, 14_400)))
    assert max(opened(page).size) == LONGEST_SIDE


async def test_more_bytes_than_may_be_are_refused_unread() -> None:
    with pytest.raises(TooLarge, match="evidence-too-large"):
        await read_evidence(files.pdf() + bytes(10 << 20))


@pytest.mark.parametrize("size", [(9000, 9000), (60_000, 60_000)])
async def test_a_png_of_too_many_pixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(TooLarge, match="evidence-too-large"):
        await read_evidence(png_claiming(*size))


async def test_a_bomb_costs_no_more_than_its_bound() -> None:
    before = os.times()
    with pytest.raises(StrpError, match="evidence-"):
        await read_evidence(files.pdf_bomb())
    after = os.times()
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    assert used < EVIDENCE_BOUNDS.cpu_s + MORE_CPU_S


async def test_reading_ends_with_whoever_asked() -> None:
    async def gone() -> None:
        await asyncio.sleep(0)

    with pytest.raises(InvalidInput, match="upload-incomplete"):
        await read_evidence(files.pdf(20), gone)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(
        [files.jpeg(60, 80), files.pdf(), files.saved(Image.new("L", (50, 50)), "PNG")]
    ),
    st.data(),
)
def test_a_damaged_file_is_drawn_or_refused_and_raises_nothing_else(
    whole: bytes, draw: st.DataObject
) -> None:
    damaged = bytearray(whole)
    for _ in range(draw.draw(st.integers(1, 12))):
        damaged[draw.draw(st.integers(0, len(damaged) - 1))] = draw.draw(st.integers(0, 255))
    try:
        pages = list(draw_evidence(bytes(damaged)))
    except StrpError as error:
        assert error.code.startswith("evidence-")
    else:
        assert all(page.startswith(b"\xff\xd8\xff") for page in pages)


@pytest.mark.parametrize(
    ("longest_s", "no_letter_s", "code"), [(3.0, 0.05, "evidence-too-costly"), (0.1, 99, "busy")]
)
async def test_what_a_busy_machine_does_not_finish_is_refused_where_no_letter_takes_so_long(
    monkeypatch: pytest.MonkeyPatch, longest_s: float, no_letter_s: float, code: str
) -> None:
    """Else whoever sent a bomb would be asked to send it again."""
    monkeypatch.setattr(evidence_reader, "LONGEST_S", longest_s)
    monkeypatch.setattr(evidence_reader, "NO_LETTER_S", no_letter_s)
    with pytest.raises(StrpError, match=code):
        await read_evidence(files.pdf_bomb())
