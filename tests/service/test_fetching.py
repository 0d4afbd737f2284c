"""Pages are fetched by their address where that is switched on, and from nowhere they should not be."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import pytest

from service import fetching
from service.reach import OutboundRefused, Reach, _Guarded, check_url
from service.settings import SettingsError, read_settings
from tests.service.conftest import ARTICLE, HTML_PAGE, InProcess, in_process

NAME = "pages.test"
LIMIT = 200_000  # bytes of a page


@dataclass
class Site:
    """A real server on this machine; ``asked`` are the (path, headers) of the requests that came."""

    port: int
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str, host: str = NAME) -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    server = _Quiet(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    found = Site(server.server_port)
    server.site = found  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield found
    found.let_go.set()
    server.shutdown()
    server.server_close()
    thread.join()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Whoever breaks off in the middle is the service, as it should."""
        assert isinstance(sys.exception(), ConnectionError | ssl.SSLError)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def site(self) -> Site:
        found = self.server.site  # type: ignore[attr-defined]
        assert isinstance(found, Site)
        return found

    def do_GET(self) -> None:  # the name is the library's
        self.site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        path, _, query = self.path.partition("?")
        if path == "/sent-on":
            self._answer(302, b"", Location=query)
        elif path == "/slow":
            self.send_response(200)
            self.end_headers()
            while not self.site.let_go.wait(0.05):
                try:
                    self.wfile.write(b"<p>")
                except OSError:
                    return
            self.close_connection = True
        else:
            status, body, headers = PAGES[path]()
            self._answer(status, body, **headers)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


LATIN = {"Content-Type": "text/html; charset=iso-8859-1"}
PAGES: dict[str, Callable[[], tuple[int, bytes, dict[str, str]]]] = {
    "/page": lambda: (200, HTML_PAGE.encode(), {"Set-Cookie": "who=you; Path=/"}),
    "/latin": lambda: (200, "<p>Über die Brücke führte früher nur ein schmaler Steg aus Holz.".encode("latin-1"), LATIN),
    "/text": lambda: (200, "\n".join(ARTICLE).encode(), {"Content-Type": "text/plain"}),
    "/packed": lambda: (200, gzip.compress(HTML_PAGE.encode()), {"Content-Encoding": "gzip"}),
    "/bomb": lambda: (200, gzip.compress(b" " * 50_000_000), {"Content-Encoding": "gzip"}),
    "/torn": lambda: (200, gzip.compress(HTML_PAGE.encode())[:-9], {"Content-Encoding": "gzip"}),
    "/large": lambda: (200, b"x" * (LIMIT + 1), {}),
    "/gone": lambda: (404, b"<p>Gone", {}),
    "/pdf": lambda: (200, b"%PDF-1.7", {"Content-Type": "application/pdf"}),
    "/nothing": lambda: (200, b"", {}),
    "/loop": lambda: (302, b"", {"Location": "/loop"}),
}


