"""Which pages of a batch are copies of earlier ones: found one by one, in order, in the ledger's database."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cleaner.duplicates import ALIKE, BAND, PERMUTATIONS, Fingerprint, alike

SCHEMA = """
CREATE TABLE texts (number INTEGER PRIMARY KEY, place TEXT NOT NULL, exact TEXT NOT NULL, sketch BLOB NOT NULL);
CREATE INDEX texts_by_exact ON texts (exact);
CREATE TABLE bands (band BLOB NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (band, number)) WITHOUT ROWID;
CREATE TABLE copies (place TEXT PRIMARY KEY, first TEXT NOT NULL, alike REAL NOT NULL, exact INTEGER NOT NULL) WITHOUT ROWID;
"""
_MOST_CANDIDATES = 50  # that are compared, those that share most bands first
_BAND_BYTES = 2 * BAND


class CopyOf(NamedTuple):
    """A page that is a copy: its place, that of the first page with the text, how alike they are, and whether all words are."""

    place: str
    first: str
    alike: float
    exact: bool


class Copies:
    """The texts that stand for themselves so far. A text is compared with those alone, so a copy of a copy is as well alike
    to the first.

    What is new is held in memory until ``save``, which is done in the transaction of the chunk. A text takes about 2 kB in
    the database.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        (last,) = database.execute("SELECT max(number) FROM texts").fetchone()
        self._next = (last or 0) + 1
        self._texts: dict[int, tuple[str, Fingerprint]] = {}
        self._exact: dict[str, int] = {}
        self._bands: dict[bytes, list[int]] = {}
        self._found: list[CopyOf] = []

    def enter(self, place: str, text: Fingerprint) -> CopyOf | None:
        """What the page is a copy of; otherwise it stands for itself from now on. A text without words is no copy."""
        if not text.exact:
            return None
        found = self._same(place, text) or self._near(place, text)
        if found is None:
            self._add(place, text)
        else:
            self._found.append(found)
        return found

    def save(self) -> None:
        """Write what is new; to be called inside a transaction."""
        texts = [(number, place, text.exact, text.sketch) for number, (place, text) in self._texts.items()]
        bands = [(band, number) for band, numbers in self._bands.items() for number in numbers]
        self._database.executemany("INSERT INTO texts VALUES (?, ?, ?, ?)", texts)
        self._database.executemany("INSERT INTO bands VALUES (?, ?)", sorted(bands))
        self._database.executemany("REPLACE INTO copies VALUES (?, ?, ?, ?)", self._found)
        for held in (self._texts, self._exact, self._bands):
            held.clear()
        self._found.clear()

    def all(self) -> Iterator[CopyOf]:
        """All copies that are saved, by place."""
        for place, first, likeness, exact in self._database.execute("SELECT * FROM copies ORDER BY place"):
            yield CopyOf(place, first, likeness, bool(exact))

    def _same(self, place: str, text: Fingerprint) -> CopyOf | None:
        row = self._database.execute("SELECT place FROM texts WHERE exact = ? LIMIT 1", (text.exact,)).fetchone()
        first = row[0] if row else self._texts[self._exact[text.exact]][0] if text.exact in self._exact else None
        return None if first is None or first == place else CopyOf(place, first, 1.0, True)

    def _near(self, place: str, text: Fingerprint) -> CopyOf | None:
        shared: Counter[int] = Counter()
        for band in _bands(text):
            shared.update(self._bands.get(band, ()))
            shared.update(number for (number,) in self._database.execute("SELECT number FROM bands WHERE band = ?", (band,)))
        for number in sorted(shared, key=lambda number: (-shared[number], number))[:_MOST_CANDIDATES]:
            first, other = self._texts.get(number) or self._read(number)
            if first != place and (likeness := alike(text, other)) >= ALIKE:
                return CopyOf(place, first, likeness, False)
        return None

    def _read(self, number: int) -> tuple[str, Fingerprint]:
        place, exact, sketch = self._database.execute(
            "SELECT place, exact, sketch FROM texts WHERE number = ?", (number,)
        ).fetchone()
        return place, Fingerprint(exact, sketch)

    def _add(self, place: str, text: Fingerprint) -> None:
        self._texts[self._next] = (place, text)
        self._exact[text.exact] = self._next
        for band in _bands(text):
            self._bands.setdefault(band, []).append(self._next)
        self._next += 1


def _bands(text: Fingerprint) -> list[bytes]:
    """The bands of a sketch, each with its number; none for a short text."""
    starts = range(0, PERMUTATIONS // BAND * _BAND_BYTES, _BAND_BYTES) if text.sketch else ()
    return [bytes((at // _BAND_BYTES,)) + text.sketch[at : at + _BAND_BYTES] for at in starts]
