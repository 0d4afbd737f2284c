"""The service under load: throughput beside the library's, saturation, slow connections, huge uploads, hostile pages.

    python -m tests.bench.bench_service [throughput saturation slow upload hostile] [--seconds 60]

Prints a line a measurement. All traffic goes to a service that is started here on 127.0.0.1, and is bounded in count and time.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

from cleaner import clean
from tests.hostile.cases import CASES as HOSTILE_PAGES
from tests.service.conftest import HTML, HTML_PAGE, Server, running_server
from tests.service.hostile_requests import REQUESTS as HOSTILE_REQUESTS
from tests.service.hostile_requests import typed
from tests.service.test_hostile_requests import answer, status_of

CORES = 2
SAMPLES = Path("samples")


def pages() -> list[bytes]:
    """The HTML pages of samples/, all of them."""
    return [file.read_bytes() for file in sorted(SAMPLES.glob("*/*/page.html"))]


def long_pages() -> list[bytes]:
    """About 100 kB each: eight of the pages, one behind the other."""
    some = pages()
    return [b"".join(some[(start + n) % len(some)] for n in range(8)) for start in range(len(some))]


PAGES: dict[str, Callable[[], list[bytes]]] = {
    "short": lambda: [HTML_PAGE.encode()],
    "samples": pages,
    "long": long_pages,
}


def clean_for(name: str, seconds: float) -> tuple[int, float]:
    """(pages that one process cleans in this time, CPU seconds that took)."""
    some = PAGES[name]()
    for page in some:
        clean(page)
    count, until, began = 0, time.monotonic() + seconds, time.process_time()
    while time.monotonic() < until:
        clean(some[count % len(some)])
        count += 1
    return count, time.process_time() - began


async def post_for(server: Server, seconds: float, connections: int, name: str = "samples") -> tuple[Counter[int], list[float]]:
    """(answers by status, seconds of those that were accepted) of so many connections that never rest."""
    all_pages = PAGES[name]()
    statuses: Counter[int] = Counter()
    times: list[float] = []
    until = time.monotonic() + seconds

    async def post(number: int) -> None:
        # no HTTP library: the one that tests use takes more time for 200 connections than the service does
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        at = number
        while time.monotonic() < until:
            at += 1
            page = all_pages[at % len(all_pages)]
            head = f"POST /v1/clean HTTP/1.1\r\nHost: x\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
            began = time.monotonic()
            writer.write(head.encode() + page)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(answer.split(b"content-length: ")[1].split(b"\r\n")[0]))
            status = int(answer.split()[1])
            statuses[status] += 1
            if status == 200:
                times.append(time.monotonic() - began)
            else:
                await asyncio.sleep(0.2)
        writer.close()

    await asyncio.gather(*(post(number) for number in range(connections)))
    return statuses, times


def throughput(seconds: float) -> None:
    """The library on CORES processes, then a service with as many workers, in turns: pages a second, and CPU a page.

    Each round has a service of its own, so that no worker has cleaned so many pages that it is replaced while it is measured.
    """
    with ProcessPoolExecutor(CORES) as library:
        for name in PAGES:
            rounds = [_beside_the_library(library, name, seconds) for _ in range(5)]
            at_once, alone, pages_cpu, own_cpu, worker_cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
            ratio = statistics.median(row[0] / row[1] for row in rounds)
            of_cpu = statistics.median(row[2] / (row[3] + row[4]) for row in rounds)
            print(
                f"throughput, {name}: service {at_once:.0f}/s, library {alone:.0f}/s, ratio {ratio:.2f}; CPU ms a page: "
                f"library {pages_cpu:.2f}, service {own_cpu:.2f} and its workers {worker_cpu:.2f}, ratio {of_cpu:.2f}"
            )


def _beside_the_library(library: ProcessPoolExecutor, name: str, seconds: float) -> tuple[float, float, float, float, float]:
    """(pages/s of the service, of the library; CPU ms a page of the library, of the service's process, of its workers)."""
    alone = list(library.map(clean_for, [name] * CORES, [seconds] * CORES))
    with _server(workers=str(CORES), queue="64") as server:
        asyncio.run(post_for(server, 2, 8, name))
        workers = server.workers()
        own_before, workers_before = _cpu_seconds([server.process.pid]), _cpu_seconds(workers)
        statuses, _ = asyncio.run(post_for(server, seconds, 8, name))
        own, of_workers = _cpu_seconds([server.process.pid]) - own_before, _cpu_seconds(workers) - workers_before
    done = statuses[200]
    cleaned = sum(count for count, _ in alone)
    cpu = sum(taken for _, taken in alone)
    return done / seconds, cleaned / seconds, cpu / cleaned * 1000, own / done * 1000, of_workers / done * 1000


def saturation(seconds: float) -> None:
    """200 connections that never rest against two workers; who is refused comes again after .2 s."""
    with _server(workers=str(CORES), queue="16") as server:
        asyncio.run(post_for(server, 5, 20))
        done = threading.Event()
        with ThreadPoolExecutor(1) as watching:
            watched = watching.submit(_memory_until, server, done)
            statuses, times = asyncio.run(post_for(server, seconds, 200))
            done.set()
            sizes = watched.result()
    times.sort()
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(f"saturation: {dict(statuses)}, of accepted p50 {p50:.2f} s, p99 {p99:.2f} s")
    for whose, column in zip(("service", "workers"), zip(*sizes, strict=True), strict=True):
        shown = " ".join(f"{size:.0f}" for size in column[:: max(1, len(column) // 12)])
        print(f"saturation: MB of the {whose}, from the beginning to the end: {shown}")


def _memory_until(server: Server, done: threading.Event) -> list[tuple[float, float]]:
    """Megabytes of the service's process and of its workers together, once a second."""
    sizes = []
    while not done.wait(1):
        sizes.append((_rss(server.process.pid), sum(_rss(worker) for worker in server.workers())))
    return sizes


def probe_for(address: str, seconds: float) -> list[float]:
    """How long /livez takes, ten times a second, in a process of its own."""
    times = []
    with httpx.Client(base_url=address, timeout=60) as client:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            client.get("/livez").raise_for_status()
            times.append(time.monotonic() - began)
            time.sleep(0.1)
    return sorted(times)


def slow(_seconds: float) -> None:
    """5,000 connections that never bring their head or their body, while /livez is asked."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    head = b"POST /v1/clean HTTP/1.1\r\nHost: x\r\nX-Slow: "
    body = b"POST /v1/clean HTTP/1.1\r\nHost: x\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n<p>"

    async def hold(start: bytes) -> float:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        began = time.monotonic()
        writer.write(start)
        while time.monotonic() - began < 60:
            try:
                async with asyncio.timeout(2):
                    if not await reader.read(1000):
                        break
            except TimeoutError:
                writer.write(b"x")
            except ConnectionError:
                break
        writer.close()
        return time.monotonic() - began

    async def run() -> list[float]:
        return sorted(await asyncio.gather(*(hold(head if number % 2 else body) for number in range(5_000))))

    with _server(workers=str(CORES)) as server, ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        probing = other.submit(probe_for, str(server.client.base_url), 30)
        held = asyncio.run(run())
        probes = probing.result()
        print(f"slow: {len(held)} connections, all closed within {held[-1]:.1f} s, median {statistics.median(held):.1f} s")
        print(f"slow: /livez p50 {probes[len(probes) // 2] * 1000:.0f} ms, p99 {probes[int(len(probes) * 0.99)] * 1000:.0f} ms")


def upload(_seconds: float) -> None:
    """512 MiB to /v1/clean and to /v1/jobs, from a client that sends all of it first, and without a length from one that
    listens meanwhile."""
    piece = bytes(1 << 20)

    async def post(path: str, *, length: bool) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        said = f"Content-Length: {512 << 20}" if length else "Transfer-Encoding: chunked"
        writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/html\r\n{said}\r\n\r\n".encode())
        answer = asyncio.create_task(reader.readuntil(b"\r\n"))
        for _ in range(512):
            writer.write(piece if length else b"100000\r\n" + piece + b"\r\n")
            await writer.drain()
            if answer.done() and not length:
                break
        status = int((await answer).split()[1])
        writer.close()
        return status

    with _server(workers="1") as server:
        for path in ("/v1/clean", "/v1/jobs?name=a.zip"):
            for length in (True, False):
                before = _rss(server.process.pid, "VmHWM")
                status = asyncio.run(post(path, length=length))
                grown = _rss(server.process.pid, "VmHWM") - before
                how = "announced" if length else "chunked"
                print(f"upload: 512 MiB to {path}, {how}: {status}, peak grew by {grown:.0f} MB")


def hostile(_seconds: float) -> None:
    """The hostile pages of tests/hostile, then the hostile requests of tests/service, one after another, while a small page is
    asked for five times a second."""
    small = pages()[0]
    bodies = (HOSTILE_PAGES[name]() for name in HOSTILE_PAGES)
    sent: dict[str, Iterable[bytes]] = {
        "pages": (typed("text/html", it if isinstance(it, bytes) else it.encode("utf-8", "surrogatepass")) for it in bodies),
        "requests": [make() for make in HOSTILE_REQUESTS.values()],  # all at once: making them takes time, too
    }

    async def canary(client: httpx.AsyncClient, times: list[float], done: asyncio.Event) -> None:
        while not done.is_set():
            began = time.monotonic()
            (await client.post("/v1/clean", content=small, headers=HTML)).raise_for_status()
            times.append(time.monotonic() - began)
            await asyncio.sleep(max(0.0, 0.2 - times[-1]))

    async def run(requests: Iterable[bytes]) -> tuple[Counter[int | None], list[float], list[float]]:
        statuses: Counter[int | None] = Counter()
        taken: list[float] = []
        times: list[float] = []
        done = asyncio.Event()
        async with httpx.AsyncClient(base_url=str(server.client.base_url), timeout=60) as client:
            watching = asyncio.create_task(canary(client, times, done))
            for request in requests:
                began = time.monotonic()
                statuses[status_of(await asyncio.to_thread(answer, server.port, request))] += 1
                taken.append(time.monotonic() - began)
            done.set()
            await watching
        return statuses, sorted(taken), sorted(times)

    with _server(workers=str(CORES)) as server:
        for kind, requests in sent.items():
            statuses, taken, times = asyncio.run(run(requests))
            print(f"hostile: {len(taken)} {kind} {dict(statuses)}, slowest {taken[-1]:.1f} s")
            print(
                f"hostile: canary p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms"
            )


def _server(**settings: str) -> AbstractContextManager[Server]:
    return running_server(Path(tempfile.mkdtemp()), **settings)


def _cpu_seconds(processes: list[int]) -> float:
    """User and system time of these processes until now, without that of their children."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in processes]
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def _rss(process: int, field: str = "VmRSS") -> float:
    """Megabytes of one process; 0 when it has just ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return 0.0
    return float(status.split(f"{field}:")[1].split()[0]) / 1000 if field in status else 0.0


BENCHES: dict[str, Callable[[float], None]] = {
    "throughput": throughput,
    "saturation": saturation,
    "slow": slow,
    "upload": upload,
    "hostile": hostile,
}


def main() -> None:
    arguments = sys.argv[1:]
    seconds = 60.0
    if "--seconds" in arguments:
        at = arguments.index("--seconds")
        seconds = float(arguments[at + 1])
        del arguments[at : at + 2]
    print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name in arguments or BENCHES:
        BENCHES[name](seconds)


if __name__ == "__main__":
    main()
