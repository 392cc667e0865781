"""A picture with several codes: each is judged, and none is passed over in silence."""

import io
import time

import pytest
from PIL import Image

from strp.credential.signing import SigningKey
from strp.outside.paper.qr_writer import draw_symbol, write_png, write_svg
from tests.credential.claim_cases import PLAIN, sign_text
from tests.web.conftest import Site
from tests.web.test_main_job import SAME_ORIGIN

WITHIN_S = 60.0
FORGED = [
    sign_text(PLAIN._replace(holder=name), SigningKey.generate()) for name in ("Siti", "Budi")
]


def sheet(*texts: str) -> bytes:
    picture = Image.new("L", (700 * len(texts), 700), 255)
    for place, text in enumerate(texts):
        with Image.open(io.BytesIO(write_png(draw_symbol(text, "M")))) as symbol:
            picture.paste(symbol.convert("L").resize((640, 640)), (700 * place + 30, 30))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def verdicts_of(site: Site, content: bytes, name: str) -> tuple[int, str]:
    """Verdicts on a page, and the page; who is asked to come again, since all is busy, does."""
    end = time.monotonic() + WITHIN_S
    while True:
        answer = site.browser.post(
            "/verify", files={"photo": (name, content)}, data={"text": ""}, headers=SAME_ORIGIN
        )
        if answer.status_code != 503 or time.monotonic() > end:
            break
        time.sleep(0.5)
    return answer.text.count('data-verdict="UNTRUSTED"'), answer.text


def test_each_code_gets_a_verdict_and_other_codes_are_counted(site: Site) -> None:
    count, page = verdicts_of(site, sheet(*FORGED, "https://example.org"), "foto.png")
    assert count == 2
    assert "2 kode diperiksa" in page and "yang bukan STRP: 1." in page


@pytest.mark.parametrize(("several", "headings"), [(1, 0), (2, 2)])
def test_one_code_is_the_heading_of_the_page_and_several_have_one_each(
    site: Site, several: int, headings: int
) -> None:
    _, page = verdicts_of(site, sheet(*FORGED[:several]), "foto.png")
    assert page.count("<h1") == 1
    assert page.count('<h2 class="govuk-heading-xl"') == headings


def test_the_svg_that_strp_writes_is_read(site: Site) -> None:
    svg = write_svg(draw_symbol(FORGED[0], "M")).encode()
    assert verdicts_of(site, svg, "kode.svg")[0] == 1
