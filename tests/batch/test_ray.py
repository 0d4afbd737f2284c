"""Batches on a Ray cluster, which is started on this machine: the same documents, whatever is lost on the way."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest

from cleaner.batch.units import FILES_A_UNIT
from tests.batch.pages import PROGRAM, batch, contents, pages, processes_below, program, run, write_story

pytest.importorskip("ray", reason="the extra 'ray' is not installed")

pytestmark = pytest.mark.xdist_group("ray")  # a cluster at a time

PAGES = 2_000
OPTIONS = ("--cleaner", "heuristic", "--workers", "2")


def test_ray_gives_what_one_machine_gives_also_when_a_worker_is_killed(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", PAGES)
    run(batch(folder, tmp_path / "local", workers=2))
    command = [*PROGRAM, "batch", str(folder), "-o", str(tmp_path / "ray"), "--to", "json", *OPTIONS, "--engine", "ray"]

    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        killed = _kill_an_actor(tmp_path / "ray", process)
        _, told = process.communicate(timeout=300)

    assert killed, told
    assert process.returncode == 1, told
    assert f"cleaned {PAGES - PAGES // 100:,} of {PAGES:,} pages" in told
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")
    local, ray = (json.loads((tmp_path / name / "run.json").read_text()) for name in ("local", "ray"))
    same = (
        "pages",
        "cleaned",
        "empty",
        "failed",
        "failed_by_error",
        "words",
        "removed_words_by_reason",
        "page_types",
        "warnings",
    )
    assert {name: ray[name] for name in same} == {name: local[name] for name in same}


def test_a_batch_on_ray_that_is_killed_goes_on_with_the_units_that_are_not_done(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 5 * FILES_A_UNIT)
    run(batch(folder, tmp_path / "local.jsonl", "jsonl", workers=2))
    arguments = ["batch", str(folder), "-o", str(tmp_path / "ray.jsonl"), *OPTIONS, "--engine", "ray"]

    with subprocess.Popen([*PROGRAM, *arguments], stderr=subprocess.DEVNULL) as process:
        _wait_for_receipts(tmp_path / "ray.jsonl.batch", 1, process)
        process.kill()
    done = len(_receipts(tmp_path / "ray.jsonl.batch"))
    again = program(*arguments)

    assert 1 <= done < 5
    assert again.returncode == 1, again.stderr
    assert "of them now" in again.stderr
    assert (tmp_path / "ray.jsonl").read_bytes() == (tmp_path / "local.jsonl").read_bytes()


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 1)

    without = program("batch", folder, "-o", tmp_path / "out", "--ray-address", "127.0.0.1:1")
    done = program("batch", folder, "-o", tmp_path / "out", "--engine", "ray", "--ray-address", "127.0.0.1:1")

    assert (without.returncode, done.returncode) == (2, 2)
    assert "--ray-address is where --engine ray works" in without.stderr
    assert "there is no Ray cluster at 127.0.0.1:1" in done.stderr


def test_what_one_engine_began_the_other_does_not_touch(tmp_path: Path) -> None:
    folder = pages(tmp_path / "in", 1)
    run(batch(folder, tmp_path / "out"))

    done = program("batch", folder, "-o", tmp_path / "out", "--to", "json", *OPTIONS, "--engine", "ray")

    assert done.returncode == 2
    assert "begun with --engine local" in done.stderr


def test_the_first_pages_without_copies_are_those_of_one_machine(tmp_path: Path) -> None:
    for number in range(30):
        write_story(tmp_path / "in" / "a" / f"{number:02}.html", number)
        write_story(tmp_path / "in" / "b" / f"{number:02}.html", number)
    folder = tmp_path / "in"
    options = ("--to", "jsonl", *OPTIONS, "--limit", "50", "--duplicates", "first")

    local = program("batch", folder, "-o", tmp_path / "local.jsonl", *options)
    ray = program("batch", folder, "-o", tmp_path / "ray.jsonl", *options, "--engine", "ray")

    assert (local.returncode, ray.returncode) == (0, 0), local.stderr + ray.stderr
    assert "cleaned 30 of 50 pages" in ray.stderr
    assert "left out 20 copies" in ray.stderr
    assert (tmp_path / "ray.jsonl").read_bytes() == (tmp_path / "local.jsonl").read_bytes()
    told = [(tmp_path / f"{name}.jsonl.batch" / "duplicates.jsonl").read_text() for name in ("ray", "local")]
    assert told[0] == told[1] != ""


def _receipts(folder: Path) -> list[Path]:
    return [path for path in folder.glob("**/units/*.json") if path.name != "configuration.json"]


def _wait_for_receipts(folder: Path, count: int, process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    while len(_receipts(folder)) < count:
        assert process.poll() is None, "the batch ended before"
        time.sleep(0.02)


def _kill_an_actor(out: Path, process: subprocess.Popen[str]) -> bool:
    """Kill a process that cleans units, once one is done; True if there was one."""
    _wait_for_receipts(out, 1, process)
    for pid in processes_below(process.pid):
        try:
            if b"MapWorker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
                return True
        except OSError:
            continue
    return False


def test_the_example_for_kubernetes_asks_for_what_there_is() -> None:
    yaml = pytest.importorskip("yaml", reason="it comes with ray")
    job = yaml.safe_load((Path(__file__).parents[2] / "deploy" / "kuberay.yaml").read_text())
    command = shlex.split(job["spec"]["entrypoint"])

    refused = program(*command[1:2], "missing", *command[3:])

    assert command[0] == "cleaner"
    assert "missing does not exist" in refused.stderr
