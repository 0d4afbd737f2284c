"""Clients of other services get what they know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.facades import FACADES
from service.settings import FACADE_NAMES, SettingsError, read_settings
from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, InProcess, in_process


@pytest.fixture(scope="module")
def all_facades(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    database = f"sqlite:///{tmp_path_factory.mktemp('facades')}/a.db"
    with in_process(workers=1, facades="tika, readability,mercury", database=database) as running:
        yield running


def test_they_are_off_unless_named(service: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    for method, path in (("PUT", "/tika/main"), ("POST", "/"), ("POST", "/parser")):
        assert service.ask(method, path, content=HTML_PAGE).status_code in (404, 405)  # GET / is there
    assert tuple(FACADES) == FACADE_NAMES
    monkeypatch.setenv("CLEANER_FACADES", "boilerpipe")
    with pytest.raises(SettingsError, match="no facade 'boilerpipe'"):
        read_settings()


def test_tika_gives_the_main_text(all_facades: InProcess) -> None:
    text = all_facades.ask("PUT", "/tika/main", content=HTML_PAGE, headers=HTML | {"Accept": "text/plain"})
    assert text.text == "\n\n".join(ARTICLE) + "\n"
    told = all_facades.ask("PUT", "/tika/main", content=HTML_PAGE, headers={"Accept": "application/json"}).json()
    assert told["X-TIKA:content"].startswith(ARTICLE[0])
    assert told["dc:title"] == "Forty barges in a morning"


def test_readability_gives_its_keys(all_facades: InProcess) -> None:
    told = all_facades.ask("POST", "/", json={"html": HTML_PAGE, "url": "https://news.example/a"}).json()
    assert told["textContent"].startswith(ARTICLE[0])
    assert told["content"].startswith("<article>")
    assert (told["title"], told["url"]) == ("Forty barges in a morning", "https://news.example/a")
    assert told["length"] == len(told["textContent"])


def test_mercury_gives_its_keys(all_facades: InProcess) -> None:
    told = all_facades.ask("POST", "/parser", json={"html": HTML_PAGE, "url": "https://news.example/a"}).json()
    assert told["content"].startswith("<article>")
    assert (told["domain"], told["total_pages"]) == ("news.example", 1)


def test_an_address_alone_is_refused_as_nothing_is_fetched(all_facades: InProcess, tmp_path: Path) -> None:
    for path in ("/", "/parser"):
        refused = all_facades.ask("POST", path, json={"url": "http://127.0.0.1/secret"})
        assert refused.status_code == 422
        assert "fetches none" in refused.json()["detail"]
