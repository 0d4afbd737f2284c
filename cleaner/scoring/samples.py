"""Pages with their hand-made truth, from three kinds of places.

- a samples folder: ``<site>/<slug>/{page.html | page.txt, clean.txt, meta.json}`` (or one site, or one sample of it);
  texts in the ``optional`` of a meta.json, if it has that key, do not count,
- a corpus: JSON Lines with ``id`` and ``html``, and where annotated ``url``, ``body``, ``title``, ``authors``, ``date``,
  ``page_type``, ``with`` and ``without``; plain, ``.gz`` or ``.xz``; a folder with several is several sets,
- a seeds folder: ``<name>.gold.json`` beside the flattened page it names in ``file``; its ``optional`` lines do not count.
"""

from __future__ import annotations

import gzip
import json
import lzma
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO

from cleaner.errors import InputError, NothingFound
from cleaner.parse.decode import decode
from cleaner.scoring.flatten import flatten
from cleaner.types import Page

_CORPUS_SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.xz")
_GOLD = ".gold.json"
_OPENERS: dict[str, Callable[..., IO[str]]] = {".gz": gzip.open, ".xz": lzma.open}


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and what should come of it. Metadata is None or empty where the truth gives none.

    ``with_`` are snippets that must be in the body, ``without`` such that must not; lines in ``optional`` may be either.
    ``covers`` are the kinds of boilerplate and traps that the page has, where its sample says so.
    """

    id: str
    page: Page
    body: str
    page_type: str = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None
    site_name: str | None = None
    with_: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleSet:
    """A named set; ``read`` reads it from its start, one sample at a time, and raises InputError for a broken one."""

    name: str
    read: Callable[[], Iterator[Sample]]

    def part(self, every: int, limit: int | None) -> SampleSet:
        """Every ``every``-th sample, from the first, at most ``limit`` of them."""
        return SampleSet(self.name, lambda: islice(self.read(), 0, None if limit is None else limit * every, every))

    def flattened(self, style: str) -> SampleSet:
        """The same truth, and the pages as the text a crawler makes of them; pages that are text stay as they are."""
        return SampleSet(self.name, lambda: (_flattened(sample, style) for sample in self.read()))


def sample_sets(path: Path) -> list[SampleSet]:
    """The sets at a path. Raises InputError, which says what would do, and NothingFound for a folder without any."""
    if path.is_file() and path.name.endswith(_CORPUS_SUFFIXES):
        return [SampleSet(_corpus_name(path), lambda: read_corpus(path))]
    if not path.is_dir():
        what = "is no corpus (.jsonl, .jsonl.gz, .jsonl.xz)" if path.exists() else "does not exist"
        raise InputError(f"{path} {what}: name a samples folder, a corpus file or a seeds folder")
    sets = [SampleSet(path.resolve().name, lambda: read_samples(path))] if any(path.rglob("meta.json")) else []
    if any(path.glob(f"*{_GOLD}")):
        sets.append(SampleSet(path.resolve().name, lambda: read_seeds(path)))
    corpora = sorted(file for file in path.iterdir() if file.name.endswith(_CORPUS_SUFFIXES))
    sets += [SampleSet(_corpus_name(file), lambda file=file: read_corpus(file)) for file in corpora]  # type: ignore[misc]
    if not sets:
        raise NothingFound(f"{path} holds no samples: neither <site>/<slug>/meta.json nor *.jsonl nor *{_GOLD} is in it")
    return sets


def read_samples(folder: Path) -> Iterator[Sample]:
    """The samples below a folder, sorted by path. Their id is that path. Pages are bytes, as scraped."""
    for meta_file in sorted(folder.rglob("meta.json")):
        place = meta_file.parent
        meta = _Row(_object(_text_of(meta_file), str(meta_file)), str(meta_file))
        page_file = _page_file(place)
        sample_id = place.relative_to(folder).as_posix() if place != folder else place.resolve().name
        url = meta.text_or_none("url")
        page = Page(sample_id, _bytes_of(page_file), "html" if page_file.suffix == ".html" else "text", url)
        yield Sample(
            id=sample_id,
            page=page,
            body=_text_of(place / "clean.txt"),
            page_type=meta.text("page_type"),
            title=meta.text_or_none("title"),
            authors=meta.texts("authors"),
            date=meta.text_or_none("date_published"),
            language=meta.text("language"),
            site_name=meta.text_or_none("site_name"),
            with_=meta.texts("with"),
            without=meta.texts("without"),
            optional=meta.texts("optional") if meta.has("optional") else (),
            covers=meta.texts("covers") if meta.has("covers") else (),
        )


def read_corpus(file: Path) -> Iterator[Sample]:
    """The rows of a corpus file in their order. A row without ``body`` is a page without content."""
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        where = f"{file}, line {number}"
        row = _Row(_object(line, where), where, sparse=True)
        sample_id, url = row.text("id"), row.text_or_none("url")
        yield Sample(
            id=sample_id,
            page=Page(sample_id, row.text("html"), "html", url),
            body=row.text_or_none("body") or "",
            page_type=row.text_or_none("page_type") or "",
            title=row.text_or_none("title"),
            authors=row.texts("authors"),
            date=row.text_or_none("date"),
            language=row.text_or_none("language"),
            site_name=row.text_or_none("site_name"),
            with_=row.texts("with"),
            without=row.texts("without"),
        )


def read_seeds(folder: Path) -> Iterator[Sample]:
    """The flattened pages of a folder with their ``.gold.json``, sorted by name."""
    for gold_file in sorted(folder.glob(f"*{_GOLD}")):
        gold = _Row(_object(_text_of(gold_file), str(gold_file)), str(gold_file), sparse=True)
        name = gold.text("file")
        page_file = folder / name
        if not page_file.is_file():
            raise InputError(f"{gold_file}: 'file' names {name}, which is not beside it")
        sample_id = gold_file.name.removesuffix(_GOLD)
        yield Sample(
            id=sample_id,
            page=Page(sample_id, _bytes_of(page_file), "text"),
            body="\n".join(gold.texts("body")),
            page_type="article",
            title=gold.text_or_none("title"),
            date=gold.text_or_none("date"),
            language=gold.text_or_none("language"),
            without=gold.texts("without"),
            optional=gold.texts("optional"),
        )


class _Row:
    """One annotation. A missing key is an error that names file and key; a ``sparse`` row may lack what can be None."""

    def __init__(self, values: Mapping[str, object], where: str, *, sparse: bool = False) -> None:
        self._values = values
        self._where = where
        self._sparse = sparse

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str:
        value = self._value(key)
        if not isinstance(value, str):
            raise self._wrong(key, "a string")
        return value

    def text_or_none(self, key: str) -> str | None:
        if self._absent(key) or self._value(key) is None:
            return None
        return self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        if self._absent(key):
            return ()
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of strings")
        return tuple(value)

    def _absent(self, key: str) -> bool:
        return self._sparse and not self.has(key)

    def _value(self, key: str) -> object:
        if not self.has(key):
            raise InputError(f"{self._where}: the key {key!r} is missing")
        return self._values[key]

    def _wrong(self, key: str, expected: str) -> InputError:
        return InputError(f"{self._where}: the key {key!r} must be {expected}, it is {self._values[key]!r:.60}")


def _flattened(sample: Sample, style: str) -> Sample:
    page = sample.page
    if page.kind == "text":
        return sample
    html, _ = decode(page.content, page.charset)
    return replace(sample, page=replace(page, content=flatten(html, style), kind="text"))


def _page_file(place: Path) -> Path:
    found = [file for name in ("page.html", "page.txt") if (file := place / name).is_file()]
    if len(found) != 1:
        raise InputError(f"{place}: a sample has one page.html or page.txt, this one has {len(found)}")
    return found[0]


def _corpus_name(file: Path) -> str:
    return file.name.split(".jsonl", 1)[0]


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as UTF-8 text: {error}") from error


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error}") from error


def _object(text: str, where: str) -> Mapping[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: this is not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise InputError(f"{where}: a JSON object is expected, this is a {type(value).__name__}")
    return value


def _lines(file: Path) -> Iterator[str]:
    open_file: Callable[..., IO[str]] = _OPENERS.get(file.suffix, open)
    try:
        with open_file(file, "rt", encoding="utf-8") as lines:
            yield from lines
    except (OSError, EOFError, UnicodeDecodeError, lzma.LZMAError, zlib.error) as error:
        raise InputError(f"{file} cannot be read: {error}; is it complete?") from error
