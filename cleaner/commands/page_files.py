"""The pages in folders and files, for commands that look at all of them in one go."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import typer

from cleaner.errors import CleanerError
from cleaner.readers.file import read_file
from cleaner.readers.folder import PAGE_SUFFIXES, find_sources, readable
from cleaner.types import Page


class PageFiles:
    """Pages one by one, sorted by name; those that cannot be read are told on standard error and counted.

    A page is called by its place below the folder that is given, a file that is given itself by its path. ``out`` is what the
    command writes: it is not read. Leaves with exit code 5 where there are no pages.
    """

    def __init__(self, inputs: Sequence[Path], out: Path) -> None:
        folders = [given for given in inputs if given.is_dir()]
        found = [(it.name, it.path, it.problem) for it in find_sources(folders, out, "")] if folders else []
        found += [(readable(given), given, "") for given in inputs if given not in folders]
        self._files = sorted(dict.fromkeys(found))
        self.total = len(self._files)
        self.failed = 0
        if not self._files:
            typer.echo(f"no pages: {', '.join(map(str, inputs))} has no {', '.join(PAGE_SUFFIXES)} file", err=True)
            raise typer.Exit(5)

    def __iter__(self) -> Iterator[Page]:
        for name, path, problem in self._files:
            if problem:
                self.fail(name, problem)
                continue
            try:
                yield Page(name, read_file(path))
            except CleanerError as error:
                self.fail(name, str(error))

    def again(self, names: Container[str]) -> Iterator[Page]:
        """Those of the pages once more that have one of these ids; what cannot be read was told before."""
        for name, path, problem in self._files:
            if name in names and not problem:
                with suppress(CleanerError):
                    yield Page(name, read_file(path))

    def fail(self, name: str, problem: str) -> None:
        self.failed += 1
        typer.echo(f"{name}: {problem}", err=True)

    def leave(self) -> None:
        """End the command with the exit code that tells of failed pages."""
        if self.failed:
            raise typer.Exit(3 if self.failed == self.total else 1)
