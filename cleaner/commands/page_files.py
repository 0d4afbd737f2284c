"""The pages in folders, files and archives, for commands that look at all of them in one go."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from pathlib import Path

import typer

from cleaner.errors import InputError, NothingFound
from cleaner.readers import DEFAULT_FIELDS, READERS, Found, read_pages
from cleaner.readers.folder import find_sources
from cleaner.readers.found import failure
from cleaner.types import Page


class PageFiles:
    """Pages one by one, in the order of their names; those that cannot be read are told on standard error and counted.

    A page is called by its place below the folder that is given, a file that is given itself by its path. ``out`` is what the
    command writes: it is not read. Raises NothingFound where there are no pages.
    """

    def __init__(self, inputs: Sequence[Path], out: Path) -> None:
        self._sources = list(find_sources([str(given) for given in inputs], [out]))
        self.total = 0  # pages that were looked at
        self.failed = 0
        if not self._sources:
            suffixes = ", ".join(suffix for reader in READERS.values() for suffix in reader.suffixes)
            raise NothingFound(f"no pages: {', '.join(map(str, inputs))} has no file that ends in {suffixes}")

    def __iter__(self) -> Iterator[Page]:
        for found in self._found():
            self.total += 1
            if found.page is None:
                self.fail(found.place, found.message)
            else:
                yield found.page

    def again(self, names: Container[str]) -> Iterator[Page]:
        """Those of the pages once more that have one of these ids; what cannot be read was told before."""
        for found in self._found():
            if found.page is not None and found.page.id in names:
                yield found.page

    def fail(self, name: str, problem: str) -> None:
        self.failed += 1
        typer.echo(f"{name}: {problem}", err=True)

    def leave(self) -> None:
        """End the command with the exit code that tells of failed pages."""
        if self.failed:
            raise typer.Exit(3 if self.failed == self.total else 1)

    def _found(self) -> Iterator[Found]:
        for source in self._sources:
            if source.reader is None:
                yield failure(source.name, InputError(source.problem))
            else:
                yield from read_pages(source.location, source.name, source.reader, DEFAULT_FIELDS, source.target)
