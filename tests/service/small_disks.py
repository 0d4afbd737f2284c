"""Disks of a few megabytes, on which a database runs out of room in seconds."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MEGABYTE = 1 << 20


class SmallDisk:
    """A file system of its own, which can be filled up and relieved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, leave: int) -> None:
        """Leave about so many bytes free."""
        free = self.free()
        if free > leave:
            self._ballast.write_bytes(bytes(free - leave))

    def relieve(self) -> None:
        """Give back what ``fill`` took."""
        self._ballast.unlink()

    def free(self) -> int:
        told = os.statvfs(self.folder)
        return told.f_bavail * told.f_frsize


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """A new disk, mounted on a folder of its own. Skips the test where mounting is not allowed."""
    folder = Path(tempfile.mkdtemp(prefix="cleaner-disk-"))  # not pytest's: PostgreSQL runs as another user, who gets in here
    mount = f"mount -t tmpfs -o size={megabytes}m,mode=0755 tmpfs {folder}"
    mounted = subprocess.run(mount.split(), capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip(f"no small disk can be mounted here, for which it takes root: {mounted.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(f"umount {folder}".split(), check=True)
        folder.rmdir()
