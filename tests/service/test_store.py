"""The database itself: made, brought up to date with what is in it, full, newer than the service, and backed up."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from service.cleaning import CleanJob, Ingested, run_ingest_job
from service.requests import QueryOptions
from service.store import database as store_database
from service.store import documents, fingerprints, jobs, keys, samples, sites
from service.store.checksums import checksum
from service.store.database import Store, StoreError, check, integrity, migrate
from service.store.documents import Filter, document_id, keep, list_documents
from service.store.rows import FETCHED_AT, WRITTEN, packed, unpacked
from service.store.tables import metadata
from tests.service.conftest import HTML, HTML_PAGE, InProcess, in_process


def ingested(page: str = HTML_PAGE) -> Ingested:
    made = run_ingest_job(CleanJob(page.encode(), "text/html", None, QueryOptions(), "json"))
    assert isinstance(made, Ingested)
    return made


def test_the_steps_make_the_tables_that_the_code_knows(database: str) -> None:
    store = Store(database)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        return list(compare_metadata(context, metadata))

    assert store.reading(differences) == []
    store.close()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not str(name).startswith("document_search")


@pytest.mark.parametrize("before", ["0001", "0002", "0003", "0004", "0005", "0006", "0007"])
def test_what_an_earlier_version_stored_is_there_in_this_one(database: str, before: str) -> None:
    made = ingested()
    identity = document_id("", made.page)
    engine = store_database._engine(store_database._known_url(database))
    migrate(engine, before)
    with engine.execution_options(writes=True).begin() as connection:
        _store_as_the_first_version_did(connection, identity, made)
        for revision, rows in ADDED_SINCE.items():
            for table, row in rows(identity).items() if revision <= before else ():
                _insert(connection, table, row)
    engine.dispose()
    with in_process(workers=1, queue=4, database=database) as service:
        shown = service.get(f"/v1/documents/{identity}").json()
        assert shown["text"].startswith("The lock keeper")
        assert shown["stored"]["fetched_at"] is None
        assert [one["id"] for one in service.get("/v1/documents?q=barges&host=old.example").json()["documents"]] == [identity]
        for words in ("Café", '"cafe of Aero"', '"aero cafe"'):
            assert len(service.get("/v1/documents", params={"q": words}).json()["documents"]) == 1, words
        assert service.get(f"/v1/documents/{identity}/page").content == HTML_PAGE.encode()
        for revision, told in TOLD_SINCE.items():
            assert told(service, identity) == (revision <= before), revision
        assert service.app.state.store.reading(integrity) == []


AT = "2026-01-01T00:00:00.000000+00:00"
SECRET = "s" * 43
KEY = f"clk_0123456789ab_{SECRET}"
JOB = "a" * 32

Rows = dict[str, dict[str, Any]]


def _key(_document: str) -> Rows:
    hashed = hashlib.sha256(SECRET.encode()).hexdigest()
    key = {"id": "0123456789ab", "name": "old", "owner": "old", "scopes": "read", "hash": hashed, "created_at": AT}
    return {"api_keys": key}


def _job(_document: str) -> Rows:
    job = {"id": JOB, "owner": "", "kind": "jsonl", "name": "a.jsonl", "options": "{}", "state": "queued"}
    counts = {"created_at": AT, "updated_at": AT, "done": 0, "failed": 0}
    return {"jobs": job | counts, "job_uploads": {"job_id": JOB, "number": 0, "content": b'{"html": "x"}'}}


def _site(document: str) -> Rows:
    part = packed(b"{}")
    named = {"owner": "", "site": "old.example", "page": "f" * 16}
    sums = {"part": part, "checksum": checksum("/".join(named.values()), part)}
    return {"site_pages": named | sums | {"rank": 0.5, "document_id": document, "learned_at": AT}}


def _fingerprint(document: str) -> Rows:
    own = {"document_id": document, "owner": "", "exact": "e" * 32, "sketch": b"s", "checksum": "c" * 64}
    return {"document_fingerprints": own, "document_bands": {"band": 7, "number": 1}}


def _sample(document: str) -> Rows:
    record = packed(b'{"text": "by hand"}')
    own = {"document_id": document, "annotator": "ann", "version": 1, "done": True, "created_at": AT, "updated_at": AT}
    line = {"owner": "", "host": "old.example", "line_hash": "b" * 16, "line": "home", "stays": False, "taught_at": AT}
    return {
        "samples": own | {"record": record, "checksum": checksum(f"{document}/ann/1", record)},
        "document_disputes": {"document_id": document, "share": 0.25},
        "taught_lines": line,
    }


ADDED_SINCE = {"0002": _key, "0003": _job, "0004": _site, "0005": _fingerprint, "0006": _sample}


def _asked(question: Callable[..., Any], *arguments: object) -> Callable[[InProcess, str], bool]:
    def told(service: InProcess, document: str) -> bool:
        given = (document if argument is ... else argument for argument in arguments)
        return bool(service.app.state.store.reading(question, *given))

    return told


TOLD_SINCE = {
    "0002": _asked(keys.caller_of, KEY),
    "0003": _asked(jobs.find, "", JOB),
    "0004": _asked(sites.list_sites, "", 10, None),
    "0005": _asked(fingerprints.is_there, ...),
    "0006": _asked(samples.find, "", ..., "ann"),
}


def _insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    """Plain SQL, so that it stays what it was whatever becomes of the code."""
    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES (:{', :'.join(row)})"), row)


def _store_as_the_first_version_did(connection: Connection, identity: str, made: Ingested) -> None:
    summary = f'{{"id": "{identity}", "title": "Forty barges in a morning"}}'
    times = {"created_at": AT, "updated_at": AT}
    row = {"id": identity, "owner": "", "version": 1, "host": "old.example", "summary": summary}
    _insert(connection, "documents", row | times | {"checksum": checksum(identity, summary.encode())})
    content, record = made.page.content, packed(json.dumps(_without(made.cleaning.record, WRITTEN, FETCHED_AT)).encode())
    page = {"document_id": identity, "media_type": "text/html", "content": content}
    _insert(connection, "document_pages", page | {"checksum": checksum(f"{identity}/page", content)})
    version = {"document_id": identity, "number": 1, "created_at": AT, "cleaner": "combined", "cleaner_version": "1"}
    _insert(connection, "document_versions", version | {"record": record, "checksum": checksum(f"{identity}/1", record)})
    words = "'forty barges at the café of ærø café'"
    index = f"INSERT INTO document_search SELECT number, to_tsvector('simple', {words}) FROM documents"
    if connection.dialect.name == "sqlite":
        index = f"INSERT INTO document_search (rowid, words) SELECT number, {words} FROM documents"
    connection.execute(text(index))


def _without(record: bytes, *names: str) -> dict[str, Any]:
    return {name: value for name, value in json.loads(unpacked(record)).items() if name not in names}


def test_a_database_of_a_newer_version_is_left_alone(database: str) -> None:
    store = Store(database)
    store.writing(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    store.close()
    newer = Store(database)
    with pytest.raises(StoreError, match="newer version of the service"):
        newer.reading(check)
    newer.close()


@pytest.mark.parametrize("url", ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "cleaner.db", ""])
def test_a_url_that_cannot_be_used_says_what_would_be(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///FILE"):
        Store(url)


def test_what_fails_half_way_leaves_nothing_behind(database: str) -> None:
    store = Store(database)
    made = ingested()

    def half(connection: Connection) -> None:
        keep(connection, "", made.page, made.cleaning)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        store.writing(half)
    assert store.reading(list_documents, Filter(None), 10).summaries == []
    assert store.reading(integrity) == []
    store.close()


def test_a_full_disk_is_told_keeps_what_was_acknowledged_and_recovers_by_itself(tmp_path: Path) -> None:
    # SQLite's own limit of pages stands for the disk: it fails where a full disk does, and is lifted without one
    with in_process(workers=1, queue=4, database=f"sqlite:///{tmp_path}/cleaner.db") as service:
        kept = _fill(service)
        assert kept
        for identity in kept:
            assert service.get(f"/v1/documents/{identity}").status_code == 200
        _limit_pages(service, 1_000_000)
        assert service.ask("POST", "/v1/documents", content=HTML_PAGE, headers=HTML).status_code == 201
        listed = service.get("/v1/documents?limit=200").json()["documents"]
        assert len(listed) == len(kept) + 1
        assert service.app.state.store.reading(integrity) == []


def _fill(service: InProcess) -> list[str]:
    """Store pages until there is a 507; the ids of those that were acknowledged."""
    service.app.state.store.reading(check)
    _limit_pages(service, 70)
    kept: list[str] = []
    for n in range(200):
        page = HTML_PAGE.replace("forty barges", f"{n} barges, {n:b} of them loaded with {n:x} crates")
        answer = service.ask("POST", "/v1/documents", content=page, headers=HTML)
        if answer.status_code == 507:
            assert "nothing of this request was stored" in answer.json()["detail"]
            return kept
        assert answer.status_code == 201
        kept.append(answer.json()["id"])
    raise AssertionError("200 documents found room in 70 pages")


def _limit_pages(service: InProcess, pages: int) -> None:
    service.app.state.store.writing(lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}"))


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    store = Store(f"sqlite:///{tmp_path}/a.db")
    with pytest.raises(StoreError, match="damaged"):
        store.reading(check)
    store.close()


def test_the_file_of_sqlite_keeps_its_log_beside_it_and_loses_nothing_with_the_power(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/a.db")
    assert store.reading(lambda connection: connection.exec_driver_sql("PRAGMA journal_mode").scalar()) == "wal"
    assert store.reading(lambda connection: connection.exec_driver_sql("PRAGMA synchronous").scalar()) == 2
    store.close()
    assert sqlite3.connect(tmp_path / "a.db").execute("SELECT count(*) FROM documents").fetchone() == (0,)


def test_old_idempotency_keys_are_forgotten(database: str) -> None:
    store = Store(database)
    made = ingested()
    store.writing(keep, "", made.page, made.cleaning, ("key", "request"))
    assert store.writing(documents.forget_idempotency_keys, "2000-01-01") == 0
    assert store.writing(documents.forget_idempotency_keys, "9999-01-01") == 1
    store.close()
