"""Certificates on paper, QR symbols as pictures, and the zip of a filing."""

import io
import time
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import typst
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from strp.credential.certificate import read_certificate
from strp.credential.signing import SigningKey
from strp.domain.certificates.certificate import Claims
from strp.domain.printable import PRINTED_LETTERS
from strp.domain.rules.policy import SectorClass
from strp.outside.paper.pdf import (
    CARD_LEVEL,
    CHUNK_PAGES,
    PRINT_LEVEL,
    Office,
    PrintedCertificate,
    print_batch,
    print_certificates,
    print_each,
)
from strp.outside.paper.qr_mask import MASKS, as_modules, as_number, penalty
from strp.outside.paper.qr_reader import read_qr
from strp.outside.paper.qr_writer import (
    QUIET_ZONE_MODULES,
    _drawn,
    draw_symbol,
    write_png,
    write_svg,
)
from strp.outside.paper.zip import INDEX, zip_certificates
from tests.credential.claim_cases import PERIOD, PLAIN, sign_text

KEY = SigningKey.generate()
OFFICE = Office(
    name="Pemerintah Provinsi DKI Jakarta",
    verify_address="strp.example/verify",
    territory="DKI Jakarta",
)
TEXT = sign_text(PLAIN, KEY)


def printed(claims: Claims = PLAIN) -> PrintedCertificate:
    text = sign_text(claims, KEY)
    unverified = read_certificate(text)
    verified = unverified.verify({KEY.kid: KEY.verifying}) if unverified else None
    assert verified is not None
    return PrintedCertificate(
        text=text,
        kid=verified.kid,
        claims=verified.claims,
        period=PERIOD,
        region="Kota Administrasi Jakarta Selatan",
    )


def pictured(pdf: bytes, folder: Path) -> bytes:
    """The first page of a PDF as a PNG, by way of typst, which takes PDF as a picture."""
    (folder / "page.pdf").write_bytes(pdf)
    (folder / "page.typ").write_text(
        '#set page(paper: "a4", margin: 0pt)\n#image("page.pdf", width: 100%)'
    )
    png = typst.compile(str(folder / "page.typ"), format="png", ppi=150)
    assert isinstance(png, bytes)
    return png


def open_pdf(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def test_a_printed_certificate_has_one_page() -> None:
    assert len(open_pdf(print_certificates(OFFICE, [printed()])).pages) == 1


def test_a_printed_certificate_is_a4() -> None:
    with open_pdf(print_certificates(OFFICE, [printed()])) as pdf:
        assert [round(float(side)) for side in pdf.pages[0].mediabox] == [0, 0, 595, 842]


def test_the_qr_on_paper_is_the_certificate(tmp_path: Path) -> None:
    one = printed()
    assert read_qr(pictured(print_certificates(OFFICE, [one]), tmp_path)) == one.text


def test_every_font_is_embedded() -> None:
    pdf = open_pdf(print_certificates(OFFICE, [printed()]))
    fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontName" in o]
    assert fonts and all(any(f"/FontFile{n}" in font for n in ("", 2, 3)) for font in fonts)


def test_a_printed_certificate_can_be_read_aloud_and_archived() -> None:
    metadata = str(open_pdf(print_certificates(OFFICE, [printed()])).open_metadata())
    assert "pdfuaid:part" in metadata and "pdfaid:part" in metadata


@pytest.mark.parametrize("sector_class", SectorClass)
def test_certificates_of_every_class_print(sector_class: SectorClass) -> None:
    assert print_certificates(OFFICE, [printed(PLAIN._replace(sector_class=sector_class))])


def test_a_name_that_the_fonts_cannot_write_still_prints() -> None:
    one = printed(PLAIN._replace(holder="王小明 \u066e"))
    assert len(open_pdf(print_certificates(OFFICE, [one])).pages) == 1


def test_every_letter_that_a_filing_takes_is_drawn() -> None:
    letters = sorted(PRINTED_LETTERS - {" "})
    names = ["".join(letters[start : start + 60]) for start in range(0, len(letters), 60)]
    papers = [
        replace(printed(), claims=PLAIN._replace(holder=name, employer=name)) for name in names
    ]
    pdf = open_pdf(print_certificates(OFFICE, papers))
    # Both standards forbid a letter that no font draws: with one it would keep neither.
    assert "pdfuaid:part" in str(pdf.open_metadata())
    fonts = {str(o.FontName) for o in pdf.objects if isinstance(o, pikepdf.Dictionary)
             and "/FontName" in o}  # fmt: skip
    assert len(pdf.pages) == len(names)
    assert all("SourceSans3" in name or "DejaVuSansMono" in name for name in fonts), fonts


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=45), st.text(max_size=45))
def test_no_name_breaks_the_page(holder: str, employer: str) -> None:
    one = printed(PLAIN._replace(holder=holder, employer=employer))
    assert len(open_pdf(print_certificates(OFFICE, [one])).pages) == 1


