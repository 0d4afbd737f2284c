"""A disk that is really full: what cannot be stored is told (507), what was acknowledged stays, and with room all goes on."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.store.database import Store, integrity
from tests.service.conftest import HTML, HTML_PAGE, Server, running_server
from tests.service.databases import Postgres
from tests.service.small_disks import MEGABYTE, SmallDisk, small_disk
from tests.service.test_jobs import lines

JOB_PAGES = 60


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with small_disk(24) as mounted:
        yield mounted


@pytest.fixture(params=["sqlite", "postgresql"])
def database_on_it(request: pytest.FixtureRequest, disk: SmallDisk) -> Iterator[str]:
    """The URL of a database whose files are on the small disk."""
    if request.param == "sqlite":
        yield f"sqlite:///{disk.folder}/cleaner.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database_in(disk.folder) as url:
        yield url


def test_a_full_disk_is_told_loses_nothing_and_is_forgotten_with_room(
    database_on_it: str, disk: SmallDisk, tmp_path: Path
) -> None:
    with running_server(tmp_path, workers="1", queue="8", database=database_on_it) as server:
        kept = [_store(server, number) for number in range(3)]
        job = server.client.post("/v1/jobs?name=a.jsonl", content=lines(*(_page(-n) for n in range(1, JOB_PAGES + 1)))).json()
        disk.fill(leave=MEGABYTE // 2)
        number = 3
        while (answer := _post(server, number)).status_code == 201:
            kept.append(answer.json()["id"])
            number += 1
        assert answer.status_code == 507
        assert "make room" in answer.json()["detail"]
        assert server.client.post("/v1/clean", content=HTML_PAGE, headers=HTML).status_code == 200
        assert server.client.post("/v1/jobs?name=a.jsonl", content=bytes(2 * MEGABYTE)).status_code == 507
        for at, identity in enumerate(kept):
            assert f"barge number {at} had" in server.client.get(f"/v1/documents/{identity}").json()["text"]
        disk.relieve()
        kept.append(_store(server, number))
        assert server.client.get("/readyz").status_code == 200
        _check_job(server, job["id"])
        for at, identity in enumerate(kept):
            assert f"barge number {at} had" in server.client.get(f"/v1/documents/{identity}").json()["text"]
        listed = server.client.get("/v1/documents?limit=200").json()["documents"]
        assert len(listed) == len(kept) + JOB_PAGES
    store = Store(database_on_it)
    assert store.reading(integrity) == []
    store.close()


def _page(number: int) -> str:
    """A page that hardly compresses."""
    noise = random.Random(number).randbytes(30_000).hex()  # noqa: S311  # not a secret
    return HTML_PAGE.replace("forty barges", f"barge number {number}").replace("</main>", f"<!-- {noise} --></main>")


def _post(server: Server, number: int) -> httpx.Response:
    return server.client.post("/v1/documents", content=_page(number), headers=HTML)


def _store(server: Server, number: int) -> str:
    answer = _post(server, number)
    assert answer.status_code == 201, answer.text
    identity: str = answer.json()["id"]
    return identity


def _check_job(server: Server, identity: str) -> None:
    until = time.monotonic() + 120
    while not (shown := server.client.get(f"/v1/jobs/{identity}").json())["ended_at"]:
        assert time.monotonic() < until, shown
        time.sleep(0.2)
    assert (shown["state"], shown["done"], shown["failed"]) == ("done", JOB_PAGES, 0)
