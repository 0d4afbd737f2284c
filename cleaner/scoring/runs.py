"""Scores in a file, to be compared with those of another day: JSON Lines, a page and cleaner a line."""

from __future__ import annotations

import gzip
import json
import lzma
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from cleaner.errors import InputError
from cleaner.readers.compression import decompressed
from cleaner.scoring.evaluate import FieldScore, PageScore
from cleaner.scoring.kinds import KindCount, Mistake
from cleaner.scoring.metrics import Match, Shares
from cleaner.writers.file import write_whole

Scored = tuple[str, list[PageScore]]  # a set, and the pages of one cleaner on it

_FIRST_LINE = 20_000_000  # bytes; a page and its truth
_NAMES = {field.name for field in fields(PageScore)}


def write_run(path: Path, scored: Iterable[Scored]) -> None:
    """Write the scores, packed where the name ends in ``.gz``."""
    lines = (json.dumps({"set": name} | asdict(page)) for name, pages in scored for page in pages)
    content = "".join(f"{line}\n" for line in lines).encode("ascii")
    write_whole(path, gzip.compress(content, mtime=0) if path.name.endswith(".gz") else content)


def read_run(path: Path) -> list[Scored]:
    """The scores of a file. Raises InputError, which names the line, for what ``--save`` did not write."""
    found: dict[tuple[str, str], list[PageScore]] = {}
    for number, line in enumerate(_lines(path), start=1):
        try:
            row = json.loads(line)
            name = row.pop("set")
            page = _page(row)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(f"{path}, line {number}: this is no line that 'cleaner score --save' wrote ({error})") from error
        found.setdefault((name, page.cleaner), []).append(page)
    if not found:
        raise InputError(f"{path} holds no scores: write them with 'cleaner score SET --save {path}'")
    return [(name, pages) for (name, _), pages in found.items()]


def is_run(path: Path) -> bool:
    """Whether a file is one that ``write_run`` wrote, by its first line."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            row = json.loads(decompressed(file).readline(_FIRST_LINE))
    except (OSError, EOFError, ValueError, RecursionError, zlib.error, lzma.LZMAError):
        return False  # what it is instead, its reader says
    return isinstance(row, dict) and {"set", "cleaner", "shingles"} <= set(row)


def run_of(scored: Sequence[Scored], set_name: str, cleaner: str) -> list[PageScore] | None:
    """The pages of a cleaner on a set; those of the only cleaner where the run has but one."""
    own = [pages for name, pages in scored if name == set_name]
    named = [pages for pages in own if pages[0].cleaner == cleaner]
    return named[0] if named else own[0] if len(own) == 1 else None


def _lines(path: Path) -> Iterator[str]:
    if not path.is_file():
        raise InputError(f"there is no file of scores {path}: 'cleaner score SET --save {path}' writes one")
    try:
        with path.open("rb") as file:
            yield from (line.decode("utf-8") for line in decompressed(file) if line.strip())
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
        raise InputError(f"{path} cannot be read: {error}; is it complete?") from error


def _page(row: Mapping[str, Any]) -> PageScore:
    if set(row) != _NAMES:
        raise ValueError("it has other keys, so another version wrote it")
    return PageScore(
        **{
            **row,
            "words": Match(**row["words"]),
            "shingles": Shares(**row["shingles"]),
            "fields": {name: FieldScore(**value) for name, value in row["fields"].items()},
            "covers": tuple(row["covers"]),
            "mistakes": tuple(Mistake(**value) for value in row["mistakes"]),
            "kinds": {name: KindCount(**value) for name, value in row["kinds"].items()},
        }
    )
