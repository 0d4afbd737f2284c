"""The round that corrections make: correct ten pages, export, train, gate, promote; the same pages come out right."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from cleaner.ml.artefact import load
from cleaner.scoring.metrics import word_match
from cleaner.scoring.samples import Sample, read_samples
from tests.service.conftest import Server, running_server

SAMPLES = Path(__file__).parents[1] / "samples"
# What the shipped model gets most wrong of the samples, as somebody finds who looks at the queue of least sure pages.
CORRECTED = (
    "hedgelayers-forum.example",
    "mugong-luntan.example",
    "mobylettes-et-compagnie.example",
    "rechnoy-vestnik.example",
    "nanhu-wanbao.example",
    "o-farol-do-litoral.example",
    "radwerk-oststadt.example",
    "treadle-forum.example",
    "kestrel-walks.example",
    "foxglove-outfitters.example",
)


def cleaner(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cleaner", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    """Ten pages with what a person made of them, in the form in which they are exported."""
    for site in CORRECTED:
        shutil.copytree(SAMPLES / site, tmp_path / "corrected" / site)
    return tmp_path / "corrected"


def test_ten_corrected_pages_come_out_right_after_train_gate_and_promote_and_others_stay(
    corrected: Path, tmp_path: Path
) -> None:
    new, models = tmp_path / "new", tmp_path / "models"
    assert cleaner("artefact", "promote", "shipped", "--in", models).returncode == 0
    with running_server(tmp_path, workers="1", artefact=str(models)) as server:
        before = _documents(server, corrected)
        shipped = _model(server)

        trained = cleaner("train", corrected, "--from", models, "--out", new)
        assert trained.returncode == 0, trained.stderr
        gate = ("--on", SAMPLES, "--gate", "not-worse")
        promoted = cleaner("artefact", "promote", new, "--in", models, *gate)
        assert promoted.returncode == 0, promoted.stderr
        assert "samples: 10 pages that combined@" in promoted.stderr  # the gate is held on the forty others
        _until_it_uses(server, load(new).version)

        after = _documents(server, corrected)
        samples = list(read_samples(corrected))
        first = [_f1(sample, before[sample.id]) for sample in samples]
        second = [_f1(sample, after[sample.id]) for sample in samples]
        assert len(samples) == 10
        assert mean(first) < 0.87
        assert mean(second) > 0.95
        assert all(now > then for then, now in zip(first, second, strict=True))
        assert {document["cleaner"]["version"].rpartition(".")[2] for document in after.values()} == {load(new).version}

        assert cleaner("artefact", "rollback", "--in", models).returncode == 0
        _until_it_uses(server, shipped)
        again = _documents(server, corrected)
        assert {name: one["text"] for name, one in again.items()} == {name: one["text"] for name, one in before.items()}


def _documents(server: Server, folder: Path) -> dict[str, dict[str, Any]]:
    """What the service makes of the pages, by their names."""
    documents = {}
    for sample in read_samples(folder):
        content = sample.page.content
        assert isinstance(content, bytes)
        headers = {"Content-Type": f"text/{'html' if sample.page.kind == 'html' else 'plain'}"}
        answer = server.client.post("/v1/clean", content=content, headers=headers)
        assert answer.status_code == 200
        documents[sample.id] = json.loads(answer.content)
    return documents


def _f1(sample: Sample, document: dict[str, Any]) -> float:
    return word_match(sample.body, document["text"]).f1


def _model(server: Server) -> str:
    return str(server.client.get("/version").json()["model"])


def _until_it_uses(server: Server, version: str) -> None:
    """Wait until the service and its only worker clean with that model."""
    end = time.monotonic() + 120
    while True:
        answer = server.client.post("/v1/clean", content="<p>It rained all night.</p>", headers={"Content-Type": "text/html"})
        if _model(server) == version == answer.json()["cleaner"]["version"].rpartition(".")[2]:
            return
        assert time.monotonic() < end, f"the service does not take up {version}"
        time.sleep(0.2)