@pytest.fixture(scope="module")
def service(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    settings = {
        "fetch": "public",
        "fetch_hosts": f"{NAME}=127.0.0.1, other.test=127.0.0.1",
        "fetch_ports": f"80,443,{site.port}",
        "max_body_bytes": LIMIT,
        "facades": "mercury,readability",
        "database": f"sqlite:///{tmp_path_factory.mktemp('fetching')}/a.db",
    }
    with in_process(workers=1, queue=20, **settings) as running:
        yield running


def test_a_page_is_fetched_by_its_address_and_cleaned(service: InProcess, site: Site) -> None:
    told = service.clean(json={"url": site.url("/page")}).json()
    assert [line for line in told["text"].splitlines() if line] == list(ARTICLE)
    assert told["url"] == site.url("/page")
    for path in ("/text", "/packed"):
        assert service.clean(json={"url": site.url(path)}).json()["text"].split() == told["text"].split()
    latin = service.clean(json={"url": site.url("/latin"), "options": {"cleaner": "by_site"}}).json()
    assert latin["text"].startswith("Über die Brücke")


def test_nothing_of_one_page_goes_with_the_next(service: InProcess, site: Site) -> None:
    for _ in range(2):
        service.clean(json={"url": site.url("/page")})
    assert all("cookie" not in headers and "authorization" not in headers for _, headers in site.asked)


def test_where_a_page_is_sent_on_to_is_its_address(service: InProcess, site: Site) -> None:
    told = service.clean(json={"url": site.url(f"/sent-on?{site.url('/page', 'other.test')}")}).json()
    assert told["url"] == site.url("/page", "other.test")
    assert service.clean(json={"url": site.url("/sent-on?/page")}).json()["url"] == site.url("/page")


def test_documents_and_batches_take_addresses_too(service: InProcess, site: Site) -> None:
    made = service.ask("POST", "/v1/documents", json={"url": site.url("/page")})
    assert made.status_code == 201
    assert service.get(f"{made.headers['Location']}/page").content == HTML_PAGE.encode()
    lines = "".join(json.dumps({"id": path, "url": site.url(path)}) + "\n" for path in ("/page", "/gone"))
    batch = service.ask("POST", "/v1/clean/batch", content=lines, headers={"Content-Type": "application/jsonl"})
    rows = [json.loads(line) for line in batch.text.splitlines()]
    assert rows[0]["document"]["text"] == made.json()["text"]
    assert (rows[1]["id"], rows[1]["problem"]["status"]) == ("/gone", 502)


def test_the_facades_take_addresses(service: InProcess, site: Site) -> None:
    before = len(site.asked)
    told = service.get("/parser", params={"url": site.url("/page")}).json()
    assert (told["title"], told["url"]) == ("Forty barges in a morning", site.url("/page"))
    assert told["content"].startswith("<article>")
    assert len(site.asked) == before + 1
    assert service.ask("POST", "/", json={"url": site.url("/page")}).json()["textContent"].startswith(ARTICLE[0])
    missing = service.get("/parser")
    assert (missing.status_code, missing.json()["errors"][0]["parameter"]) == (422, "url")


@pytest.fixture
def secure(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port at which the site speaks TLS, as NAME alone; its certificate is trusted."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with: install it, and this test runs")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={NAME}"
    names = ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*make.split(), *names], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = _Quiet(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.site = site  # type: ignore[attr-defined]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_has_to_be_that_of_the_name_though_an_address_is_connected_to(secure: int, tmp_path: Path) -> None:
    settings = {"fetch_hosts": f"{NAME}=127.0.0.1,other.test=127.0.0.1", "fetch_ports": str(secure)}
    with in_process(workers=1, fetch="public", database=f"sqlite:///{tmp_path}/a.db", **settings) as service:
        assert service.clean(json={"url": f"https://{NAME}:{secure}/page"}).json()["text"].startswith(ARTICLE[0])
        refused = service.clean(json={"url": f"https://other.test:{secure}/page"})
        assert refused.status_code == 502
        assert "no answer" in refused.json()["detail"]


FAILING: dict[str, tuple[int, str]] = {
    "/gone": (502, "the status 404"),
    "/pdf": (502, "application/pdf"),
    "/torn": (502, "cannot be decompressed"),
    "/loop": (502, "more than 5 times"),
    "/sent-on?http://a:b/": (502, "no address"),
    "/sent-on?http:////0=%]%=a": (502, "no address"),
    "/sent-on?http://nowhere.invalid/": (502, "is not known"),
    "/nothing": (422, "Send the page"),
    "/large": (413, "more than 200,000 bytes"),
    "/bomb": (413, "more than 200,000 bytes"),
}


@pytest.mark.parametrize("path", FAILING)
def test_what_cannot_be_fetched_says_why(service: InProcess, site: Site, path: str) -> None:
    status, why = FAILING[path]
    answer = service.clean(json={"url": site.url(path)})
    assert (answer.status_code, why in answer.json()["detail"]) == (status, True), answer.text


def test_a_page_that_comes_too_slowly_is_given_up(service: InProcess, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    answer = service.clean(json={"url": site.url("/slow")})
    assert answer.status_code == 504
    assert "within 0.5 seconds" in answer.json()["detail"]


def test_only_so_many_pages_are_fetched_at_once(service: InProcess, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "AT_ONCE", 0)
    answer = service.clean(json={"url": site.url("/page")})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


# of this machine and its networks, in the ways that names and numbers can be written
PRIVATE = (
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),  # noqa: S104
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.88.99.1"),
    *("[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]"),
    *("[::ffff:127.0.0.1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::10.0.0.1]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::]"),
)
BY_NAME = ("localhost", "127.1", "2130706433", "0x7f000001", "017700000001", "localhost.")


@pytest.mark.parametrize("host", PRIVATE)
def test_an_address_that_is_not_public_is_not_connected_to(host: str, site: Site) -> None:
    with pytest.raises(OutboundRefused, match="not a public one"):
        check_url(f"http://{host}/", Reach("public"))
    with pytest.raises(OutboundRefused, match="not public"):
        asyncio.run(_Guarded(Reach("public")).connect_tcp(host.strip("[]"), site.port))


@pytest.mark.parametrize("host", [*PRIVATE, *BY_NAME])
def test_neither_an_address_nor_one_it_is_sent_on_to_leads_to_this_machine(service: InProcess, site: Site, host: str) -> None:
    before = len(site.asked)
    for url in (site.url("/page", host), site.url(f"/sent-on?{site.url('/page', host)}")):
        refused = service.clean(json={"url": url})
        assert refused.status_code in (422, 502), refused.text
        assert ARTICLE[0] not in refused.text
    assert [path for path, _ in site.asked[before:] if not path.startswith("/sent-on")] == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://pages.test/", "http://user:secret@pages.test/", "gopher://pages.test/"]
)
def test_only_web_addresses_are_fetched_and_only_from_the_ports_that_are_set(service: InProcess, site: Site, url: str) -> None:
    assert service.clean(json={"url": url}).status_code == 422
    assert service.clean(json={"url": site.url(f"/sent-on?{url}")}).status_code == 422
    port = service.clean(json={"url": f"http://{NAME}:22/"})
    assert port.status_code == 422
    assert "port 22 is not one of 80, 443" in port.json()["detail"]


