"""What changes on pages when another cleaner or model is used, or between two saved results: no truth is needed."""

from __future__ import annotations

import heapq
import json
import lzma
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cleaner.batch.pages import Outcome
from cleaner.batch.reading import Find
from cleaner.batch.stream import clean_sources
from cleaner.cleaners import Cleaner
from cleaner.cleaners.with_model import cleaner_and_model
from cleaner.errors import CleanerError, InputError
from cleaner.formats import to_dict, word_count
from cleaner.ml.versions import CURRENT, SHIPPED_LINE
from cleaner.pipeline import clean
from cleaner.readers.compression import decompressed
from cleaner.readers.found import Found
from cleaner.reports.word_diff import word_diff
from cleaner.types import Page

FIELDS = ("title", "authors", "date_published", "date_modified", "language", "site_name", "page_type")
SHOWN = 100  # pages whose texts are held for the report, those that change most

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One page by the old and by the new. Words are those that only one of the texts has; ``fields`` have other values.

    ``old_error`` and ``new_error`` say why there is no result, else they are empty.
    """

    page: str
    old_text: str = ""
    new_text: str = ""
    words: int = 0
    lost_words: int = 0
    won_words: int = 0
    fields: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    old_error: str = ""
    new_error: str = ""

    @property
    def is_one(self) -> bool:
        """Whether anything differs at all."""
        return bool(self.old_text != self.new_text or self.fields or self.old_error != self.new_error)


@dataclass(slots=True)
class Summary:
    """All pages counted; ``most`` are the pages that change most by words, the first SHOWN of them, and ``failures`` the first
    SHOWN pages without one of the results, with why.
    """

    old: str
    new: str
    pages: int = 0
    other_texts: int = 0
    emptied: int = 0
    filled: int = 0
    words: int = 0
    lost_words: int = 0
    won_words: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    only_old: int = 0
    only_new: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    most: list[tuple[int, int, Change]] = field(default_factory=list)

    def add(self, change: Change) -> None:
        self.pages += 1
        if error := change.new_error or change.old_error:
            self.failed += 1
            self.failures += [(change.page, error)] * (len(self.failures) < SHOWN)
        self.only_old += bool(change.new_error and not change.old_error)
        self.only_new += bool(change.old_error and not change.new_error)
        self.words += change.words
        self.fields.update(list(change.fields))
        if change.old_text != change.new_text:
            self.other_texts += 1
            self.emptied += not change.new_text and not change.new_error
            self.filled += not change.old_text and not change.old_error
            self.lost_words += change.lost_words
            self.won_words += change.won_words
        if change.is_one:
            row = (change.lost_words + change.won_words, -self.pages, change)
            (heapq.heappush if len(self.most) < SHOWN else heapq.heappushpop)(self.most, row)

    def shown(self) -> list[Change]:
        """The pages that change most, the greatest change first."""
        return [change for _, _, change in sorted(self.most, reverse=True)]


@dataclass(frozen=True, slots=True)
class Saved:
    """Documents as JSON by the name of their page, out of a file or folder that ``cleaner batch`` wrote."""

    name: str
    records: Mapping[str, Record]


def side(name: str) -> str | Saved:
    """What an argument names: saved results, a model's folder (as the default cleaner asks it), or a cleaner.

    Raises InputError, UnknownName.
    """
    path = Path(name)
    if path.is_file():
        return Saved(name, _read_lines(path))
    if path.is_dir() and not _is_model(path):
        return Saved(name, _read_folder(path))
    if path.suffix in (".json", ".jsonl", ".gz", ".zst") and not path.exists():
        raise InputError(f"there is no file {name}: name what 'cleaner batch --to json' or jsonl wrote, a model or a cleaner")
    chosen = f"combined@{name}" if path.is_dir() or name == SHIPPED_LINE else name
    cleaner_and_model(chosen)
    return chosen


def changes(old: str | Saved, new: str | Saved, find: Find | None, workers: int) -> Iterator[Change]:
    """The changes of each page that ``find`` finds, in order; without it, of each page that the saved results have.

    Pages are cleaned in processes with limits, as in a batch. Raises InputError for results that have no page of these.
    """
    if find is None:
        assert isinstance(old, Saved)
        assert isinstance(new, Saved)
        for page in dict.fromkeys([*old.records, *new.records]):
            yield compared(page, old.records.get(page), new.records.get(page))
        return
    cleaners = tuple(one if isinstance(one, str) else None for one in (old, new))
    for cleaned in clean_sources(find, _Both(*cleaners), workers):
        outcome = cleaned.outcome
        told = json.loads(outcome.content) if outcome.content else {}
        before, after = (
            one.records.get(outcome.place) if isinstance(one, Saved) else told.get(key)
            for key, one in (("old", old), ("new", new))
        )
        yield compared(outcome.place, before, after, outcome.message or "it has no such page")


def compared(page: str, old: Record | None, new: Record | None, missing: str = "it has no such page") -> Change:
    """Two documents as JSON; what has the key ``error`` in place of a document failed; for None ``missing`` says why."""
    old, new = old or {"error": missing}, new or {"error": missing}
    before, after = old.get("text") or "", new.get("text") or ""
    lost = won = 0
    if before != after:
        pieces = word_diff(before, after)
        lost = sum(word_count(piece.text) for piece in pieces if piece.side == "old")
        won = sum(word_count(piece.text) for piece in pieces if piece.side == "new")
    both = "error" not in old and "error" not in new
    return Change(
        page=page,
        old_text=before,
        new_text=after,
        words=word_count(before),
        lost_words=lost,
        won_words=won,
        fields={name: (old.get(name), new.get(name)) for name in FIELDS if both and _differs(name, old, new)},
        old_error=old.get("error", ""),
        new_error=new.get("error", ""),
    )


def _differs(name: str, old: Record, new: Record) -> bool:
    if name == "page_type" and None in (old.get(name), new.get(name)):
        return False  # a cleaner that tells no types
    return bool(old.get(name) != new.get(name))


def as_json(summary: Summary) -> dict[str, object]:
    """The counts, and the pages that change most without their texts."""
    counted = ("old", "new", "pages", "other_texts", "emptied", "filled", "words", "lost_words", "won_words")
    counts = {name: getattr(summary, name) for name in (*counted, "failed", "only_old", "only_new")}
    pages = []
    for change in summary.shown():
        row = asdict(change)
        pages.append({name: value for name, value in row.items() if name not in ("old_text", "new_text")})
    return {**counts, "fields": dict(summary.fields), "changes": pages}


@dataclass(frozen=True, slots=True)
class _Both:
    """Clean each page with the cleaners that are named; the outcome's content is what they told, as JSON."""

    old: str | None
    new: str | None

    def begin(self) -> Callable[[Found], Outcome]:
        chosen = {key: cleaner_and_model(name) for key, name in (("old", self.old), ("new", self.new)) if name}
        return partial(_told, chosen)


