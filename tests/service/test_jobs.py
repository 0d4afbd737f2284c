"""Jobs: an upload is worked on to its end, whatever happens to the service meanwhile. On SQLite and on PostgreSQL."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from service.job_runner import STEP_PAGES
from service.reach import OutboundRefused, Reach, check_url
from service.store import jobs
from service.store.database import Store
from service.webhooks import signature
from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, InProcess, Server, in_process, running_server
from tests.service.test_sites import HOST, MOTTO, page_about

ZIP = {"Content-Type": "application/zip"}


def page(number: int) -> str:
    return HTML_PAGE.replace("forty barges", f"{number} barges")


def zipped(*pages: str | bytes, names: str = "page{}.html") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, content in enumerate(pages):
            archive.writestr(names.format(number), content)
    return file.getvalue()


def tarred(*pages: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for number, content in enumerate(pages):
            member = tarfile.TarInfo(f"page{number}.html")
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))
    return file.getvalue()


def warc(*pages: str) -> bytes:
    records = []
    for number, content in enumerate(pages):
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + content.encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/{number}\r\n"
            f"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number:032d}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        records.append(gzip.compress(head.encode() + answer + b"\r\n\r\n"))
    return b"".join(records)


def lines(*pages: str) -> bytes:
    return b"".join(
        json.dumps({"html": content, "url": f"https://n.example/{n}"}).encode() + b"\n" for n, content in enumerate(pages)
    )


def parquet(*pages: str) -> bytes:
    import pyarrow
    import pyarrow.parquet

    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"html": list(pages)}), file)
    return file.getvalue()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("jobs")
    settings = {"workers": "2", "queue": "8", "outbound": "any"}
    if request.param == "postgresql":
        settings["database"] = request.getfixturevalue("postgres").new_database()
    with running_server(folder, **settings) as running:
        yield running


def start(server: Server, upload: bytes, **params: str) -> dict[str, Any]:
    answer = server.client.post("/v1/jobs", params=params, content=upload, headers=ZIP)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/v1/jobs/{job['id']}"
    return job


def ended(server: Server, job: dict[str, Any], within_s: float = 60) -> dict[str, Any]:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        shown: dict[str, Any] = server.client.get(f"/v1/jobs/{job['id']}").json()
        if shown["ended_at"]:
            return shown
        time.sleep(0.1)
    raise AssertionError(f"the job has not ended: {shown}\n{server.log_text()}")


UPLOADS = {"crawl.zip": zipped, "crawl.tar.gz": tarred, "crawl.warc.gz": warc, "crawl.jsonl": lines, "crawl.parquet": parquet}


def test_each_kind_of_upload_becomes_documents(server: Server) -> None:
    for name, archive in UPLOADS.items():
        shown = ended(server, start(server, archive(page(1), page(2), page(3)), name=name))
        assert (shown["state"], shown["pages"], shown["done"], shown["failed"]) == ("done", 3, 3, 0), (name, shown)
        results = server.client.get(f"/v1/jobs/{shown['id']}/results").json()
        assert [row["page"] for row in results["results"]] == [1, 2, 3]
        document = server.client.get(f"/v1/documents/{results['results'][1]['document']}").json()
        assert "by noon 2 barges" in document["text"]
        if archive is warc:
            assert document["url"] == "https://news.example/1"


def test_what_a_jobs_first_pages_teach_of_their_site_the_later_ones_know(server: Server) -> None:
    subjects = "ferry bridge school market weir library windmill harbour orchard station theatre".split()[: STEP_PAGES + 1]
    pages = [{"text": page_about(subject), "url": f"https://{HOST}/{subject}"} for subject in subjects]
    job = ended(server, start(server, b"".join(json.dumps(one).encode() + b"\n" for one in pages), name="site.jsonl"))
    results = server.client.get(f"/v1/jobs/{job['id']}/results").json()["results"]
    first, last = (server.client.get(f"/v1/documents/{results[at]['document']}").json() for at in (0, -1))
    assert MOTTO in first["text"]
    assert MOTTO not in last["text"]
    assert last["cleaner"]["site"]["pages"] == STEP_PAGES
    assert server.client.get(f"/v1/sites/{HOST}").json()["pages"] == STEP_PAGES + 1


def test_a_page_that_fails_is_a_row_and_the_others_go_on(server: Server) -> None:
    job = start(server, zipped(page(1), b"%PDF-1.7 \x00\x01", page(3)), name="crawl.zip")
    shown = ended(server, job)
    assert (shown["state"], shown["done"], shown["failed"]) == ("done", 2, 1)
    results = server.client.get(f"/v1/jobs/{job['id']}/results").json()["results"]
    assert [row["problem"] is None for row in results] == [True, False, True]
    assert "send HTML or plain text" in results[1]["problem"]["detail"]
    assert shown["detail"].startswith("1 of 3 pages failed: ")
    assert results[1]["problem"]["detail"][:300] in shown["detail"]


def test_a_job_all_of_whose_pages_failed_has_failed_and_says_why(server: Server) -> None:
    shown = ended(server, start(server, zipped(b"%PDF-1.7 \x00\x01", b"%PDF-1.6 \x00\x01"), name="crawl.zip"))
    assert (shown["state"], shown["done"], shown["failed"]) == ("failed", 0, 2)
    assert shown["detail"].startswith("2 of 2 pages failed: ")
    assert shown["detail"].count("send HTML or plain text") == 1
    empty = ended(server, start(server, zipped(), name="crawl.zip"))
    assert (empty["state"], empty["pages"], empty["detail"]) == ("done", 0, "There was no page to clean.")


def test_results_and_jobs_are_listed_page_by_page(server: Server) -> None:
    first = start(server, zipped(*(page(n) for n in range(5))), name="a.zip")
    second = start(server, zipped(page(1)), name="b.zip")
    ended(server, first)
    ended(server, second)
    seen, query = [], "limit=2"
    while query:
        answer = server.client.get(f"/v1/jobs/{first['id']}/results?{query}").json()
        seen += [row["page"] for row in answer["results"]]
        query = f"limit=2&cursor={answer['next']}" if answer["next"] else ""
    assert seen == [1, 2, 3, 4, 5]
    listed = server.client.get("/v1/jobs?limit=1").json()
    assert [job["id"] for job in listed["jobs"]] == [second["id"]]
    assert server.client.get(f"/v1/jobs?limit=1&cursor={listed['next']}").json()["jobs"][0]["id"] == first["id"]


def test_a_job_is_followed_by_its_events(server: Server) -> None:
    job = start(server, zipped(*(page(n) for n in range(30))), name="a.zip")
    with server.client.stream("GET", f"/v1/jobs/{job['id']}/events") as events:
        assert events.headers["Content-Type"].startswith("text/event-stream")
        text = events.read().decode()
    told = [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]
    assert [event["done"] for event in told] == sorted(event["done"] for event in told)
    assert text.rstrip().splitlines()[-3] == "event: ended"
    assert (told[-1]["state"], told[-1]["done"]) == ("done", 30)


def test_stored_documents_are_cleaned_again(server: Server) -> None:
    made = [
        server.client.post(f"/v1/documents?url=https://{host}/", content=page(n), headers=HTML).json()["id"]
        for n, host in enumerate(("a.example", "b.example", "a.example"))
    ]
    asked = {"select": {"host": "a.example"}, "options": {"cleaner": "heuristic"}}
    job = server.client.post("/v1/jobs", json=asked)
    assert job.status_code == 202
    shown = ended(server, job.json())
    assert (shown["kind"], shown["pages"], shown["done"]) == ("again", 2, 2)
    versions = [server.client.get(f"/v1/documents/{one}").json()["stored"]["version"] for one in made]
    assert versions == [2, 1, 2]


def test_a_cancelled_job_ends_and_keeps_what_it_stored(server: Server) -> None:
    job = start(server, zipped(*(page(n) for n in range(400))), name="a.zip")
    cancelled = server.client.post(f"/v1/jobs/{job['id']}/cancel")
    assert cancelled.json()["state"] == "cancelled"
    assert server.client.post(f"/v1/jobs/{job['id']}/cancel").status_code == 409
    time.sleep(1)
    shown = server.client.get(f"/v1/jobs/{job['id']}").json()
    assert shown["state"] == "cancelled"
    assert shown["done"] < 400


def test_an_upload_that_is_none_of_what_it_says_is_a_job_with_a_failure(server: Server) -> None:
    for name in UPLOADS:
        shown = ended(server, start(server, b"certainly no archive " * 100, name=name))
        assert (shown["state"], shown["done"]) == ("failed", 0), (name, shown)
        if name in ("crawl.zip", "crawl.tar.gz", "crawl.parquet"):  # the others are read line by line, or record by record
            assert (shown["pages"], shown["failed"]) == (None, 0)
            assert shown["detail"].startswith("nothing of the upload can be read: "), shown
            assert name in shown["detail"]


def test_the_keys_of_json_lines_may_have_other_names(server: Server) -> None:
    rows = [{"body": page(number), "link": f"https://n.example/{number}", "seen": "2026-11-20T10:00:00Z"} for number in (1, 2)]
    upload = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    job = start(server, upload, name="a.jsonl", field="html=body,url=link,fetched_at=seen")
    assert job["options"]["field"] == "html=body,url=link,fetched_at=seen"
    shown = ended(server, job)
    assert (shown["state"], shown["done"]) == ("done", 2), shown
    results = server.client.get(f"/v1/jobs/{job['id']}/results").json()["results"]
    assert server.client.get(f"/v1/documents/{results[1]['document']}").json()["url"] == "https://n.example/2"


def test_when_pages_were_fetched_is_told_by_the_archive_or_else_with_it_and_dates_them(server: Server) -> None:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE)
    content = f"<article><h1>Barges</h1><time>3 hours ago</time>{paragraphs}</article>"
    rows = [{"html": content, "fetched_at": "2026-11-20T10:00:00+00:00"}, {"html": content, "url": "https://n.example/a"}]
    upload = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    job = start(server, upload, name="a.jsonl", fetched_at="2026-11-21")
    assert job["options"]["fetched_at"] == "2026-11-21"
    results = server.client.get(f"/v1/jobs/{ended(server, job)['id']}/results").json()["results"]
    stored = [server.client.get(f"/v1/documents/{row['document']}").json() for row in results]
    assert [one["date_published"][:10] for one in stored] == ["2026-11-20", "2026-11-21"]
    assert [one["stored"]["fetched_at"][:10] for one in stored] == ["2026-11-20", "2026-11-21"]


def test_an_upload_may_be_the_one_file_of_a_form(server: Server) -> None:
    content = zipped(*(page(number) for number in range(3))) + b"\r\n--" * 1_000  # what looks like a boundary is none
    sent = server.client.post("/v1/jobs", files={"file": ("crawl.zip", content)})
    assert sent.status_code == 202, sent.text
    assert sent.json()["name"] == "crawl.zip"
    assert ended(server, sent.json())["done"] == 3


FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.zip"\r\n\r\nPK\r\n'
FORMS: dict[str, tuple[bytes, int, str]] = {
    "no file": (b'--x\r\nContent-Disposition: form-data; name="mode"\r\n\r\nprecision\r\n--x--\r\n', 422, "one file"),
    "two files": (
        2 * (FILE := b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.zip"\r\n\r\nPK\r\n'),
        422,
        "one file",
    ),
    "a file that breaks off": (FILE, 400, "multipart/form-data"),
    "an empty file": (FILE.replace(b"PK", b"") + b"--x--\r\n", 422, "Send the page"),
    "no form": (b"PK", 400, "multipart/form-data"),
    "nothing": (b"", 422, "one file"),
    "a suffix that is not known": (FILE.replace(b"zip", b"rar") + b"--x--\r\n", 422, "suffix that is known"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_cannot_be_taken_is_refused_and_leaves_no_job(tmp_path: Path, form: str) -> None:
    body, status, why = FORMS[form]
    with in_process(workers=1, database=f"sqlite:///{tmp_path}/a.db") as service:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = service.ask("POST", "/v1/jobs", content=body, headers=headers)
        assert answer.status_code == status, answer.text
        assert why in answer.json()["detail"]
        assert service.app.state.store.reading(_rows_of_jobs) == 0


REFUSED: dict[str, tuple[dict[str, str], bytes, int, str]] = {
    "no name": ({}, b"x", 422, "zip, tar, jsonl, parquet, warc"),
    "an unknown suffix": ({"name": "crawl.rar"}, b"x", 422, "suffix that is known"),
    "an unknown reader": ({"reader": "rar"}, b"x", 422, "must be one of"),
    "nothing": ({"name": "a.zip"}, b"", 422, "Send the page"),
    "an unknown field": ({"name": "a.jsonl", "field": "body=x"}, b"x", 422, "say WHAT=NAME"),
    "fields of a zip": ({"name": "a.zip", "field": "html=x"}, b"x", 422, "only jsonl and parquet have"),
    "an unknown cleaner": ({"name": "a.zip", "cleaner": "broom"}, b"x", 422, "choose one of"),
    "too much": ({"name": "a.zip"}, b"x" * 2_000_001, 413, "2,000,000 bytes"),
    "a webhook where none may be": ({"name": "a.zip", "webhook": "https://hooks.example/"}, b"x", 422, "CLEANER_OUTBOUND"),
}


def test_an_upload_that_cannot_be_taken_is_refused_and_forgotten(tmp_path: Path) -> None:
    with in_process(workers=1, max_upload_bytes=2_000_000, database=f"sqlite:///{tmp_path}/a.db") as service:
        for name, (params, body, status, says) in REFUSED.items():
            answer = service.ask("POST", "/v1/jobs", params=params, content=body, headers=ZIP)
            assert (answer.status_code, says in answer.text) == (status, True), (name, answer.text)
        assert service.get("/v1/jobs").json()["jobs"] == []
        assert service.app.state.store.reading(_rows_of_jobs) == 0


def _rows_of_jobs(connection: Connection) -> int:
    both = "SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM job_uploads)"
    return int(connection.exec_driver_sql(both).scalar_one())


def test_a_job_is_its_owners_own(database: str) -> None:
    with in_process(workers=1, access="keys", database=database) as service:
        mine, other = (_key(service) for _ in range(2))
        job = service.ask("POST", "/v1/jobs?name=a.zip", content=zipped(page(1)), headers=ZIP | mine).json()
        for path in ("", "/events", "/results"):
            assert service.get(f"/v1/jobs/{job['id']}{path}", headers=other).status_code == 404
        assert service.ask("POST", f"/v1/jobs/{job['id']}/cancel", headers=other).status_code == 404
        assert service.get("/v1/jobs", headers=other).json()["jobs"] == []
        assert service.get("/v1/jobs", headers=mine).json()["jobs"][0]["id"] == job["id"]


def _key(service: InProcess) -> dict[str, str]:
    from service.store import keys

    return {"Authorization": f"Bearer {service.app.state.store.writing(keys.create, 'a key', ['read', 'write'])}"}


def test_a_job_whose_service_died_is_taken_over_and_the_dead_one_can_store_nothing_more(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LEASE_S", -1)  # a lease that has run out when it is given
    store = Store(database)
    job = store.writing(jobs.create, "", "zip", "a.zip", {}, None)
    store.writing(jobs.queue, job)
    dead = store.writing(jobs.lease)
    taken_over = store.writing(jobs.lease)
    assert dead is not None
    assert taken_over is not None
    assert dead.id == taken_over.id
    with pytest.raises(jobs.LeaseLost):
        store.writing(jobs.finish_step, dead, [])
    store.writing(jobs.finish, taken_over)
    assert store.writing(jobs.lease) is None
    store.close()


@contextmanager
def hooks(*statuses: int) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A server that answers posts with these statuses, the last one again and again; what it was told."""
    told: list[tuple[dict[str, str], bytes]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name is the library's
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(statuses[min(len(told), len(statuses)) - 1])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on standard error."""

    listener = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}/hook", told
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def test_a_webhook_is_told_of_the_end_signed_and_again_when_it_fails(server: Server) -> None:
    with hooks(500, 204) as (url, told):
        job = start(server, zipped(page(1)), name="a.zip", webhook=url)
        ended(server, job)
        until = time.monotonic() + 30
        while len(told) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert len(told) == 2
    for headers, body in told:
        assert json.loads(body)["type"] == "job.done"
        assert json.loads(body)["data"] == {"id": job["id"], "state": "done", "pages": 1, "done": 1, "failed": 0}
        expected = signature(job["webhook_secret"], headers["webhook-id"], headers["webhook-timestamp"], body)
        assert headers["webhook-signature"] == expected
    assert told[0][0]["webhook-id"] == told[1][0]["webhook-id"]
    until = time.monotonic() + 10
    while not (shown := server.client.get(f"/v1/jobs/{job['id']}").json()["webhook"])["delivered_at"]:
        assert time.monotonic() < until
    assert (shown["attempts"], shown["answer"], shown["next_at"]) == (2, "204", None)
    assert "webhook_secret" not in server.client.get(f"/v1/jobs/{job['id']}").json()


PRIVATE = [
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://224.0.0.1/",
    "http://user:password@hooks.example/",
    "ftp://hooks.example/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_an_address_that_is_not_public_is_refused(url: str) -> None:
    with pytest.raises(OutboundRefused):
        check_url(url, Reach("public"))


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433", "0x7f000001"])
def test_a_name_that_resolves_to_this_machine_is_not_connected_to(name: str, tmp_path: Path) -> None:
    import asyncio

    from service.outbound import Outbound

    async def post(port: str) -> None:
        outbound = Outbound("public")
        try:
            await outbound.post(f"http://{name}:{port}/hook", b"{}", {})
        finally:
            await outbound.close()

    with hooks(204) as (url, told):
        with pytest.raises((OutboundRefused, httpx.HTTPError, OSError)):
            asyncio.run(post(url.split(":")[2].split("/")[0]))
        assert told == []


def test_articles_of_an_upload_are_searched_like_others(server: Server) -> None:
    ended(server, start(server, zipped(page(7)), name="a.zip"))
    found = server.client.get('/v1/documents?q="7 barges"').json()["documents"]
    assert len(found) == 1
    assert ARTICLE[1] in server.client.get(f"/v1/documents/{found[0]['id']}").json()["text"]


def test_a_misspelt_key_is_told_the_keys_of_its_place(server: Server) -> None:
    for body, place, known in (
        ({"select": {"lang": "de"}}, "#/select/lang", "language"),
        ({"select": {}, "optins": {}}, "#/optins", "options, select"),
    ):
        answer = server.client.post("/v1/jobs", json=body)
        assert answer.status_code == 422
        (fault,) = answer.json()["errors"]
        assert fault["pointer"] == place
        assert known in fault["detail"]
