"""A batch in units of files, for many machines: each is cleaned in one go, and leaves a receipt of what came of it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from cleaner.batch.reading import Read, ReadAhead
from cleaner.batch.report import Report, Tally, failing, tally_of
from cleaner.batch.run import Batch, settle
from cleaner.batch.stream import Cleaned, Enough, clean_sources
from cleaner.duplicates import Fingerprint
from cleaner.errors import InputError
from cleaner.formats import FORMATS
from cleaner.readers import reader_named
from cleaner.readers.folder import Source
from cleaner.readers.pieces import Piece
from cleaner.readers.places import open_place
from cleaner.writers.file import whole_file, write_whole
from cleaner.writers.results import PageFiles, Parts, Results
from cleaner.writers.rows import ROW_WRITERS, RowWriter

FILES_A_UNIT = 200  # that are one page each; an archive, or a piece of one, is a unit of its own
BYTES_A_UNIT = 20_000_000  # of such files
LARGE = 1 / 20  # of a batch's bytes: a smaller archive is not read only to split it, as there is other work meanwhile


@dataclass(frozen=True, slots=True)
class Unit:
    """Files that are cleaned in one go. ``number`` is its place in the order of the batch.

    ``limit`` is the number of its pages that are looked at, 0 for all.
    """

    number: int
    files: tuple[Source, ...]
    limit: int = 0

    @property
    def name(self) -> str:
        """Differs when the unit's files, or one of them, are others; names sort in the order of the batch."""
        told = repr([self.limit, *((file.name, file.size, file.state, file.problem, file.piece) for file in self.files)])
        digest = hashlib.blake2b(told.encode("utf-8", "backslashreplace"), digest_size=6).hexdigest()
        return f"{self.number:06}-{digest}"

    @property
    def is_of_pages(self) -> bool:
        """Whether each of its files is one page."""
        return all(_is_page(file) for file in self.files)

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(file.piece.size if file.piece else file.size for file in self.files)

    def to_json(self) -> str:
        files = [asdict(replace(file, reader=None)) | {"reader": file.reader and file.reader.name} for file in self.files]
        return json.dumps({"number": self.number, "files": files, "limit": self.limit})

    @staticmethod
    def from_json(text: str) -> Unit:
        told = json.loads(text)
        return Unit(told["number"], tuple(_source(file) for file in told["files"]), told["limit"])


def units_of(batch: Batch) -> Iterator[Unit]:
    """The files of a batch in order, in units, up to its limit of pages.

    A large archive whose format allows it is several units, so that several machines read it; one that has to be read for
    that only where it is a large part of the batch. Where there is a limit, files that hold pages are read up to it to count
    them, and the unit that reaches it is another than without it.
    """
    if not batch.limit:
        yield from _units(_in_pieces(list(batch.find()())))
        return
    left = batch.limit
    for unit in _units(batch.find()()):
        pages = len(unit.files) if unit.is_of_pages and batch.shares_files else _counted(unit, batch, left)
        if pages >= left:
            yield replace(unit, files=unit.files[:left]) if unit.is_of_pages else replace(unit, limit=left)
            return
        left -= pages
        yield unit


def _units(files: Iterator[Source]) -> Iterator[Unit]:
    number = 0
    together: list[Source] = []
    size = 0
    for file in files:
        is_page = _is_page(file)
        if together and (not is_page or len(together) >= FILES_A_UNIT or size + file.size > BYTES_A_UNIT):
            yield Unit(number, tuple(together))
            number, together, size = number + 1, [], 0
        if is_page:
            together.append(file)
            size += file.size
        else:
            yield Unit(number, (file,))
            number += 1
    if together:
        yield Unit(number, tuple(together))


def _is_page(file: Source) -> bool:
    return file.reader is None or file.reader.name == "page"


def _in_pieces(files: Sequence[Source]) -> Iterator[Source]:
    large = LARGE * sum(file.size for file in files)
    for file in files:
        pieces = _pieces(file, large)
        if len(pieces) > 1:
            yield from (replace(file, piece=piece) for piece in pieces)
        else:
            yield file


def _pieces(file: Source, large: float) -> list[Piece]:
    """Where there is something wrong with the file, none: it is read as a whole, which tells what."""
    if file.problem or file.reader is None or file.reader.pieces is None or file.size < BYTES_A_UNIT:
        return []
    if file.reader.pieces_take_reading and file.size < large:
        return []
    try:
        with open_place(file.location) as opened:
            return list(file.reader.pieces(opened))
    except Exception:  # what the format's and the store's libraries raise
        return []


