"""Pages cleaned by hand: saved, held together, exported, and taught to their site."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cleaner.hand_cleaning import reading_of
from cleaner.parse import parse
from cleaner.scoring.samples import read_samples
from cleaner.types import Page
from service.store import samples as stored_samples
from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, NAVIGATION, InProcess, in_process
from tests.service.test_access import key_for

URL = "https://lock.example/2026/forty-barges.html"
NAV = len(NAVIGATION)


@pytest.fixture
def service(database: str) -> Iterator[InProcess]:
    with in_process(workers=1, queue=20, database=database) as running:
        yield running


def stored(service: InProcess, page: str = HTML_PAGE, url: str = URL) -> str:
    answer = service.ask("POST", "/v1/documents", params={"url": url}, content=page, headers=HTML)
    return str(answer.json()["id"])


def said(page: str = HTML_PAGE, **other: object) -> dict[str, Any]:
    """What a person says of a page: its navigation goes."""
    reading = reading_of(parse(Page("a", page.encode())))
    return {"version": 0, "reading": reading, "removed": list(range(NAV)), "page_type": "article", "done": True} | other


def save(service: InProcess, identity: str, name: str, body: dict[str, Any]) -> httpx.Response:
    return service.ask("PUT", f"/v1/samples/{identity}/{name}", json=body)


def test_a_page_is_cleaned_by_hand_saved_and_changed(service: InProcess) -> None:
    identity = stored(service)
    assert service.get(f"/v1/samples/{identity}/ana").status_code == 404
    start = ARTICLE[0].index("more than")
    cut = {"block": NAV, "start": start, "end": len(ARTICLE[0]) - 1}
    first = save(service, identity, "ana", said(cuts=[cut], title="Forty barges", authors=["Ana Holm", " "], done=False))
    assert first.status_code == 201
    assert first.json()["text"] == f"{ARTICLE[0][:start]}.\n{ARTICLE[1]}\n"
    assert first.json()["authors"] == ["Ana Holm"]
    second = save(service, identity, "ana", said(version=1))
    assert (second.status_code, second.json()["version"]) == (200, 2)
    shown = service.get(f"/v1/samples/{identity}/ana").json()
    assert shown == second.json()
    assert shown["text"] == "\n".join(ARTICLE) + "\n"
    assert service.ask("DELETE", f"/v1/samples/{identity}/ana").status_code == 204
    assert service.ask("DELETE", f"/v1/samples/{identity}/ana").status_code == 404


@pytest.mark.parametrize("based_on", [0, 1, 3])
def test_what_was_saved_meanwhile_is_not_overwritten(service: InProcess, based_on: int) -> None:
    identity = stored(service)
    for version in (0, 1):
        assert save(service, identity, "ana", said(version=version)).status_code in (200, 201)
    answer = save(service, identity, "ana", said(version=based_on, title="Lost"))
    assert answer.status_code == 409
    assert "it has version 2 now" in answer.json()["detail"]
    assert service.get(f"/v1/samples/{identity}/ana").json()["title"] is None


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        ({"removed": [99]}, 422, "there is no block 99"),
        ({"cuts": [{"block": NAV, "start": 5, "end": 9_999}]}, 422, "no part of it"),
        ({"cuts": [{"block": NAV, "start": 0, "end": 5}, {"block": NAV, "start": 4, "end": 9}]}, 422, "overlap"),
        ({"page_type": "poem"}, 422, "#/page_type"),
        ({"date_published": "24 May"}, 422, "#/date_published"),
        ({"reading": "0" * 16}, 409, "open the page again"),
        ({"colour": "red"}, 422, "#/colour"),
    ],
)
def test_what_cannot_be_said_of_a_page_is_told(tmp_path: Path, wrong: dict[str, Any], status: int, told: str) -> None:
    with in_process(workers=1, queue=4, database=f"sqlite:///{tmp_path}/a.db") as service:
        identity = stored(service)
        answer = save(service, identity, "ana", said(**wrong))
        assert answer.status_code == status
        assert told in answer.text
        assert service.get(f"/v1/samples/{identity}").json()["samples"] == []


def test_two_people_are_held_together(service: InProcess) -> None:
    identity = stored(service)
    save(service, identity, "ana", said())
    save(service, identity, "ben", said(removed=[*range(NAV), NAV + 1]))
    told = service.get(f"/v1/samples/{identity}").json()
    assert [one["annotator"] for one in told["samples"]] == ["ana", "ben"]
    [pair] = told["agreement"]
    assert pair["blocks"] == [NAV + 1]
    words = [len(text.split()) for text in (*NAVIGATION, *ARTICLE)]
    total = sum(words)
    alike = (total - words[-1]) / total
    ana, ben = (total - NAV) / total, (total - NAV - words[-1]) / total
    by_chance = ana * ben + (1 - ana) * (1 - ben)
    assert pair["share"] == round(alike, 4)
    assert pair["kappa"] == round((alike - by_chance) / (1 - by_chance), 4)


def test_the_queue_begins_with_what_is_least_sure_and_leaves_out_what_is_done(service: InProcess) -> None:
    clear = stored(service)
    doubtful = stored(service, "<p>Home</p><p>" + ARTICLE[0] + "</p><ul><li>Sign up<li>Best deals<li>Barges: more</ul>")
    ids = [one["id"] for one in service.get("/v1/samples").json()["documents"]]
    assert ids == [doubtful, clear]
    save(service, doubtful, "ana", said(HTML_PAGE) | {"reading": "", "removed": []})  # refused, so it is not done
    save(service, clear, "ana", said())
    by_ana = service.get("/v1/samples?annotator=ana").json()["documents"]
    assert [one["id"] for one in by_ana] == [doubtful]
    by_ben = service.get("/v1/samples?annotator=ben&order=newest").json()["documents"]
    assert [(one["id"], one["samples"]) for one in by_ben] == [
        (doubtful, []),
        (clear, [{"annotator": "ana", "done": True}]),
    ]


def test_the_queue_can_begin_with_what_cleaners_dispute(service: InProcess) -> None:
    clear = stored(service)
    lines = "".join(f"<li><a href=/{n}>Barge {n} of the forty that went through the lock</a>" for n in range(30))
    disputed = stored(service, f"<h1>Barges</h1><p>{ARTICLE[0]}</p><ul>{lines}</ul>")
    assert service.get("/v1/samples").json()["unmeasured"] == 2
    told = service.get("/v1/samples?order=disputed").json()
    assert told["unmeasured"] == 0
    shares = {one["id"]: one["dispute"] for one in told["documents"]}
    assert [one["id"] for one in told["documents"]] == sorted(shares, key=lambda one: -shares[one])
    assert set(shares) == {clear, disputed}
    assert all(0 <= share <= 1 for share in shares.values())


def test_samples_that_are_done_are_exported_as_scoring_reads_them(service: InProcess, tmp_path: Path) -> None:
    odd = "<p>" + "Größe".encode("latin-1").decode("latin-1") + f" der Schleuse. {ARTICLE[1]}</p>"
    latin = service.ask(
        "POST", "/v1/documents", content=odd.encode("latin-1"), headers={"Content-Type": "text/html; charset=latin-1"}
    ).json()["id"]
    identity = stored(service)
    meta: dict[str, Any] = {"title": "Forty barges", "authors": ["Ana Holm"], "date_published": "2026-05-27", "language": "en"}
    save(service, identity, "ana", said(**meta, removed=[*range(NAV), NAV + 1]))
    save(service, identity, "ben", said(**meta))
    save(service, identity, "cyd", said(done=False, removed=[]))
    assert save(service, latin, "ana", said(odd, removed=[])).status_code == 201
    answer = service.get("/v1/samples/export")
    assert answer.headers["Content-Type"] == "application/zip"
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    found = {sample.id: sample for sample in read_samples(tmp_path)}
    assert sorted(found) == sorted([f"lock.example/2026-forty-barges-html-{identity[:8]}", f"unknown/page-{latin[:8]}"])
    sample = found[f"lock.example/2026-forty-barges-html-{identity[:8]}"]
    assert sample.body == "\n".join(ARTICLE) + "\n"  # what ben said, who was the last
    assert (sample.title, sample.authors, sample.date, sample.language) == (
        "Forty barges",
        ("Ana Holm",),
        "2026-05-27",
        "en",
    )
    assert sample.page.content == HTML_PAGE.encode()
    assert sample.page.url == URL
    assert sample.with_
    assert all(snippet in " ".join(sample.body.split()) for snippet in sample.with_)
    assert set(sample.without) <= set(NAVIGATION)
    assert "Größe" in parse(found[f"unknown/page-{latin[:8]}"].page).blocks[0].text
    canonical = HTML_PAGE.replace("<head>", '<head><link rel=canonical href="https://weir.example/barges">')
    homeless = service.ask("POST", "/v1/documents", content=canonical, headers=HTML).json()["id"]
    assert save(service, homeless, "dan", said(canonical, removed=[])).status_code == 201
    by_dan = zipfile.ZipFile(io.BytesIO(service.get("/v1/samples/export?annotator=dan").content))
    assert {name.rpartition("/")[0] for name in by_dan.namelist()} == {f"weir.example/barges-{homeless[:8]}"}
    by_ana = zipfile.ZipFile(io.BytesIO(service.get("/v1/samples/export?annotator=ana").content))
    assert by_ana.read(f"lock.example/2026-forty-barges-html-{identity[:8]}/clean.txt").decode() == ARTICLE[0] + "\n"


def test_a_corrected_page_teaches_its_site_at_once_until_it_is_forgotten(service: InProcess) -> None:
    notice = "The lock office answers letters on Thursdays and hears complaints about the wash of passing barges in May 2026."
    page = HTML_PAGE.replace("</main>", f"<p>{notice}</p></main>")
    other = page.replace("forty barges", "sixty barges").replace("2026", "2031")
    identity = stored(service, page)
    before = stored(service, other, "https://www.lock.example/other")
    assert "lock office" in service.get(f"/v1/documents/{before}").json()["text"]
    save(service, identity, "ana", said(page, removed=[*range(NAV), NAV + 2]))
    taught = service.ask("POST", f"/v1/samples/{identity}/ana/teach").json()
    assert (taught["host"], taught["stay"], len(taught["go"])) == ("lock.example", [], 1)
    again = service.ask("POST", f"/v1/documents/{before}/versions")
    assert again.status_code == 201
    assert "lock office" not in again.json()["text"]
    assert "sixty barges" in again.json()["text"]
    assert service.get("/v1/sites/lock.example").json()["taught"] == [{"form": taught["go"][0], "stays": False}]
    assert "by_site.taught" in service.get(f"/review/documents/{before}").text
    assert service.ask("POST", f"/v1/samples/{identity}/ana/teach").json()["title"] == "There is nothing to teach"
    assert service.ask("DELETE", "/v1/sites/lock.example").status_code == 204
    assert "by_site.taught" not in service.get(f"/review/documents/{before}").text


def test_what_others_cleaned_is_not_seen_and_scopes_hold(database: str) -> None:
    with in_process(workers=1, queue=20, access="keys", database=database) as service:
        mine, other, reader = key_for(service, "read", "write"), key_for(service, "read", "write"), key_for(service, "read")
        identity = service.ask("POST", "/v1/documents", content=HTML_PAGE, headers=HTML | mine).json()["id"]
        path = f"/v1/samples/{identity}/ana"
        assert service.ask("PUT", path, json=said(), headers=mine).status_code == 201
        assert service.ask("PUT", path, json=said(), headers=reader).status_code == 403
        for method, what in (("GET", ""), ("DELETE", ""), ("POST", "/teach")):
            assert service.ask(method, path + what, headers=other).status_code == 404
        assert service.ask("PUT", path, json=said(version=1), headers=other).status_code == 404
        assert service.get(f"/v1/samples/{identity}", headers=other).status_code == 404
        assert service.get("/v1/samples", headers=other).json()["documents"] == []
        export = service.get("/v1/samples/export", headers=other).content
        assert zipfile.ZipFile(io.BytesIO(export)).namelist() == []


def test_a_damaged_sample_is_told_and_never_served(tmp_path: Path) -> None:
    with in_process(workers=1, queue=4, database=f"sqlite:///{tmp_path}/a.db") as service:
        identity = stored(service)
        save(service, identity, "ana", said())
        store = service.app.state.store
        store.writing(lambda connection: connection.exec_driver_sql("UPDATE samples SET annotator = 'ben'"))
        answer = service.get(f"/v1/samples/{identity}/ben")
        assert (answer.status_code, answer.json()["title"]) == (500, "What is stored is damaged")


def test_a_document_that_is_deleted_takes_its_samples_along(service: InProcess) -> None:
    identity = stored(service)
    save(service, identity, "ana", said())
    assert service.ask("DELETE", f"/v1/documents/{identity}").status_code == 204
    assert service.app.state.store.reading(stored_samples.done_ids, None) == []
