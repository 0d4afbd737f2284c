"""A container's CPU quota counts as its cores, whatever the host has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner.cores import usable_cores

PROGRAM = """
import os, sys
from pathlib import Path
Path(sys.argv[1], "cgroup.procs").write_text(str(os.getpid()))
from cleaner.cores import usable_cores
from service.settings import Settings
print(usable_cores(), Settings().workers)
"""
HIERARCHIES = {"cpu.max": Path("/sys/fs/cgroup"), "cpu.cfs_quota_us": Path("/sys/fs/cgroup/cpu")}


@pytest.fixture
def group_of_half_a_core() -> Iterator[Path]:
    """A real control group; skipped where this process may make none."""
    for file, hierarchy in HIERARCHIES.items():
        group = hierarchy / f"cleaner-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            if (group / file).exists():
                (group / file).write_text("50000 100000" if file == "cpu.max" else "50000")
                yield group
                return
        except OSError:
            continue
        finally:
            group.rmdir()
    pytest.skip("no control group can be made here")


def test_a_process_under_a_quota_counts_the_cores_that_it_pays_for(group_of_half_a_core: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(group_of_half_a_core)]
    environment = {name: value for name, value in os.environ.items() if name != "CLEANER_WORKERS"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1"]


@pytest.mark.parametrize(
    ("groups", "files", "cores"),
    [
        pytest.param("0::/\n", {"cpu.max": "150000 100000\n"}, 2, id="version 2, in a container"),
        pytest.param("0::/a/b\n", {"a/cpu.max": "100000 100000\n", "a/b/cpu.max": "max 100000\n"}, 1, id="a group above"),
        pytest.param("0::/\n", {"cpu.max": "max 100000\n"}, None, id="no limit"),
        pytest.param(
            "3:cpu,cpuacct:/docker/1f\n2:memory:/docker/1f\n",
            {"cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n"},
            1,
            id="version 1, named as the host does",
        ),
        pytest.param(
            "3:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None, id="version 1, none"
        ),
        pytest.param("2:cpuset:/\n0::/\n", {"cpu.max": "1 0\n"}, None, id="nonsense"),
        pytest.param("", {}, None, id="no groups"),
    ],
)
def test_quotas_are_read_of_both_versions(tmp_path: Path, groups: str, files: dict[str, str], cores: int | None) -> None:
    (tmp_path / "own").write_text(groups)
    for name, content in files.items():
        (tmp_path / "fs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "fs" / name).write_text(content)
    allowed = len(os.sched_getaffinity(0))
    assert usable_cores(tmp_path / "fs", tmp_path / "own") == min(allowed, cores or allowed)
