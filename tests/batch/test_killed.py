"""Batches that are killed, and disks that are full: the same command goes on, as if nothing had happened."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.batch.pages import PROGRAM, batch, contents, interruptible, pages, processes_below, program, run

KILLS = 20
PAGES = 2_000
GONE_SECONDS = 20.0  # after which nothing of a batch that was killed may run, on a busy machine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pages(tmp_path_factory.mktemp("batch") / "in", PAGES)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the processes of a batch are found in /proc")
def test_a_folder_that_is_killed_at_random_moments_ends_up_as_an_undisturbed_one(folder: Path, tmp_path: Path) -> None:
    """In each round a process that reads or cleans is killed, and then the first one; the rounds begin at random moments."""
    chance = random.Random(20)  # noqa: S311
    run(batch(folder, tmp_path / "undisturbed", workers=2))
    command = _command(folder, tmp_path / "out", "json")
    unfinished = 0
    for _ in range(KILLS):
        unfinished += _round(command, tmp_path / "out", chance)

    done = program(*command[len(PROGRAM) :])

    assert unfinished >= KILLS // 2, "most rounds must meet a batch at work"
    assert done.returncode == 1, done.stderr
    assert f"cleaned {PAGES - PAGES // 100:,} of {PAGES:,} pages" in done.stderr
    assert _differing(contents(tmp_path / "out"), contents(tmp_path / "undisturbed")) == []


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the processes of a batch are found in /proc")
@pytest.mark.parametrize("name", ["all.jsonl.gz", "all.parquet"])
def test_a_file_of_rows_that_is_killed_ends_up_as_an_undisturbed_one(folder: Path, tmp_path: Path, name: str) -> None:
    chance = random.Random(4)  # noqa: S311
    started = time.monotonic()
    to = name.partition(".")[2]
    assert program(*_command(folder, tmp_path / f"undisturbed.{to}", to)[len(PROGRAM) :]).returncode == 1
    seconds = time.monotonic() - started
    command = _command(folder, tmp_path / name, to)
    for share in (0.3, 0.9, 1.0):
        _round(command, tmp_path / "nowhere", chance, seconds=seconds * share)

    program(*command[len(PROGRAM) :])

    assert (tmp_path / name).read_bytes() == (tmp_path / f"undisturbed.{to}").read_bytes()
    assert not list((tmp_path / f"{name}.batch").glob("part-*"))


def test_ctrl_c_ends_it_cleanly_and_the_same_command_goes_on(folder: Path, tmp_path: Path) -> None:
    command = _command(folder, tmp_path / "out", "json")
    with interruptible(), subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        _wait_for_results(tmp_path / "out", 30, process)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "the same command goes on where it stopped" in told
    assert (tmp_path / "out" / "run.json").exists()
    assert program(*command[len(PROGRAM) :], "--limit", "300").returncode == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 700 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if mount is None or subprocess.run([mount, "-t", "tmpfs", "-o", "size=700k", "tmpfs", disk], check=False).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield disk
    subprocess.run(["/usr/bin/env", "umount", disk], check=True)


@pytest.mark.parametrize("name", ["out", "all.jsonl"])
def test_a_full_disk_ends_it_and_with_more_room_the_same_command_goes_on(small_disk: Path, tmp_path: Path, name: str) -> None:
    folder = pages(tmp_path / "in", 900)
    to = "json" if name == "out" else "jsonl"
    undisturbed = tmp_path / "undisturbed" / name
    undisturbed.parent.mkdir()
    run(batch(folder, undisturbed, to, workers=2))
    command = _command(folder, small_disk / name, to)[len(PROGRAM) :]

    full = program(*command)
    again = program(*command)
    subprocess.run(["/usr/bin/env", "mount", "-o", "remount,size=30m", small_disk], check=True)
    done = program(*command)

    assert (full.returncode, again.returncode) == (6, 6), full.stderr + again.stderr
    assert "make room, and the same command goes on" in full.stderr
    assert "Traceback" not in full.stderr + again.stderr
    assert done.returncode == 1, done.stderr
    assert _differing(_contents(small_disk / name), _contents(undisturbed)) == []


def _contents(output: Path) -> dict[str, bytes]:
    return contents(output) if output.is_dir() else {output.name: output.read_bytes()}


def _command(folder: Path, out: Path, to: str) -> list[str]:
    options = ["--to", to, "--cleaner", "heuristic", "--workers", "2"]
    return [*PROGRAM, "batch", str(folder), "-o", str(out), *options]


def _differing(left: dict[str, bytes], right: dict[str, bytes]) -> list[str]:
    return [name for name in sorted({*left, *right}) if left.get(name) != right.get(name)]


def _round(command: list[str], out: Path, chance: random.Random, seconds: float = 0.0) -> bool:
    """Start a batch, kill one of its workers at a random moment, and all of it at another; True if it was at work then.

    The moments are after some more results in ``out``, or after so many ``seconds``.
    """
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        _wait_for_results(out, chance.randrange(80), process, seconds or 3.0)
        below = processes_below(process.pid)
        if below and chance.random() < 0.7:
            _kill(chance.choice(below))
        _wait_for_results(out, chance.randrange(80), process, seconds * chance.random() or 3.0)
        time.sleep(chance.random() * 0.05)
        below = processes_below(process.pid)
        is_at_work = process.poll() is None
        process.kill()
    _wait_until_gone(below)
    return is_at_work


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _wait_for_results(
    out: Path, more: int, process: subprocess.Popen[str] | subprocess.Popen[bytes], seconds: float = 60.0
) -> None:
    before = _results(out)
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end and _results(out) <= before + more:
        time.sleep(0.01)


def _results(out: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(out)) if out.exists() else 0


def _wait_until_gone(pids: list[int]) -> None:
    end = time.monotonic() + GONE_SECONDS
    while alive := [pid for pid in pids if _is_alive(pid)]:
        assert time.monotonic() < end, f"processes outlive their batch: {alive}"
        time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