def _counted(unit: Unit, batch: Batch, most: int) -> int:
    """The number of its pages that the batch looks at, as far as they matter."""
    with closing(reads_of(unit, batch)) as reads:
        return sum(1 for _ in islice(reads, most))


def reads_of(unit: Unit, batch: Batch) -> Generator[Read, None, None]:
    """What is read of a unit, as far as the batch looks at it."""
    wanted = _Wanted(unit, batch)
    reader = ReadAhead(partial(iter, unit.files), batch.fields)
    try:
        with suppress(Enough):
            while (read := reader.take()) is not None:
                if wanted(read):
                    yield read
    finally:
        reader.stop()


def _source(told: dict[str, object]) -> Source:
    reader, piece = told["reader"], told["piece"]
    return Source(**told | {"reader": reader and reader_named(str(reader)), "piece": piece and Piece(*piece)})  # type: ignore[arg-type,misc]


@dataclass(frozen=True, slots=True)
class Text:
    """The body of a page that was cleaned, as far as copies are looked for: the page's place, the name of its result, the
    number of its row in the unit's part, its fingerprint, and its figures as JSON."""

    place: str
    target: str
    row: int
    status: str
    text: Fingerprint
    tally: str

    def to_json(self) -> str:
        return json.dumps([self.place, self.target, self.row, self.status, self.text.exact, self.text.sketch.hex(), self.tally])

    @staticmethod
    def from_json(line: str) -> Text:
        place, target, row, status, exact, sketch, tally = json.loads(line)
        return Text(place, target, row, status, Fingerprint(exact, bytes.fromhex(sketch)), tally)


class Receipts:
    """What the units came to, a file each, in a folder that all machines see."""

    def __init__(self, batch: Batch) -> None:
        self._folder = batch.units

    def begin(self, configuration: Mapping[str, str]) -> None:
        """Raises InputError for the folder of another configuration."""
        path = self._folder / "configuration.json"
        if not path.exists():
            write_whole(path, json.dumps(configuration))
        before: dict[str, str] = json.loads(path.read_text())
        differing = [name for name in configuration if before.get(name) != configuration[name]]
        if differing:
            told = ", ".join(f"{name} {before.get(name)!r}, now {configuration[name]!r}" for name in differing)
            raise InputError(f"the results there were made otherwise ({told}): choose another output, or say --fresh")

    def has(self, unit: Unit, retry_failed: bool) -> bool:
        path = self._path(unit)
        return path.exists() and not (retry_failed and json.loads(path.read_text(encoding="utf-8"))["failures"])

    def pages(self, unit: Unit) -> int:
        """The number of its pages, whatever came of them."""
        return sum(json.loads(self._path(unit).read_text(encoding="utf-8"))["counts"].values())

    def write(
        self, unit: Unit, counts: Mapping[str, int], failures: list[tuple[str, str, str]], tally: Tally, texts: list[Text]
    ) -> None:
        """The receipt, and before it the texts, where copies are looked for."""
        if texts:
            write_whole(self._path(unit, ".texts.jsonl"), "".join(text.to_json() + "\n" for text in texts))
        told = {"counts": dict(counts), "failures": failures, "tally": tally.as_json()}
        write_whole(self._path(unit), json.dumps(told, ensure_ascii=False))

    def texts(self, unit: Unit) -> list[Text]:
        path = self._path(unit, ".texts.jsonl")
        return [Text.from_json(line) for line in path.read_text().splitlines()] if path.exists() else []

    def left_out(self, unit: Unit) -> list[str] | None:
        """The places of the copies that the unit's results are without; None where that was not brought to its end."""
        path = self._path(unit, ".without.json")
        places: list[str] | None = json.loads(path.read_text()) if path.exists() else []
        return places

    def leave_out(self, unit: Unit, places: Collection[str] | None) -> None:
        write_whole(self._path(unit, ".without.json"), json.dumps(places if places is None else sorted(places)))

    def report(self, units: Sequence[Unit], now: int) -> tuple[Report, list[tuple[str, str, str]]]:
        """The figures of all units, and the failures: place, error, message."""
        counts = Counter({"ok": 0, "empty": 0, "failed": 0, "copy": 0})
        tally = Tally()
        failures: list[tuple[str, str, str]] = []
        for unit in units:
            receipt = json.loads(self._path(unit).read_text(encoding="utf-8"))
            counts.update(receipt["counts"])
            failures += [tuple(failure) for failure in receipt["failures"]]
            copies = frozenset(self.left_out(unit) or ())
            if not copies:
                tally.merge(tally_of(receipt["tally"]))
                continue
            for text in self.texts(unit):
                if text.place in copies:
                    counts.update({text.status: -1, "copy": 1})
                else:
                    tally.merge(tally_of(text.tally))
        errors = Counter(error for _, error, _ in failures)
        failures.sort()
        return Report(now, counts, dict(errors.most_common()), failing(failures), tally), failures

    def _path(self, unit: Unit, suffix: str = ".json") -> Path:
        return self._folder / f"{unit.name}{suffix}"