@pytest.mark.parametrize(
    "name", ['#panic("x")', "$x$ @ref <label>", '"\\u{0}', "*_`/* // {}[]", "=== A", "W" * 60]
)
def test_a_name_is_never_taken_for_markup(name: str) -> None:
    one = printed(PLAIN._replace(holder=name, employer=name))
    assert len(open_pdf(print_certificates(OFFICE, [one])).pages) == 1


def test_a_batch_has_a_page_for_each_certificate_in_order(tmp_path: Path) -> None:
    count = CHUNK_PAGES + 1
    pages = [printed(PLAIN._replace(status_index=index)) for index in range(count)]
    path = tmp_path / "all.pdf"
    assert print_batch(OFFICE, iter(pages), path) == count
    with pikepdf.open(path) as pdf:
        last = pikepdf.new()
        last.pages.append(pdf.pages[-1])
        buffer = io.BytesIO()
        last.save(buffer)
    assert read_qr(pictured(buffer.getvalue(), tmp_path)) == pages[-1].text


def test_a_batch_is_tagged_titled_and_in_its_language_as_one_sheet_is(tmp_path: Path) -> None:
    count = CHUNK_PAGES + 2
    path = tmp_path / "all.pdf"
    print_batch(OFFICE, (printed() for _ in range(count)), path)
    parts = [
        open_pdf(print_certificates(OFFICE, [printed()] * pages)) for pages in (CHUNK_PAGES, 2)
    ]
    with pikepdf.open(path) as pdf:
        root, metadata = pdf.Root, str(pdf.open_metadata())
        assert "pdfuaid:part" in metadata and "pdfaid:part" in metadata
        assert (root.Lang, root.MarkInfo.Marked) == ("id", True)
        assert root.ViewerPreferences.DisplayDocTitle
        assert pdf.docinfo["/Title"] == parts[0].docinfo["/Title"]
        tree = root.StructTreeRoot
        [document] = list(tree.K)
        assert (document.S, [tag.S for tag in document.K]) == ("/Document", ["/Part", "/Part"])
        assert [len(tag.K) for tag in document.K] == [
            len(part.Root.StructTreeRoot.K[0].K) for part in parts
        ]
        numbers = tree.ParentTree.Nums
        parents = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
        assert sorted(parents) == list(range(count))
        known = {page.obj.objgen for page in pdf.pages}
        for number, page in enumerate(pdf.pages):
            assert page.obj.StructParents == number
            of_tags = {tag.Pg.objgen for tag in parents[number] if "/Pg" in tag}
            assert page.obj.objgen in of_tags and of_tags <= known
        assert all(tag.P.objgen == document.objgen for tag in document.K)