def _told(chosen: Mapping[str, Cleaner], found: Found) -> Outcome:
    if found.page is None:
        return Outcome(found.place, error=found.error, message=found.message)
    told = {key: _record(found.page, cleaner) for key, cleaner in chosen.items()}
    return Outcome(found.place, content=json.dumps(told).encode())


def _record(page: Page, cleaner: Cleaner) -> Record:
    try:
        record = to_dict(clean(page, cleaner=cleaner), "none")
    except CleanerError as error:
        return {"error": str(error)}
    except Exception as error:  # one page that breaks a cleaner is a row of the result
        return {"error": f"the cleaner broke on this page: {error!r}"[:500]}
    return {name: record[name] for name in ("text", *FIELDS)}


def _is_model(folder: Path) -> bool:
    return any((folder / name).exists() for name in (CURRENT, "card.json", "model.npz"))


def _read_lines(path: Path) -> Mapping[str, Record]:
    try:
        with path.open("rb") as file:
            lines = [line for line in decompressed(file) if line.strip()]
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise InputError(f"{path} cannot be read: {error}; is it complete?") from error
    return dict(_document(line, f"{path}, line {number}") for number, line in enumerate(lines, start=1))


def _read_folder(path: Path) -> Mapping[str, Record]:
    files = sorted(file for file in path.rglob("*.json") if file.name != "run.json")
    if not files:
        raise InputError(f"{path} holds neither a model nor documents: name what 'cleaner batch --to json' wrote, or a model")
    return dict(_document(file.read_bytes(), str(file)) for file in files)


def _document(content: bytes, where: str) -> tuple[str, Record]:
    try:
        record = json.loads(content)
        return str(record["id"]), {name: record.get(name) for name in ("text", *FIELDS)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{where}: this is no document as 'cleaner batch --to json' or jsonl writes them ({error})") from error


def summarized(summary: Summary, changes: Iterable[Change]) -> Summary:
    """The summary with these changes counted in."""
    for change in changes:
        summary.add(change)
    return summary
