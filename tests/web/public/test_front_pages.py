"""Pages without sign-in: who needs what, in addresses that any cache may keep."""

import re

import pytest

from tests.web.conftest import Site

PUBLIC = [
    "/",
    "/rules",
    "/privacy",
    "/accessibility",
    "/api",
    "/eligibility",
    "/eligibility?role=worker",
    "/eligibility/company",
    "/eligibility/company?nib=8120001110001",
    "/eligibility/sector",
    "/eligibility/sector?sector=N",
    "/verify",
]
FIRST_PAGE_BYTES = 14 * 1024
FIRST_PAGES = [
    *(path for path in PUBLIC if path != "/api"),  # its reader is a programmer at a desk
    "/checkpoint",
    "/receipts",
    "/open-data",
    "/sign-in",
    "/employer",
    "/office",
    "/no-such-page",
]
APPLICATION = "/checkpoint"
"""The page whose script is an application: a module, which never holds up what is shown."""
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_may_be_kept_by_any_cache_and_asked_for_again(
    visitor: Site, path: str
) -> None:
    first = visitor.get(path)
    again = visitor.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["cache-control"].startswith("public, max-age=60")
    assert "set-cookie" not in first.headers


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_allows_no_script_or_style_but_files_of_ours(visitor: Site, path: str) -> None:
    page = visitor.get(path)

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert INLINE.findall(page.text) == []


@pytest.mark.parametrize("path", PUBLIC)
def test_the_same_page_comes_in_english(visitor: Site, path: str) -> None:
    mark = "&" if "?" in path else "?"
    page = visitor.get(f"{path}{mark}lang=en")

    assert '<html lang="en"' in page.text
    assert page.cookies["lang"] == "en"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", FIRST_PAGES)
def test_every_first_page_is_under_14_kb_with_its_styles_and_scripts(
    visitor: Site, path: str, language: str
) -> None:
    mark = "&" if "?" in path else "?"
    page = visitor.get(f"{path}{mark}lang={language}", headers={"Accept-Encoding": "gzip"})
    files = re.findall(r'<(?:link rel="stylesheet" href|script[^>]* src)="([^"]+)"', page.text)
    if path == APPLICATION:
        assert '<script type="module" src=' in page.text
        files = [file for file in files if not file.endswith(".js")]
    sizes = [int(page.headers["content-length"])]
    for file in files:
        answer = visitor.get(file, headers={"Accept-Encoding": "gzip"})
        sizes.append(int(answer.headers["content-length"]))

    assert files
    assert page.headers["content-encoding"] == "gzip"
    assert sum(sizes) < FIRST_PAGE_BYTES


def test_built_files_are_kept_for_good(visitor: Site) -> None:
    href = re.findall(r'rel="stylesheet" href="([^"]+)"', visitor.get("/").text)[0]

    assert "immutable" in visitor.get(href).headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/eligibility?role=worker", "company-files"),
        ("/eligibility/answer?role=worker", "company-files"),
        ("/eligibility/sector/answer?sector=N", "non-essential"),
        ("/eligibility?role=urgent", "file-alone"),
        ("/eligibility/company?nib=8120001110001", "file"),
        ("/eligibility/company?nib=8120001110010", "non-essential"),
        ("/eligibility/company?nib=8120001110012", "exempt"),
        ("/eligibility/company?nib=8120001110016", "review"),
        ("/eligibility/sector?sector=N", "non-essential"),
        ("/eligibility/sector?kbli=86103", "file"),
    ],
)
def test_the_questions_end_with_an_answer(visitor: Site, path: str, outcome: str) -> None:
    page = visitor.get(path)

    assert f'data-outcome="{outcome}"' in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/eligibility?role=nobody",
        "/eligibility/answer",
        "/eligibility/sector/answer",
        "/eligibility/sector/answer?sector=nobody",
        "/eligibility/company?nib=123",
        "/eligibility/company?nib=0000000000001",
        "/eligibility/sector?kbli=x",
    ],
)
def test_a_wrong_answer_comes_back_with_the_question_and_the_reason(
    visitor: Site, path: str
) -> None:
    page = visitor.get(path)

    assert page.status_code == 422
    assert "govuk-error-summary" in page.text


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_roster_template_is_there_without_sign_in(visitor: Site, kind: str) -> None:
    file = visitor.get(f"/templates/roster.{kind}")

    assert file.status_code == 200
    assert f".{kind}" in file.headers["content-disposition"]


def test_the_rules_do_not_count_non_essential_companies_among_those_who_need_no_permit(
    visitor: Site,
) -> None:
    page = visitor.get("/rules").text
    free = page[page.index("Tidak memerlukan STRP") : page.index("Bekerja dari rumah, tidak dapat")]
    assert "non-esensial" not in free


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("role", ["worker", "urgent", "company"])
def test_an_answer_says_yes_or_no_once(visitor: Site, role: str, lang: str) -> None:
    path = (
        "/eligibility/company?nib=8120001110001&" if role == "company" else "/eligibility/answer?"
    )
    page = visitor.get(f"{path}role={role}&lang={lang}").text
    card = page[page.index('class="strp-answer') : page.index("</div>", page.index("strp-answer"))]
    assert len(re.findall(r"\b(?:Ya|Tidak|Yes|No)[,.:]", card)) <= 1


def test_a_link_to_a_public_page_says_what_it_is_and_one_to_a_receipt_says_nothing(
    visitor: Site,
) -> None:
    told = visitor.get("/").text
    assert 'property="og:title"' in told and 'name="description"' in told
    assert "og:" not in visitor.get("/receipts").text
    assert "og:" not in visitor.get("/sign-in").text


def test_search_engines_are_told_what_belongs_to_somebody(visitor: Site) -> None:
    lines = visitor.get("/robots.txt").text.splitlines()
    assert {"Disallow: /c/", "Disallow: /receipts", "Disallow: /office"} <= {*lines}