def drawn(pdf: bytes, page: int = 0) -> Image.Image:
    """A page as a printer draws it, by another program (pdfium)."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=300 / 72).to_pil().convert("L")


def symbols_on(picture: Image.Image) -> list[tuple[str, str, float]]:
    """Text, level and millimetres a module of each symbol, from the top of a page of 300 dpi."""
    found = []
    for one in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode):
        at = one.position
        side = (at.top_right.x - at.top_left.x) / 300 * 25.4
        found.append((at.top_left.y, one.text, one.ec_level, side))
    return [
        (text, level, side / draw_symbol(text, level).side)
        for _, text, level, side in sorted(found)
    ]


def test_page_and_card_bear_a_symbol_each_large_enough_for_its_place() -> None:
    one = printed(PLAIN._replace(holder="N" * 40, employer="P" * 36))
    for pdf in (print_certificates(OFFICE, [one]), *print_each(OFFICE, [one])):
        page, card = symbols_on(drawn(pdf))
        assert [page[:2], card[:2]] == [(one.text, PRINT_LEVEL), (one.text, CARD_LEVEL)]
        # At most version 13 at Q and 11 at M; what is usual, a name of 20 letters, is larger.
        assert page[2] > 1.03 and card[2] > 0.73
    usual = print_certificates(OFFICE, [printed()])
    page, card = symbols_on(drawn(usual))
    assert page[2] > 1.09 and card[2] > 0.78


def test_what_is_printed_together_is_what_is_printed_alone() -> None:
    papers = [
        printed(PLAIN._replace(serial=n << 20, holder=holder, sector_class=each, status_index=n))
        for n, (holder, each) in enumerate(
            [
                ("Siti Aminah", SectorClass.ESSENTIAL),
                ("Nguyễn Thị Ánh", SectorClass.CRITICAL),
                ("Muhammad Abdurrahman Wijayakusuma Santos", SectorClass.ESSENTIAL),
                ("Budi", SectorClass.EXEMPT),
            ]
        )
    ]
    whole, singles = print_certificates(OFFICE, papers), print_each(OFFICE, papers)
    for number, (one, single) in enumerate(zip(papers, singles, strict=True)):
        together, alone = drawn(whole, number), drawn(single)
        by_itself = drawn(print_certificates(OFFICE, [one]))
        assert alone.tobytes() == together.tobytes() == by_itself.tobytes()
        assert [text for text, *_ in symbols_on(alone)] == [one.text] * 2


def test_every_page_is_whole_and_hangs_by_its_own_tags() -> None:
    papers = [printed(PLAIN._replace(serial=n << 20, status_index=n)) for n in range(3)]
    for pdf in (print_certificates(OFFICE, papers), *print_each(OFFICE, papers)):
        with open_pdf(pdf) as opened:
            assert opened.check_pdf_syntax() == []
            tree = opened.Root.StructTreeRoot
            numbers = list(tree.ParentTree.Nums)
            assert numbers[0::2] == list(range(len(opened.pages)))
            for place, page in enumerate(opened.pages):
                marked = [
                    int(operands[1].MCID)
                    for operands, operator in pikepdf.parse_content_stream(page)
                    if str(operator) == "BDC" and "/MCID" in dict(operands[1])
                ]
                owners = numbers[2 * place + 1]
                assert marked and len(set(marked)) == len(marked)
                for mark in marked:
                    owner = owners[mark]
                    assert owner.Pg.objgen == page.obj.objgen and mark in list(owner.K)


def test_a_reader_hears_the_title_then_the_person_then_the_rest() -> None:
    with open_pdf(print_certificates(OFFICE, [printed()])) as pdf:
        [document] = list(pdf.Root.StructTreeRoot.K)
        heard = [str(tag.S) for tag in document.K]
        titles = [str(tag.T) for tag in document.K if "/T" in tag]
    assert heard[:4] == ["/Span", "/H1", "/Figure", "/Span"] and heard.count("/Figure") == 2
    assert titles == ["SURAT TANDA REGISTRASI PEKERJA Worker Registration Certificate (STRP)"]


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", min_size=1, max_size=300))
@settings(max_examples=20, deadline=None)
def test_a_symbol_wears_the_mask_with_the_least_penalty(text: str) -> None:
    symbol = draw_symbol(text, "Q")
    masked = [_drawn(text, "Q", mask=mask) for mask in range(MASKS)]
    scores = [penalty(each.side, as_number(each.side, each.modules)) for each in masked]
    assert symbol == masked[scores.index(min(scores))]
    assert as_modules(symbol.side, as_number(symbol.side, symbol.modules)) == symbol.modules


def test_the_penalty_counts_as_the_standard_does() -> None:
    # All dark: 2 × 7 runs of seven (3 + 2), 36 blocks, and all of it uneven (ten steps of 5 %).
    assert penalty(7, as_number(7, bytes(49))) == 14 * 5 + 36 * 3 + 100
    # A chequered field has neither runs nor blocks, and is even.
    chequered = bytes(255 * ((x + y) % 2) for y in range(8) for x in range(8))
    assert penalty(8, as_number(8, chequered)) == 0


def words_of(pdf: bytes) -> str:
    """The texts of a PDF, by the characters that its fonts map to."""
    with open_pdf(pdf) as opened:
        return "".join(
            bytes(part.read_bytes()).decode("latin-1", "replace")
            for page in opened.pages
            for part in page.Contents
        )


def test_an_exercise_says_so_on_paper_and_its_qr_still_reads(tmp_path: Path) -> None:
    one = replace(printed(), exercise=True)
    pdf = print_certificates(OFFICE, [one])
    assert words_of(pdf) != words_of(print_certificates(OFFICE, [replace(one, exercise=False)]))
    assert read_qr(pictured(pdf, tmp_path)) == one.text


def test_a_sheet_of_an_exercise_can_be_read_aloud_and_archived() -> None:
    pdf = print_certificates(OFFICE, [replace(printed(), exercise=True)])
    metadata = str(open_pdf(pdf).open_metadata())
    assert "pdfuaid:part" in metadata and "pdfaid:part" in metadata


def test_the_picture_of_an_exercise_carries_words_and_still_reads() -> None:
    symbol = draw_symbol(TEXT)
    png = write_png(symbol, exercise=True)
    with Image.open(io.BytesIO(png)) as image:
        assert image.height > image.width
    assert read_qr(png) == TEXT and "LATIHAN" in write_svg(symbol, exercise=True)


def test_a_prolonged_period_is_printed_as_it_stands(tmp_path: Path) -> None:
    prolonged = PrintedCertificate(
        text=TEXT,
        kid=KEY.kid,
        claims=PLAIN,
        period=PERIOD._replace(ends_on=date(2021, 8, 2)),
        region="Jakarta",
    )
    assert print_certificates(OFFICE, [prolonged])


def test_a_zip_holds_a_pdf_for_each_certificate_and_an_index(tmp_path: Path) -> None:
    pages = [printed(PLAIN._replace(serial=number << 20)) for number in range(3)]
    assert zip_certificates(OFFICE, iter(pages), tmp_path / "all.zip") == 3
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert len(archive.namelist()) == 4 and INDEX in archive.namelist()


def test_a_name_in_the_zip_keeps_its_letters(tmp_path: Path) -> None:
    holders = ["Nguyễn Thị Ánh", "Đặng Văn Bøe", "Ja'far"]
    pages = [printed(PLAIN._replace(serial=n << 20, holder=h)) for n, h in enumerate(holders)]
    zip_certificates(OFFICE, iter(pages), tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        names = [name.split("-0")[0] for name in archive.namelist() if name != INDEX]
    assert [name[:12] for name in names] == ["Nguyen-Thi-A", "Dang-Van-Boe", names[2][:12]]
    assert names[2].startswith("Jafar")


def test_paper_that_is_printed_again_is_the_same_to_the_byte() -> None:
    one = printed()
    first = print_certificates(OFFICE, [one])
    time.sleep(1.1)  # a date of making would be another
    assert print_certificates(OFFICE, [one]) == first


@pytest.mark.parametrize("level", ["M", "Q"])
def test_a_png_of_the_symbol_reads_back(level: str) -> None:
    assert read_qr(write_png(draw_symbol(TEXT, level))) == TEXT


def test_a_png_has_its_quiet_zone() -> None:
    symbol = draw_symbol(TEXT)
    with Image.open(io.BytesIO(write_png(symbol, 1))) as image:
        side = symbol.side + 2 * QUIET_ZONE_MODULES
        assert image.size == (side, side) and image.getpixel((3, 3)) == 255


def test_an_svg_of_the_symbol_reads_back() -> None:
    page = b"#set page(width: 6cm, height: 6cm, margin: 0pt)\n#image(bytes(sys.inputs.svg))"
    png = typst.compile(page, format="png", sys_inputs={"svg": write_svg(draw_symbol(TEXT))})
    assert isinstance(png, bytes) and read_qr(png) == TEXT
