"""The button that chooses a file speaks the page's language and says what was chosen."""

from pathlib import Path

import pytest

from tests.journeys.browser import Reader

pytestmark = pytest.mark.browser
WORDS = {
    "id": ("Pilih foto", "Belum ada foto yang dipilih"),
    "en": ("Choose a photo", "No photo chosen yet"),
}


@pytest.mark.parametrize("language", WORDS)
def test_it_says_what_was_chosen_in_the_page_s_language(
    reader: Reader, language: str, tmp_path: Path
) -> None:
    choose, none = WORDS[language]
    reader.go(f"/verify?lang={language}")
    said = reader.page.locator(".strp-file")
    assert (said.locator(".strp-file__button").inner_text(), none) == (choose, none)
    assert none in said.inner_text()
    photo = tmp_path / "surat-siti.png"
    photo.write_bytes(b"x" * 2000)
    reader.page.locator("#photo").set_input_files(photo)
    assert "surat-siti.png, 2" in said.inner_text() and none not in said.inner_text()


def test_without_scripts_the_browser_s_own_button_is_there(reader_without_scripts: Reader) -> None:
    page = reader_without_scripts
    page.go("/verify")
    assert page.page.locator("#photo").is_visible()
    assert page.page.locator(".strp-file").count() == 0
