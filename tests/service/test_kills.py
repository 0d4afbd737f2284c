"""The service is killed at random moments under load; what it had acknowledged is there, once, and the database is sound. Told
to end, it answers all that it has accepted first.

A few kills here; CLEANER_KILLS=30 makes it the long run whose outcome stands in tests/bench/FIGURES.md.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from sqlalchemy import Connection, text

from service.store.database import Store, integrity
from tests.service.conftest import HTML, HTML_PAGE, Server, running_server
from tests.service.test_jobs import lines

KILLS = int(os.environ.get("CLEANER_KILLS", "5"))
SENDERS = 3
JOB_PAGES = 40


class Load:
    """Sends pages and starts jobs until it is told to stop, and notes what was acknowledged."""

    def __init__(self) -> None:
        self.documents: dict[int, str] = {}
        self.jobs: dict[str, range] = {}
        self.dropped: list[str] = []  # the ids of requests that were sent and not answered
        self._next = 1
        self._lock = threading.Lock()

    def next_number(self, count: int = 1) -> int:
        with self._lock:
            self._next += count
            return self._next - count

    def send(self, server: Server, stop: threading.Event) -> None:
        with httpx.Client(base_url=server.client.base_url, timeout=60) as client:
            while not stop.is_set():
                number = self.next_number()
                headers = HTML | {"X-Request-ID": f"send-{number}"}
                try:
                    answer = client.post("/v1/documents", content=page(number), headers=headers)
                except httpx.ConnectError:
                    return
                except httpx.HTTPError:
                    self.dropped.append(headers["X-Request-ID"])
                    continue
                if answer.status_code in (200, 201):
                    self.documents[number] = answer.json()["id"]

    def start_job(self, server: Server) -> None:
        first = self.next_number(JOB_PAGES)
        upload = lines(*(page(number) for number in range(first, first + JOB_PAGES)))
        try:
            answer = server.client.post("/v1/jobs?name=a.jsonl", content=upload)
        except httpx.HTTPError:
            return
        if answer.status_code == 202:
            self.jobs[answer.json()["id"]] = range(first, first + JOB_PAGES)


def page(number: int) -> str:
    return HTML_PAGE.replace("forty barges", f"barge number {number}")


def test_what_was_acknowledged_survives_being_killed(database: str, tmp_path: Path) -> None:
    moments = random.Random(20261124)  # noqa: S311  # not a secret
    load = Load()
    for _ in range(KILLS):
        with running_server(tmp_path, workers="1", queue="8", database=database) as server, _sending(load, server):
            load.start_job(server)
            time.sleep(moments.uniform(0.0, 1.5))
            server.process.kill()
            server.process.wait()
    _check_all(load, database, tmp_path)


def test_what_was_accepted_is_stored_and_answered_before_the_service_ends(database: str, tmp_path: Path) -> None:
    load = Load()
    with running_server(tmp_path, workers="1", queue="8", database=database) as server, _sending(load, server):
        load.start_job(server)
        while len(load.documents) < SENDERS:
            time.sleep(0.05)
        server.process.terminate()
        assert server.process.wait(60) == 0
        assert not [request for request in load.dropped if request in server.log_text()]  # it had not seen those
    _check_all(load, database, tmp_path)


@contextmanager
def _sending(load: Load, server: Server) -> Iterator[None]:
    stop = threading.Event()
    senders = [threading.Thread(target=load.send, args=(server, stop)) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    try:
        yield
    finally:
        stop.set()
        for sender in senders:
            sender.join()


def _check_all(load: Load, database: str, folder: Path) -> None:
    """What was acknowledged is there, once, as it was sent; the jobs end with all of their pages; the database is sound."""
    assert load.documents
    assert load.jobs
    with running_server(folder, workers="1", queue="8", database=database) as server:
        for number, identity in load.documents.items():
            shown = server.client.get(f"/v1/documents/{identity}")
            assert shown.status_code == 200, shown.text
            assert f"barge number {number} had" in shown.json()["text"]
        for job, numbers in load.jobs.items():
            _check_job(server, job, numbers)
    store = Store(database)
    assert store.reading(integrity) == []
    assert store.reading(_doubled) == []
    store.close()


def _check_job(server: Server, job: str, numbers: range) -> None:
    until = time.monotonic() + 120
    while not (shown := server.client.get(f"/v1/jobs/{job}").json())["ended_at"]:
        assert time.monotonic() < until, shown
        time.sleep(0.2)
    assert (shown["state"], shown["pages"], shown["done"], shown["failed"]) == ("done", JOB_PAGES, JOB_PAGES, 0)
    results = server.client.get(f"/v1/jobs/{job}/results?limit=500").json()["results"]
    assert [row["page"] for row in results] == list(range(1, JOB_PAGES + 1))
    first = server.client.get(f"/v1/documents/{results[0]['document']}").json()
    assert f"barge number {numbers[0]} had" in first["text"]
    assert max(Counter(row["document"] for row in results).values()) == 1


def _doubled(connection: Connection) -> list[str]:
    """Pages that are there more than once, and versions of one cleaner that are."""
    summaries = connection.execute(text("SELECT id, summary FROM documents")).all()
    orphans = text("SELECT document_id FROM document_versions WHERE document_id NOT IN (SELECT id FROM documents)")
    twice = text("SELECT document_id FROM document_versions GROUP BY document_id, cleaner, cleaner_version HAVING count(*) > 1")
    contents = Counter(
        (row.content, row.url) for row in connection.execute(text("SELECT content, url FROM document_pages")).all()
    )
    wrong = [identity for identity, summary in summaries if json.loads(summary)["id"] != identity]
    wrong += list(connection.execute(orphans).scalars()) + list(connection.execute(twice).scalars())
    return wrong + [str(url) for (_, url), count in contents.items() if count > 1]


def test_a_service_that_takes_an_upload_apart_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with running_server(tmp_path, workers="1") as server:
        job = server.client.post("/v1/jobs?name=a.jsonl", content=lines(*map(page, range(JOB_PAGES)))).json()["id"]
        while not (unpackers := _unpackers(server)):
            time.sleep(0.02)
        for unpacker in unpackers:
            os.kill(unpacker, signal.SIGSTOP)  # an upload that takes long
        server.process.terminate()
        assert server.process.wait(60) == 0
    with running_server(tmp_path, workers="1") as server:
        _check_job(server, job, range(JOB_PAGES))


def _unpackers(server: Server) -> list[int]:
    """The processes beside those that clean."""
    return server.workers()[1:]
