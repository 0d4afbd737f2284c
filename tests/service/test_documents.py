"""What was stored is there, is found, belongs to somebody, and is never served damaged. On SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Connection, text

from cleaner.cleaners import CLEANERS
from service import exporting
from service.store import documents
from service.store.checksums import checksum
from service.store.rows import packed
from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, TEXT, InProcess, in_process

URL = "https://news.example/barges"
PARQUET = "application/vnd.apache.parquet"
FIVE = ("ferry", "bridge", "school", "market", "weir")


@pytest.fixture
def service(database: str) -> Iterator[InProcess]:
    with in_process(workers=1, queue=60, database=database) as running:
        yield running


def store(
    service: InProcess, page: str = HTML_PAGE, url: str | None = URL, fetched_at: str | None = None, **headers: str
) -> httpx.Response:
    params = {name: value for name, value in (("url", url), ("fetched_at", fetched_at)) if value}
    return service.ask("POST", "/v1/documents", content=page, params=params, headers=HTML | headers)


def listed(service: InProcess, **params: str) -> list[dict[str, Any]]:
    answer = service.get("/v1/documents", params=params)
    assert answer.status_code == 200, answer.text
    documents: list[dict[str, Any]] = answer.json()["documents"]
    return documents


def page_about(subject: str, **meta: str) -> str:
    tags = "".join(f'<meta property="{name.replace("_", ":", 1)}" content="{value}">' for name, value in meta.items())
    sentence = f"The council of Varnholm talked about the {subject} until late in the evening, and then about it once more."
    paragraphs = f"<p>{sentence} Nobody left early.</p>" * 2
    head = f"<html lang=en><head><title>The {subject}</title>{tags}</head>"
    return f"{head}<body><nav><a href=/>Home</a></nav>{paragraphs}</body></html>"


def test_a_stored_page_is_there_with_its_document_and_its_bytes(service: InProcess) -> None:
    made = store(service)
    assert made.status_code == 201
    location = made.headers["Location"]
    shown = service.get(location)
    assert shown.json() == made.json()
    assert shown.json()["id"] == location.rpartition("/")[2]
    assert shown.json()["stored"]["version"] == 1
    assert [line for line in shown.json()["text"].splitlines() if line] == list(ARTICLE)
    assert service.get(location, headers={"Accept": "text/plain"}).text == shown.json()["text"] + "\n"
    assert service.get(f"{location}?explain=summary").json()["removed"]["pieces"]
    page = service.get(f"{location}/page")
    assert page.content == HTML_PAGE.encode()
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_same_page_is_one_document_and_another_address_another(service: InProcess) -> None:
    first, again, wrapped = store(service), store(service), service.ask("POST", "/v1/documents", json={"html": HTML_PAGE})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert wrapped.json()["id"] != first.json()["id"]
    assert len(listed(service)) == 2


def test_an_idempotency_key_gives_the_same_document_and_refuses_another_request(service: InProcess) -> None:
    first = store(service, **{"Idempotency-Key": "order-7"})
    again = store(service, **{"Idempotency-Key": "order-7"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = store(service, page_about("ferry"), **{"Idempotency-Key": "order-7"})
    assert other.status_code == 422
    assert "use a new key" in other.json()["detail"]
    assert len(listed(service)) == 1


def test_fifty_equal_requests_at_once_make_one_document(service: InProcess) -> None:
    async def at_once() -> list[httpx.Response]:
        headers = HTML | {"Idempotency-Key": "once"}
        posts = (service.ask_from_loop("POST", "/v1/documents", content=HTML_PAGE, headers=headers) for _ in range(50))
        return await asyncio.gather(*posts)

    answers = asyncio.run(at_once())
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(listed(service)) == 1


def test_documents_are_listed_newest_first_and_page_by_page(service: InProcess) -> None:
    made = [store(service, page_about(f"bridge {n}"), f"https://news.example/{n}").json()["id"] for n in range(5)]
    seen: list[str] = []
    path = "/v1/documents?limit=2"
    for expected in (2, 2, 1):
        answer = service.get(path)
        assert len(answer.json()["documents"]) == expected
        seen += [one["id"] for one in answer.json()["documents"]]
        path = f"/v1/documents?limit=2&cursor={answer.json()['next']}"
        assert ("Link" in answer.headers) == (answer.json()["next"] is not None)
    assert seen == made[::-1]
    refused = service.get(
        "/v1/documents?limit=2&host=news.example&cursor=" + service.get("/v1/documents?limit=2").json()["next"]
    )
    assert refused.status_code == 422
    assert "cursor" in refused.json()["detail"]


def test_documents_are_filtered_by_host_language_date_quality_and_reason(service: InProcess) -> None:
    dated = {"article_published_time": "2024-05-01T10:00:00+00:00"}
    old = store(service, page_about("mill", **dated), "https://old.example/mill").json()
    new = store(service, page_about("lock"), "https://new.example/lock").json()
    foreign = "<p>" + "Der Rat von Varnholm sprach bis in den späten Abend über die Schleuse, und dann noch einmal. " * 4
    german = store(service, foreign, None).json()
    assert old["date_published"]

    def ids(**params: str) -> set[str]:
        return {one["id"] for one in listed(service, **params)}

    assert ids(host="OLD.example") == {old["id"]}
    assert ids(language="de") == {german["id"]}
    assert ids(published_from="2024-05-01") == ids(published_until="2024-05-01") == ids(published_until="2024") == {old["id"]}
    assert ids(published_from="2024-05-02") == ids(published_until="2024-04-30") == set()
    assert ids(reason="navigation") == {old["id"], new["id"]}
    assert ids(min_quality="0") == {old["id"], new["id"], german["id"]}
    assert ids(min_quality="1") == ids(host="nowhere.example") == set()


def test_documents_are_searched_by_their_words(service: InProcess) -> None:
    mill = store(service, page_about("old mill"), "https://a.example/").json()["id"]
    lock = store(service, page_about("lock at Ostholm"), "https://b.example/").json()["id"]
    chinese = store(
        service, "<title>水位</title><p>" + "水库的水位在夜间上升了一米，渔民们在早晨看到了这一点。" * 4, "https://c.example/"
    ).json()["id"]

    def found(query: str) -> set[str]:
        return {one["id"] for one in listed(service, q=query)}

    assert found("MILL") == {mill}
    assert found("council varnholm") == {mill, lock}
    assert found('"about the old"') == {mill}
    assert found('"old the about"') == set()
    assert found("mill lock") == set()
    assert found("渔民") == {chinese}
    assert found("mill' OR 1=1 --") == set()
    for hostile in ('" OR "', "NEAR(mill)", "mill AND", "a:*", "'; drop table documents; --", "words:mill", "( | & ! <->"):
        assert service.get("/v1/documents", params={"q": hostile}).status_code in (200, 422)
    assert service.get("/v1/documents?q=%21%21").status_code == 422


@pytest.mark.parametrize(
    ("written", "looked_for"),
    [("café", "cafe"), ("cafe", "CAFÉ"), ("cafe\u0301", "café"), ("Ærø", "aero"), ("Łódź", "lodz"), ("Άργος", "αργοσ")],
)
def test_words_are_found_with_and_without_accents(written: str, looked_for: str, service: InProcess) -> None:
    there = store(service, page_about(f"{written} at the lock"), "https://a.example/").json()["id"]
    store(service, page_about("bar at the lock"), "https://b.example/")
    assert [one["id"] for one in listed(service, q=looked_for)] == [there]


@pytest.mark.parametrize("reason", ["foo", "NAVIGATION", ""])
def test_a_reason_that_there_is_not_is_refused_with_those_that_there_are(reason: str, service: InProcess) -> None:
    for answer in (
        service.get("/v1/documents", params={"reason": reason}),
        service.get("/v1/documents/export", params={"reason": reason}),
        service.ask("POST", "/v1/jobs", json={"select": {"reason": reason}}),
    ):
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["detail"].startswith("must be one of navigation, breadcrumb, ")


def test_a_deleted_document_is_gone_with_all_that_belongs_to_it(service: InProcess) -> None:
    location = store(service).headers["Location"]
    assert service.ask("DELETE", location).status_code == 204
    for path in (location, f"{location}/page", f"{location}/versions", f"{location}/versions/1"):
        assert service.get(path).status_code == 404
    assert service.ask("DELETE", location).status_code == 404
    assert listed(service) == listed(service, q="barges") == []
    assert store(service).status_code == 201
    assert len(listed(service, q="barges")) == 1


def test_a_page_cleaned_again_has_another_version_and_the_two_are_compared(service: InProcess) -> None:
    location = store(service).headers["Location"]
    assert service.ask("POST", f"{location}/versions").status_code == 200
    again = service.ask("POST", f"{location}/versions", params={"cleaner": "trafilatura"})
    assert again.status_code == 201
    assert again.json()["stored"]["version"] == 2
    versions = service.get(f"{location}/versions").json()["versions"]
    assert [(one["version"], one["cleaner"]["name"]) for one in versions] == [(1, "combined"), (2, "trafilatura")]
    assert versions[1]["cleaner"]["version"] == CLEANERS["trafilatura"].version
    assert service.get(f"{location}/versions/1").json()["cleaner"]["name"] == "combined"
    assert service.get(location).json()["cleaner"]["name"] == "trafilatura"
    told = service.get(f"{location}/versions/2/diff").json()
    assert (told["from"], told["to"]) == (1, 2)
    assert told["fields"]["cleaner"]["to"]["name"] == "trafilatura"
    assert service.get(f"{location}/versions/3").status_code == 404
    assert service.get(f"{location}/versions/2/diff?against=9").status_code == 404


AGO = "<article><h1>Barges</h1><time>3 hours ago</time>" + "".join(f"<p>{one}</p>" for one in ARTICLE) + "</article>"
FETCHED = "2024-03-05T10:00:00+00:00"


def ago(service: InProcess, **params: str) -> httpx.Response:
    return service.ask("POST", "/v1/documents", content=AGO, headers=HTML, params=params)


def test_when_a_page_was_fetched_is_kept_and_dates_it_when_it_is_cleaned_again(service: InProcess) -> None:
    made = ago(service, fetched_at="2024-03-05T10:00:00Z").json()
    assert made["stored"]["fetched_at"] == FETCHED
    assert made["date_published"].startswith("2024-03-05")
    again = service.ask("POST", f"/v1/documents/{made['id']}/versions", params={"cleaner": "heuristic"})
    assert again.status_code == 201
    assert again.json()["stored"]["fetched_at"] == FETCHED
    assert again.json()["date_published"] == made["date_published"]


def test_a_page_of_which_it_is_told_later_when_it_was_fetched_gets_a_version_that_knows(service: InProcess) -> None:
    ignorant = ago(service)
    assert ignorant.json()["date_published"] is ignorant.json()["stored"]["fetched_at"] is None
    told = ago(service, fetched_at=FETCHED)
    assert (told.status_code, told.json()["stored"]["version"]) == (201, 2)
    assert told.json()["date_published"].startswith("2024-03-05")
    for answer in (ago(service, fetched_at=FETCHED), ago(service, fetched_at="2024-03-06"), ago(service)):
        assert answer.status_code == 200  # it stays as it was first told
        assert answer.json() == told.json()


def test_a_form_and_json_tell_it_as_well(service: InProcess) -> None:
    form = service.ask("POST", "/v1/documents", files={"html": (None, AGO), "fetched_at": (None, FETCHED)})
    body = service.ask("POST", "/v1/documents", json={"html": AGO, "fetched_at": FETCHED})
    for answer in (form, body):
        assert answer.json()["date_published"].startswith("2024-03-05"), answer.text


def test_all_documents_are_exported_as_parquet(service: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_ROWS_OF_A_GROUP", 2)
    ids = [store(service, page_about(subject, article_published_time="2026-03-05")).json()["id"] for subject in FIVE]
    service.app.state.store.writing(_flip, "document_versions", "record", ids[1])
    answer = service.get("/v1/documents/export", headers={"Accept": PARQUET})
    assert answer.headers["Content-Type"] == PARQUET
    assert "documents.parquet" in answer.headers["Content-Disposition"]
    file = pq.ParquetFile(io.BytesIO(answer.content))
    assert file.num_row_groups == 3
    rows = file.read().to_pylist()
    assert [row["id"] for row in rows] == list(reversed(ids))
    shown = service.get(f"/v1/documents/{ids[4]}").json()
    for name in ("text", "title", "date_published", "language", "word_count", "stored"):
        assert rows[0][name] == shown[name]
    assert [source["field"] for source in rows[0]["sources"]] == list(shown["sources"])
    assert "damaged" in rows[3]["problem"]
    assert rows[3]["text"] is None
    none = service.get("/v1/documents/export?host=nowhere.example", headers={"Accept": PARQUET})
    assert pq.ParquetFile(io.BytesIO(none.content)).read().num_rows == 0
    assert service.get("/v1/documents/export", headers={"Accept": "text/csv"}).status_code == 406


def test_a_document_is_shown_in_the_formats_that_cleaning_gives(service: InProcess) -> None:
    page = "<main><h1>Rain</h1><p>It rained in <b>Varnholm</b> for the whole of the night, and nobody minded at all.</p></main>"
    location = store(service, page).headers["Location"]
    for media_type, piece in (("text/markdown", "**Varnholm**"), ("text/html", "<strong>Varnholm</strong>")):
        shown = service.get(location, headers={"Accept": media_type})
        assert shown.headers["Content-Type"] == f"{media_type}; charset=utf-8"
        assert piece in shown.text
        sent = {"content": page, "params": {"url": URL}, "headers": HTML | {"Accept": media_type}}
        assert shown.text == service.clean(**sent).text  # type: ignore[arg-type]
        assert service.get(f"{location}/versions/1", headers={"Accept": media_type}).text == shown.text
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "written" not in service.get(location).json()
    explained = service.get(f"{location}?explain=summary", headers={"Accept": "text/html"})
    assert "only the JSON answer explains" in explained.json()["detail"]


def test_a_version_that_was_stored_as_json_alone_says_so(service: InProcess) -> None:
    identity = store(service).json()["id"]

    def as_before(connection: Connection) -> None:
        found = documents.find(connection, None, identity)
        assert found is not None
        record = packed(json.dumps(found.record).encode())
        values = {"record": record, "checksum": checksum(f"{identity}/1", record)}
        connection.execute(text("UPDATE document_versions SET record = :record, checksum = :checksum"), values)

    service.app.state.store.writing(as_before)
    refused = service.get(f"/v1/documents/{identity}", headers={"Accept": "text/markdown"})
    assert refused.status_code == 406
    assert "ask for application/json or text/plain" in refused.json()["detail"]
    assert service.get(f"/v1/documents/{identity}").status_code == 200


def test_all_documents_are_exported_as_json_lines(service: InProcess) -> None:
    made = [store(service, page_about(f"bridge {n}"), f"https://news.example/{n}").json()["id"] for n in range(3)]
    answer = service.get("/v1/documents/export")
    assert answer.headers["Content-Type"] == "application/jsonl"
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == made[::-1]
    assert service.get("/v1/documents/export?q=bridge&host=nowhere.example").text == ""


DAMAGE = {
    "record": ("document_versions", "record", ""),
    "summary": ("documents", "summary", ""),
    "page": ("document_pages", "content", "/page"),
    "address": ("document_pages", "url", "/page"),
    "fetch time": ("document_pages", "fetched_at", "/page"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_flipped_bit_is_never_served(service: InProcess, what: str) -> None:
    location = store(service, fetched_at=FETCHED).headers["Location"]
    sound = store(service, page_about("ferry")).json()["id"]
    table, column, path = DAMAGE[what]
    service.app.state.store.writing(_flip, table, column, location.rpartition("/")[2])
    answers = (
        [service.get(location + path), service.get("/v1/documents")] if what != "summary" else [service.get("/v1/documents")]
    )
    damaged = answers[0]
    assert damaged.status_code == 500
    assert damaged.json()["type"].endswith("store-damaged")
    assert "restore it from a backup" in damaged.json()["detail"]
    if what == "record":
        lines = [json.loads(line) for line in service.get("/v1/documents/export").text.splitlines()]
        assert [("problem" in line, line["id"] == sound) for line in lines] == [(False, True), (True, False)]


def _flip(connection: Connection, table: str, column: str, document: str) -> None:
    key = "id" if table == "documents" else "document_id"
    (value,) = connection.execute(text(f"SELECT {column} FROM {table} WHERE {key} = :id"), {"id": document}).one()
    content = bytearray(value.encode() if isinstance(value, str) else value)
    content[len(content) // 2] ^= 1
    changed: object = content.decode() if isinstance(value, str) else bytes(content)
    connection.execute(text(f"UPDATE {table} SET {column} = :value WHERE {key} = :id"), {"value": changed, "id": document})


REFUSED = {
    "a host that no database takes": ("?host=%00", "host"),
    "a limit": ("?limit=0", "limit"),
    "a large limit": ("?limit=201", "limit"),
    "a cursor": ("?cursor=abc", "cursor"),
    "a cursor that is none": ("?cursor=%00", "cursor"),
    "a date": ("?published_from=yesterday", "published_from"),
    "a quality": ("?min_quality=2", "min_quality"),
    "an unknown filter": ("?hosts=a", "hosts"),
    "a filter twice": ("?host=a&host=b", "host"),
}


@pytest.mark.parametrize(("query", "place"), REFUSED.values(), ids=REFUSED)
def test_a_list_that_cannot_be_asked_for_is_refused_with_its_place(service: InProcess, query: str, place: str) -> None:
    answer = service.get(f"/v1/documents{query}")
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == [place]


def test_a_page_that_cannot_be_cleaned_is_not_stored(service: InProcess) -> None:
    refused = service.ask("POST", "/v1/documents", content=b"%PDF-1.7 \x00\x01", headers=TEXT)
    assert refused.status_code == 422
    assert listed(service) == []
