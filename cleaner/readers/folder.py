"""The pages in files and folders, each with the name its result will have."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from cleaner.errors import InputError

_LINKED = "a link to a folder is not followed: give that folder itself"
PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".txt")


@dataclass(frozen=True, slots=True)
class Source:
    """A page that is to be cleaned: where it lies, its name relative to the input, and where its result goes.

    ``problem`` says why there is no page (a folder that cannot be listed, say); empty for pages.
    """

    path: Path
    name: str
    target: PurePosixPath
    problem: str = ""


def find_sources(inputs: Sequence[Path], out: Path, suffix: str) -> list[Source]:
    """Every page below the inputs, sorted by name, with its result's place relative to ``out``.

    A single folder keeps its tree below ``out``; of several, each has its own name there. A result takes the page's name
    with another suffix; where two pages would share that name (a.html, a.txt) each keeps its own suffix as well
    (a.html.md, a.txt.md). ``out`` itself is not searched, links to folders are reported and not followed.

    Raises InputError for an input that is not there, and for results that would replace an input or each other.
    """
    pages: list[tuple[Path, PurePosixPath]] = []
    problems: list[Source] = []
    for given in inputs:
        if given.is_dir():
            prefix = PurePosixPath(given.resolve().name) if len(inputs) > 1 else PurePosixPath()
            _search(given, prefix, out.resolve(), pages, problems)
        elif given.exists() or given.is_symlink():
            pages.append((given, PurePosixPath(given.name)))
        else:
            raise InputError(f"{given} does not exist: give a folder, or files")
    targets = _targets([name for _, name in pages], suffix)
    sources = [Source(path, readable(name), target) for (path, name), target in zip(pages, targets, strict=True)]
    _refuse_overwriting(sources, out)
    return sorted([*sources, *problems], key=lambda source: source.name)


def readable(path: PurePath) -> str:
    """A path as text that can be shown and stored: bytes that are no UTF-8 and control characters are written out."""
    text = path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def _search(
    folder: Path, prefix: PurePosixPath, out: Path, pages: list[tuple[Path, PurePosixPath]], problems: list[Source]
) -> None:
    def report(error: OSError) -> None:
        place = Path(str(error.filename))
        problems.append(_problem(place, prefix / place.relative_to(folder), f"the folder cannot be listed: {error.strerror}"))

    for root, folders, files in os.walk(folder, onerror=report):
        place = Path(root)
        name = prefix / place.relative_to(folder)
        problems.extend(_problem(place / child, name / child, _LINKED) for child in folders if (place / child).is_symlink())
        folders[:] = [child for child in folders if (place / child).resolve() != out]
        pages.extend((place / file, name / file) for file in files if file.lower().endswith(PAGE_SUFFIXES))


def _problem(path: Path, name: PurePosixPath, message: str) -> Source:
    return Source(path, readable(name), name, message)


def _targets(names: Sequence[PurePosixPath], suffix: str) -> Iterator[PurePosixPath]:
    """The results' names, in the order of the pages."""
    short = [name.with_suffix(suffix) for name in names]
    long = [name.with_name(name.name + suffix) for name in names]
    times = Counter(_folded(name) for name in short)
    reserved = {_folded(name) for name in long}
    for short_name, long_name in zip(short, long, strict=True):
        shared = times[_folded(short_name)] > 1 or _folded(short_name) in reserved
        yield long_name if shared else short_name


def _folded(name: PurePosixPath) -> str:
    """The name as file systems see it that do not tell "A" from "a"."""
    return str(name).casefold()


def _refuse_overwriting(sources: Sequence[Source], out: Path) -> None:
    inputs = {source.path.resolve() for source in sources}
    seen: dict[str, Source] = {}
    for source in sources:
        if (out / source.target).resolve() in inputs:
            raise InputError(
                f"the result {out / source.target} would replace a page that is read: choose another output folder"
            )
        first = seen.setdefault(_folded(source.target), source)
        if first is not source:
            raise InputError(
                f"{first.path} and {source.path} would both be written to {source.target}: clean them into two folders"
            )
