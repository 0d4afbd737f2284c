"""The service takes up another model without dropping a request, refuses one that is damaged, and rolls back."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from cleaner.errors import InputError
from cleaner.ml.artefact import ARRAYS, CARD, SHIPPED, load
from cleaner.ml.versions import CURRENT, VERSIONS, promote, roll_back
from tests.ml.models import more_generous
from tests.service.conftest import HTML, HTML_PAGE, InProcess, Server, in_process, running_server

SHIPPED_VERSION = load(SHIPPED).version


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def model_of(server: Server) -> str:
    return str(server.client.get("/version").json()["model"])


def models_of_documents(server: Server) -> set[str]:
    """Those that six pages are cleaned with."""
    answers = [server.client.post("/v1/clean", content=HTML_PAGE, headers=HTML).json() for _ in range(6)]
    return {answer["cleaner"]["version"].rpartition(".")[2] for answer in answers}


def test_a_new_model_is_taken_up_while_requests_go_on_a_damaged_one_is_refused_and_a_rollback_followed(tmp_path: Path) -> None:
    place = tmp_path / "models"
    promote(place, SHIPPED)
    new = more_generous(tmp_path / "new")
    with running_server(tmp_path, workers="2", queue="64", artefact=str(place)) as server, ThreadPoolExecutor(3) as callers:
        assert models_of_documents(server) == {SHIPPED_VERSION}
        workers = set(server.workers())
        stop: list[bool] = []
        asking = [callers.submit(_ask_on, server.port, stop) for _ in range(3)]
        promote(place, tmp_path / "new")
        until(lambda: model_of(server) == new and models_of_documents(server) == {new})
        until(lambda: not workers & set(server.workers()))
        stop.append(True)
        statuses = [status for one in asking for status in one.result()]
        assert len(statuses) >= 3
        assert set(statuses) == {200}
        assert {row["version"].rpartition(".")[2] for row in server.client.get("/v1/cleaners").json()["cleaners"][:2]} == {new}

        more_generous(tmp_path / "other", 0.7)
        other = promote(tmp_path / "elsewhere", tmp_path / "other").version
        damaged = place / VERSIONS / other
        damaged.mkdir()
        (damaged / CARD).write_bytes((tmp_path / "other" / CARD).read_bytes())
        (damaged / ARRAYS).write_bytes(b"half a model")
        (place / CURRENT).write_text(f"{SHIPPED_VERSION}\n{new}\n{other}\n")
        until(lambda: '"model refused"' in server.log_text())
        assert "is damaged" in server.log_text()
        assert "cleaner_models_refused 1.0" in server.client.get("/metrics").text
        assert model_of(server) == new
        assert models_of_documents(server) == {new}

        roll_back(place)
        roll_back(place)
        until(lambda: model_of(server) == SHIPPED_VERSION and models_of_documents(server) == {SHIPPED_VERSION})


def _ask_on(port: int, stop: list[bool]) -> list[int]:
    statuses = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        while not stop:
            statuses.append(client.post("/v1/clean", content=HTML_PAGE, headers=HTML).status_code)
    return statuses


def test_a_worker_that_dies_is_replaced_by_one_with_the_same_model(tmp_path: Path) -> None:
    new = more_generous(tmp_path / "model")
    with running_server(tmp_path, workers="1", artefact=str(tmp_path / "model")) as server:
        (tmp_path / "model" / ARRAYS).unlink()  # workers have it in memory
        (worker,) = server.workers()
        os.kill(worker, signal.SIGKILL)
        assert models_of_documents(server) == {new}
        assert server.workers() != [worker]


def test_a_service_does_not_start_with_a_model_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"CLEANER_ARTEFACT: .* holds no model"), in_process(artefact=str(tmp_path)):
        pass


def test_the_version_names_the_model(service: InProcess) -> None:
    assert service.get("/version").json()["model"] == SHIPPED_VERSION
