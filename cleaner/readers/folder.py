"""The files in folders and object stores that hold pages, each with the name its result will have."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from glob import has_magic, iglob
from itertools import groupby
from pathlib import Path, PurePosixPath

from cleaner.errors import InputError
from cleaner.readers import READERS, Reader, reader_of
from cleaner.readers.names import readable
from cleaner.readers.pieces import Piece
from cleaner.readers.places import files_in_store, is_url

LINKED = "a link to a folder is not followed: give that folder itself"
LEADS_OUT = "a link to a file outside of the folder is not followed: give that file itself"
RESERVED = frozenset(("run",))  # run.json tells of the batch


@dataclass(frozen=True, slots=True)
class Source:
    """A file of pages: its path or URL, its name relative to the input, and how it is read.

    ``target`` is what the result is called, relative and without suffix, where the file is one page. ``size`` is in bytes;
    ``state`` is another when the file has changed (a time, or what the store says).
    ``problem`` says why there is nothing to read (a folder that cannot be listed, say); empty otherwise. ``piece`` is the
    part of the file that is meant, None for all of it.
    """

    location: str
    name: str
    target: str
    reader: Reader | None = None
    size: int = 0
    state: str = ""
    problem: str = ""
    piece: Piece | None = None


def find_sources(inputs: Sequence[str], outputs: Sequence[Path], reader: Reader | None = None) -> Iterator[Source]:
    """Every file of pages in the inputs: files, folders, patterns such as ``crawl/*.warc.gz``, and URLs of object stores.

    They come folder by folder, sorted by name, while the tree is walked. In a folder all files count whose suffix is known,
    or every file where a ``reader`` is given; a file that is named counts in any case. A single folder keeps its tree; of
    several inputs each has its own name, and files of one name have their paths as given. A result takes a page's name
    without suffix; where two pages of a folder would share it (a.html, a.txt) each keeps its own as well (a.html.md).

    ``outputs`` are not searched; links to folders, and out of the folder, are reported and not followed. Raises InputError
    for an input that is not there, for two of one name, and where ``outputs`` lie so that results could replace pages.
    """
    named, given = _inputs(inputs)
    _refuse_shared_names([(source.location, source.name) for source in named])
    _refuse_shared_names(given)
    avoided = {output.resolve() for output in outputs if isinstance(output, Path)}
    stored = tuple(f"{output}".rstrip("/") + "/" for output in outputs if not isinstance(output, Path))
    for folder, _ in given:
        if _stands_in(folder, avoided, stored):
            raise InputError(f"the results would stand among the pages of {folder}: choose another output folder")
    for source in _targets(named):
        yield replace(source, reader=reader or reader_of(source.name) or READERS["page"])
    for folder, prefix in given:
        for source in _below(folder, prefix, avoided, reader):
            if source.location.startswith(stored):
                continue
            yield source if source.problem else replace(source, reader=reader or reader_of(source.name))


def _stands_in(folder: str, outputs: set[Path], stored: tuple[str, ...]) -> bool:
    """Whether the folder, of this machine or of a store, is one of the outputs or stands below one."""
    if is_url(folder):
        return f"{folder.rstrip('/')}/".startswith(stored)
    return any(Path(folder).resolve().is_relative_to(output) for output in outputs)


def is_folder(location: str) -> bool:
    """A local folder, or a prefix of an object store: what has no suffix that is known and no pattern."""
    if is_url(location):
        return not has_magic(location) and reader_of(location) is None
    return os.path.isdir(location)


def _inputs(inputs: Sequence[str]) -> tuple[list[Source], list[tuple[str, str]]]:
    """The files that are named, and the folders, each with the name its tree has in the results."""
    named: list[Source] = []
    folders: list[str] = []
    for given in inputs:
        if is_url(given):
            if is_folder(given):
                folders.append(given)
            else:
                named += [Source(url, name, name, size=size, state=state) for url, name, size, state in files_in_store(given)]
            continue
        for path in _matching(given):
            if os.path.isdir(path):
                folders.append(path)
            elif os.path.lexists(path):
                named.append(_file(path, PurePosixPath(os.path.basename(path))))
            else:
                raise InputError(f"{given} does not exist: give a folder, or files")
    folders = list(dict.fromkeys(folders))
    alone = len(folders) == 1 and not named
    return _told_apart(named), [(folder, "" if alone else _own_name(folder)) for folder in folders]


def _told_apart(named: Iterable[Source]) -> list[Source]:
    """Each file once; those of one name are called by their whole path, as it was given."""
    once = list({source.location: source for source in named}.values())
    times = Counter(source.name.casefold() for source in once)
    return [_by_path(source) if times[source.name.casefold()] > 1 else source for source in once]


def _by_path(source: Source) -> Source:
    path = PurePosixPath(source.location.partition("://")[2] if is_url(source.location) else source.location)
    name = PurePosixPath(*(part for part in path.parts if part not in ("/", "..")))
    return replace(source, name=readable(name), target=str(name))


def _matching(given: str) -> list[str]:
    if os.path.lexists(given) or not has_magic(given):
        return [given]
    found = sorted(iglob(given, recursive=True))
    if not found:
        raise InputError(f"{given} matches no file: give a pattern of files that are there")
    return found


def _own_name(folder: str) -> str:
    return folder.rstrip("/").rpartition("/")[2] if is_url(folder) else Path(folder).resolve().name


def _refuse_shared_names(inputs: Iterable[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for given, name in inputs:
        first = seen.setdefault(name.casefold(), given)
        if first != given:
            raise InputError(f"{first} and {given} would both be written to {name}: clean them into two folders")


def _below(folder: str, prefix: str, avoided: set[Path], reader: Reader | None) -> Iterator[Source]:
    if is_url(folder):
        return _in_store(folder, prefix, reader)
    return _search(Path(folder), PurePosixPath(prefix), avoided, reader)


def _in_store(url: str, prefix: str, reader: Reader | None) -> Iterator[Source]:
    files = [
        Source(location, readable(name), str(name), size=size, state=state)
        for location, path, size, state in files_in_store(url)
        if reader_of((name := PurePosixPath(prefix) / path).name) or reader
    ]
    for _, together in groupby(sorted(files, key=_folder_and_name), key=lambda source: PurePosixPath(source.target).parent):
        yield from _targets(list(together))


def _folder_and_name(source: Source) -> tuple[str, str]:
    path = PurePosixPath(source.target)
    return str(path.parent), path.name


def _search(top: Path, prefix: PurePosixPath, avoided: set[Path], reader: Reader | None) -> Iterator[Source]:
    """The files of one folder, then those of its folders, each sorted."""
    waiting = [(top, prefix)]
    while waiting:
        folder, name = waiting.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield _problem(folder, name, f"the folder cannot be listed: {error.strerror or error}")
            continue
        folders = [entry for entry in entries if _is_folder(entry)]
        files = [entry for entry in entries if (reader or reader_of(entry.name)) and not _is_folder(entry)]
        wanted = [entry for entry in files if not _leads_out(entry, top) and not _is_in(entry, avoided)]
        yield from _targets([_file(entry.path, name / entry.name) for entry in wanted])
        links = [(entry, LEADS_OUT) for entry in files if _leads_out(entry, top)]
        links += [(entry, LINKED) for entry in folders if entry.is_symlink()]
        for entry, message in links:
            yield _problem(entry.path, name / entry.name, message)
        inside = [entry for entry in folders if not entry.is_symlink() and not _is_in(entry, avoided)]
        waiting += [(Path(entry.path), name / entry.name) for entry in reversed(inside)]


def _is_in(entry: os.DirEntry[str], places: set[Path]) -> bool:
    return any(place.name == entry.name for place in places) and Path(entry.path).resolve() in places


def _leads_out(entry: os.DirEntry[str], top: Path) -> bool:
    return entry.is_symlink() and not Path(os.path.realpath(entry.path)).is_relative_to(os.path.realpath(top))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return False


def _file(path: str, name: PurePosixPath) -> Source:
    try:
        status = os.stat(path)
    except OSError:  # what is wrong with it shows when it is read
        return Source(path, readable(name), str(name))
    return Source(path, readable(name), str(name), size=status.st_size, state=str(status.st_mtime_ns))


def _problem(path: Path | str, name: PurePosixPath, message: str) -> Source:
    return Source(str(path), readable(name), str(name), problem=message)


def _targets(sources: Sequence[Source]) -> Iterator[Source]:
    """The files of one folder with their results' names, which differ also for systems that do not tell "A" from "a"."""
    short = [str(PurePosixPath(source.target).with_suffix("")) for source in sources]
    times = Counter(name.casefold() for name in short)
    reserved = {source.target.casefold() for source in sources} | RESERVED
    seen: set[str] = set()
    for source, name in zip(sources, short, strict=True):
        target = source.target if times[name.casefold()] > 1 or name.casefold() in reserved else name
        if target.casefold() in seen:
            target += "~" + hashlib.sha256(os.fsencode(target)).hexdigest()[:8]
        seen.add(target.casefold())
        yield replace(source, target=target)