def test_a_name_is_resolved_once_and_what_was_checked_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["8.8.8.8", "127.0.0.1"]])

    async def getaddrinfo(_self: object, _host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(answers)]

    connected: list[str] = []

    async def connect_tcp(_self: object, host: str, *_: object) -> None:
        connected.append(host)

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    guarded = _Guarded(Reach("public"))
    asyncio.run(guarded.connect_tcp("changing.example", 80))
    assert connected == ["8.8.8.8"]
    for _ in range(2):  # it has changed; or a private address is among others
        with pytest.raises(OutboundRefused, match="not public"):
            asyncio.run(guarded.connect_tcp("changing.example", 80))
    assert connected == ["8.8.8.8"]


def test_nothing_is_fetched_unless_it_is_switched_on(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = len(site.asked)
    database = f"sqlite:///{tmp_path_factory.mktemp('off')}/a.db"
    hosts = {"fetch_hosts": f"{NAME}=127.0.0.1", "fetch_ports": str(site.port), "facades": "mercury"}
    with in_process(workers=1, database=database, **hosts) as service:
        for answer in (
            service.clean(json={"url": site.url("/page")}),
            service.ask("POST", "/v1/documents", json={"url": site.url("/page")}),
            service.get("/parser", params={"url": site.url("/page")}),
        ):
            assert answer.status_code == 422
            assert "CLEANER_FETCH=public" in answer.json()["detail"]
    assert len(site.asked) == before


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("CLEANER_FETCH", "any", "must be one of off, public"),
        ("CLEANER_FETCH_PORTS", "80,http", "'http' is no port"),
        ("CLEANER_FETCH_HOSTS", "wiki.example", "wiki.example=10.0.0.7"),
    ],
)
def test_a_setting_that_cannot_be_says_how_it_is_written(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=told):
        read_settings()
