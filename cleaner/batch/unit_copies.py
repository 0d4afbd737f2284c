"""Pages that are copies of earlier ones, where the batch is done in units: found when all are cleaned, in their order."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from cleaner.batch.copies import SCHEMA, Copies
from cleaner.batch.run import Batch, write_copies
from cleaner.batch.units import Receipts, Unit, clean_unit, part_of_unit
from cleaner.formats import FORMATS
from cleaner.writers.file import write_whole
from cleaner.writers.names import result_path
from cleaner.writers.rows import ROW_WRITERS


class Leaving(NamedTuple):
    """A unit whose results are to be without the pages at these places, which are copies."""

    unit: Unit
    places: tuple[str, ...]

    def to_json(self) -> str:
        return json.dumps([self.unit.to_json(), self.places])

    @staticmethod
    def from_json(text: str) -> Leaving:
        unit, places = json.loads(text)
        return Leaving(Unit.from_json(unit), tuple(places))


def find_copies(batch: Batch, units: Sequence[Unit]) -> Iterator[Leaving]:
    """Write duplicates.jsonl, as a batch on one machine does, and tell the units whose results have to change for it.

    The fingerprints of all texts are read for it, which their receipts have; they lie on a disk, not in memory.
    """
    receipts = Receipts(batch)
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder, closing(sqlite3.connect(Path(folder) / "texts")) as database:
        database.executescript(SCHEMA)
        copies = Copies(database)
        for unit in units:
            found = [text.place for text in receipts.texts(unit) if copies.enter(text.place, text.text) is not None]
            copies.save()
            left_out = tuple(sorted(found)) if batch.job.duplicates == "first" else ()
            if receipts.left_out(unit) != list(left_out):
                yield Leaving(unit, left_out)
        write_copies(batch, copies.all())


def leave_out(leaving: Leaving, batch: Batch) -> None:
    """Take the copies out of a unit's results. Where some were taken out before, it is cleaned anew first."""
    receipts = Receipts(batch)
    if receipts.left_out(leaving.unit) != []:
        clean_unit(leaving.unit, batch)
    receipts.leave_out(leaving.unit, None)  # until it is done
    copies = [text for text in receipts.texts(leaving.unit) if text.place in leaving.places]
    writer = ROW_WRITERS.get(batch.job.to)
    if writer is None:
        for text in copies:
            result_path(batch.out, text.target, FORMATS[batch.job.to].suffix).unlink(missing_ok=True)
    else:
        part = part_of_unit(batch, leaving.unit, writer)
        opening = 1 if writer.opening and not batch.is_file else 0
        write_whole(part, writer.without(part, frozenset(text.row + opening for text in copies)))
    receipts.leave_out(leaving.unit, leaving.places)
