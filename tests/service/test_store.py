"""The database itself: made, brought up to date with what is in it, full, newer than the service, and backed up."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from service.cleaning import CleanJob, Ingested, run_ingest_job
from service.requests import QueryOptions
from service.store import database as store_database
from service.store import documents
from service.store.checksums import checksum
from service.store.database import Store, StoreError, check, integrity, migrate
from service.store.documents import Filter, document_id, keep, list_documents
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


def test_documents_of_the_version_before_are_served_by_this_one(database: str) -> None:
    made = ingested()
    identity = document_id("", made.page)
    engine = store_database._engine(store_database._known_url(database))
    migrate(engine, "0001")
    with engine.execution_options(writes=True).begin() as connection:
        _store_as_the_first_version_did(connection, identity, made)
    engine.dispose()
    with in_process(workers=1, queue=4, database=database) as service:
        assert service.get(f"/v1/documents/{identity}").json()["text"].startswith("The lock keeper")
        assert [one["id"] for one in service.get("/v1/documents?q=barges&host=old.example").json()["documents"]] == [identity]
        assert service.get(f"/v1/documents/{identity}/page").content == HTML_PAGE.encode()


def _store_as_the_first_version_did(connection: Connection, identity: str, made: Ingested) -> None:
    """Plain SQL, so that it stays what it was whatever becomes of the code."""
    at = "2026-01-01T00:00:00.000000+00:00"
    summary = f'{{"id": "{identity}", "title": "Forty barges in a morning"}}'
    row = {"id": identity, "at": at, "summary": summary, "checksum": checksum(identity, summary.encode())}
    connection.execute(
        text(
            "INSERT INTO documents (id, owner, created_at, updated_at, version, host, summary, checksum) "
            "VALUES (:id, '', :at, :at, 1, 'old.example', :summary, :checksum)"
        ),
        row,
    )
    page = {"id": identity, "content": made.page.content, "checksum": checksum(f"{identity}/page", made.page.content)}
    connection.execute(text("INSERT INTO document_pages VALUES (:id, 'text/html', NULL, NULL, :content, :checksum)"), page)
    record = made.cleaning.record
    version = {"id": identity, "at": at, "record": record, "checksum": checksum(f"{identity}/1", record)}
    connection.execute(text("INSERT INTO document_versions VALUES (:id, 1, :at, 'combined', '1', :record, :checksum)"), version)
    words = "INSERT INTO document_search SELECT number, to_tsvector('simple', 'forty barges') FROM documents"
    if connection.dialect.name == "sqlite":
        words = "INSERT INTO document_search (rowid, words) SELECT number, 'forty barges' FROM documents"
    connection.execute(text(words))


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
