"""The pages in folders and files, for commands that look at all of them in one go."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import typer

from cleaner.errors import CleanerError
from cleaner.readers.file import read_file
from cleaner.readers.folder import PAGE_SUFFIXES, find_sources
from cleaner.types import Page


class PageFiles:
    """Pages one by one, sorted by name; those that cannot be read are told on standard error and counted.

    ``out`` is what the command writes: it is no page, and nothing that is read may be replaced by it. Leaves with exit code 5
    where there are no pages.
    """

    def __init__(self, inputs: Sequence[Path], out: Path) -> None:
        self._sources = find_sources(inputs, out, "")
        self.total = len(self._sources)
        self.failed = 0
        if not self._sources:
            typer.echo(f"no pages: {', '.join(map(str, inputs))} has no {', '.join(PAGE_SUFFIXES)} file", err=True)
            raise typer.Exit(5)

    def __iter__(self) -> Iterator[Page]:
        for source in self._sources:
            if source.problem:
                self.fail(source.name, source.problem)
                continue
            try:
                yield Page(source.name, read_file(source.path))
            except CleanerError as error:
                self.fail(source.name, str(error))

    def again(self, names: Container[str]) -> Iterator[Page]:
        """Those of the pages once more that have one of these ids; what cannot be read was told before."""
        for source in self._sources:
            if source.name in names and not source.problem:
                with suppress(CleanerError):
                    yield Page(source.name, read_file(source.path))

    def fail(self, name: str, problem: str) -> None:
        self.failed += 1
        typer.echo(f"{name}: {problem}", err=True)

    def leave(self) -> None:
        """End the command with the exit code that tells of failed pages."""
        if self.failed:
            raise typer.Exit(3 if self.failed == self.total else 1)
