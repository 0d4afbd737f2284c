"""The round that corrections make: correct ten pages, export, train, gate, promote; the same pages come out right.

The page for cleaning by hand makes the same requests.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from cleaner.cleaners.alignment import shares_in
from cleaner.hand_cleaning import reading_of
from cleaner.ml.artefact import load
from cleaner.parse import parse
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
# What of their lines people cut out, as the blocks that go and stay do not settle it.
CUT = (
    "_________________\nA hedge is a wall that eats.",
    "竹青 发表于 2021-3-6 20:31",
    "Marcelin85 a écrit : 17 sept. 2022, 21:15",
    "14.05.2019",
    "沈听禾 摄",
)


def cleaner(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cleaner", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)


def test_ten_corrected_pages_come_out_right_after_train_gate_and_promote_and_others_stay(tmp_path: Path) -> None:
    new, models, corrected = tmp_path / "new", tmp_path / "models", tmp_path / "corrected"
    assert cleaner("artefact", "promote", "shipped", "--in", models).returncode == 0
    with running_server(tmp_path, workers="1", artefact=str(models)) as server:
        shipped = _model(server)
        for sample in _pages():
            _correct(server, sample)
        _export(server, corrected)
        samples = list(read_samples(corrected))
        assert len(samples) == len(CORRECTED)
        before = _documents(server, samples)

        trained = cleaner("train", corrected, "--from", models, "--out", new)
        assert trained.returncode == 0, trained.stderr
        others = tmp_path / "others"
        for site in SAMPLES.iterdir():
            if site.is_dir() and site.name not in CORRECTED:
                shutil.copytree(site, others / site.name)
        promoted = cleaner("artefact", "promote", new, "--in", models, "--on", others, "--gate", "not-worse")
        assert promoted.returncode == 0, promoted.stderr
        _until_it_uses(server, load(new).version)

        after = _documents(server, samples)
        first = [_f1(sample, before[sample.id]) for sample in samples]
        second = [_f1(sample, after[sample.id]) for sample in samples]
        assert mean(first) < 0.88
        assert min(second) > 0.99
        assert [after[sample.id]["page_type"] for sample in samples] == [sample.page_type for sample in samples]
        assert {document["cleaner"]["version"].rpartition(".")[2] for document in after.values()} == {load(new).version}

        assert cleaner("artefact", "rollback", "--in", models).returncode == 0
        _until_it_uses(server, shipped)
        again = _documents(server, samples)
        assert {name: one["text"] for name, one in again.items()} == {name: one["text"] for name, one in before.items()}


def _pages() -> Iterator[Sample]:
    for site in CORRECTED:
        yield from read_samples(SAMPLES / site)


def _correct(server: Server, sample: Sample) -> None:
    """Store the page and say of each of its blocks, as a person does, whether it is content."""
    headers = {"Content-Type": f"text/{'html' if sample.page.kind == 'html' else 'plain'}"}
    content, url = sample.page.content, sample.page.url or f"https://{sample.id}"
    assert isinstance(content, bytes)
    stored = server.client.post("/v1/documents", params={"url": url}, content=content, headers=headers)
    parsed = parse(sample.page)
    cuts = [(at, piece) for at, block in enumerate(parsed.blocks) for piece in CUT if piece in block.text]
    shares = shares_in(sample.body, parsed.blocks)
    partly = {at for at, _ in cuts if shares[at]}
    said = {
        "version": 0,
        "reading": reading_of(parsed),
        "removed": [at for at, share in enumerate(shares) if share < 0.5 and at not in partly],
        "cuts": [_place(at, piece, parsed.blocks[at].text) for at, piece in cuts if at in partly],
        "page_type": sample.page_type,
        "language": sample.language,
        "title": sample.title,
        "done": True,
    }
    answer = server.client.put(f"/v1/samples/{stored.json()['id']}/ana", json=said)
    assert answer.status_code == 201, answer.text


def _place(block: int, piece: str, text: str) -> dict[str, int]:
    return {"block": block, "start": text.index(piece), "end": text.index(piece) + len(piece)}


def _export(server: Server, folder: Path) -> None:
    answer = server.client.get("/v1/samples/export")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(folder)


def _documents(server: Server, samples: Sequence[Sample]) -> dict[str, dict[str, Any]]:
    """What the service makes of the pages, by their names."""
    documents = {}
    for sample in samples:
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