def clean_unit(unit: Unit, batch: Batch, workers: int = 1) -> dict[str, int]:
    """Clean the files of a unit by so many processes, write what comes of them, and then the receipt; returns its short form.

    What an earlier try left unfinished is written over.
    """
    receipts = Receipts(batch)
    if receipts.left_out(unit):  # until it is done
        receipts.leave_out(unit, None)
    writer = ROW_WRITERS.get(batch.job.to)
    taken = _Taken()
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        results: Results = (
            PageFiles(batch.out, FORMATS[batch.job.to].suffix)
            if writer is None
            else Parts(Path(folder), writer, opens_each=False)
        )
        stream = clean_sources(
            partial(iter, unit.files), batch.job, workers, wanted=_Wanted(unit, batch), fields=batch.fields, limits=batch.limits
        )
        chunk = 0
        with closing(stream):
            for cleaned in stream:
                taken.add(cleaned, results)
                if results.chunk_is_full:
                    results.close_chunk(chunk)
                    chunk += 1
        results.close_chunk(chunk)
        if writer is not None:
            assert isinstance(results, Parts)
            _write_part(part_of_unit(batch, unit, writer), results, writer, opens=not batch.is_file)
    if receipts.left_out(unit) != []:
        receipts.leave_out(unit, [])
    receipts.write(unit, taken.counts, taken.failures, taken.tally, taken.texts)
    return {"pages": taken.counts.total(), "failed": len(taken.failures), "size": unit.size}


class _Wanted:
    """The pages of a unit: of the batch's share, up to the unit's limit."""

    def __init__(self, unit: Unit, batch: Batch) -> None:
        self._batch = batch
        self._limit = unit.limit
        self._seen = 0

    def __call__(self, read: Read) -> bool:
        if not self._batch.has(read):
            return False
        if self._limit and self._seen >= self._limit:
            raise Enough
        self._seen += 1
        return True


class _Taken:
    """What came of the pages of a unit so far."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.failures: list[tuple[str, str, str]] = []
        self.tally = Tally()
        self.texts: list[Text] = []
        self._rows = 0

    def add(self, cleaned: Cleaned, results: Results) -> None:
        outcome = cleaned.outcome
        done = settle(cleaned, results)
        self.counts[done.status] += 1
        if done.error:
            self.failures.append((done.place, done.error, done.message))
            return
        self.tally.add(outcome)
        if outcome.fingerprint is not None:
            alone = Tally()
            alone.add(outcome)
            self.texts.append(
                Text(outcome.place, outcome.target, self._rows, done.status, outcome.fingerprint, alone.as_json())
            )
        self._rows += 1


def drop_stale_parts(batch: Batch, units: Sequence[Unit]) -> None:
    """Delete the rows of units whose files have changed since: they stand in another unit's part now."""
    writer = ROW_WRITERS.get(batch.job.to)
    if writer is None:
        return
    fresh = {part_of_unit(batch, unit, writer) for unit in units}
    for folder in {part.parent for part in fresh}:
        for part in folder.glob(f"part{batch.shard.label}-[0-9]*{writer.suffix}"):
            if part not in fresh:
                part.unlink()


def part_of_unit(batch: Batch, unit: Unit, writer: RowWriter) -> Path:
    """The file that has the rows of a unit."""
    folder = batch.state.absolute() if batch.is_file else batch.out.absolute()
    return folder / f"part{batch.shard.label}-{unit.name}{writer.suffix}"


def _write_part(path: Path, rows: Parts, writer: RowWriter, opens: bool) -> None:
    """All rows of a unit as one file."""
    chunks = list(rows.files())
    if not chunks:
        return
    first = [rows.write_first()] if opens and writer.opening else []
    with whole_file(path) as file:
        writer.join([*first, *chunks], file)


def join_units(batch: Batch, units: Sequence[Unit]) -> None:
    """The one file of all rows, out of the units' parts."""
    writer = ROW_WRITERS[batch.job.to]
    parts = [part for unit in units if (part := part_of_unit(batch, unit, writer)).exists()]
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder, whole_file(batch.out) as file:
        writer.join([Parts(Path(folder), writer).write_first(), *parts], file)
