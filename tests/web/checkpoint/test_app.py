"""The page of the checkpoint app, and what a phone keeps of it."""

import json
from typing import Any

from tests.web.conftest import Site


def kept(site: Site) -> dict[str, Any]:
    """What the service worker's program says that it keeps."""
    head, _, _ = site.get("/checkpoint/worker.js").text.partition(";\n")
    found: dict[str, Any] = json.loads(head.removeprefix("const APP="))
    return found


def test_it_needs_no_sign_in_and_speaks_both_languages(visitor: Site) -> None:
    pages = {language: visitor.get(f"/checkpoint?lang={language}") for language in ("id", "en")}

    assert {language: page.status_code for language, page in pages.items()} == {
        "id": 200,
        "en": 200,
    }
    assert ">Pos pemeriksaan<" in pages["id"].text and ">Checkpoint<" in pages["en"].text


def test_without_scripts_it_leads_to_the_page_that_needs_none(visitor: Site) -> None:
    _, _, without_scripts = visitor.get("/checkpoint").text.partition("<noscript>")

    assert 'href="/verify"' in without_scripts.partition("</noscript>")[0]


def test_a_phone_keeps_every_file_that_the_page_names(visitor: Site) -> None:
    app = kept(visitor)

    answers = {file: visitor.get(file).status_code for file in app["files"]}
    assert set(answers.values()) == {200}
    for page in app["pages"].values():
        named = {part.partition('"')[0] for part in page.split('"/static/')[1:]}
        assert {f"/static/{name}" for name in named} <= set(app["files"])


def test_what_a_phone_keeps_has_the_same_policy_as_the_page(visitor: Site) -> None:
    page = visitor.get("/checkpoint")

    name = "Content-Security-Policy"
    assert kept(visitor)["headers"][name] == page.headers[name]
    assert "unsafe" not in page.headers[name]


def test_the_worker_may_answer_for_the_page_alone(visitor: Site) -> None:
    answer = visitor.get("/checkpoint/worker.js")

    assert answer.headers["Service-Worker-Allowed"] == "/checkpoint"
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_what_reads_codes_reaches_no_network(visitor: Site) -> None:
    (reader,) = [file for file in kept(visitor)["files"] if "reader-worker" in file]

    policy = visitor.get(reader).headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; script-src 'wasm-unsafe-eval'"


def test_nothing_that_a_phone_keeps_names_another_host(visitor: Site) -> None:
    scripts = [file for file in kept(visitor)["files"] if file.endswith((".js", ".css"))]

    named = [file for file in scripts if "//fastly" in visitor.get(file).text]
    assert named == []


def test_it_installs_as_an_app(visitor: Site) -> None:
    manifest = visitor.get("/checkpoint/app.webmanifest").json()

    assert (manifest["start_url"], manifest["display"]) == ("/checkpoint", "standalone")
    icons = {icon["sizes"]: visitor.get(icon["src"]).status_code for icon in manifest["icons"]}
    assert icons == {"192x192": 200, "512x512": 200}
