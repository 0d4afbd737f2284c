"""Page scores added up to rows, a row a cleaner and set, and the rows as JSON and as tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.table import Table

from cleaner.scoring.evaluate import FIELDS, PageScore
from cleaner.scoring.metrics import Match, Shares, interval, mean_match, quantile, shingle_match
from cleaner.scoring.paired import Pair

ALL_TYPES = ""  # the page type of a row over all pages


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A metadata field over pages: accuracy over the ``annotated`` ones (authors: mean F1), of which ``absent`` got no
    value; ``given_when_none`` of the ``none`` pages without annotation got one. Accuracy is None without annotated pages."""

    annotated: int
    accuracy: float | None
    absent: int
    none: int
    given_when_none: int

    @property
    def unasked_rate(self) -> float | None:
        """The share of the pages without annotation that got a value; None where every page is annotated."""
        return _rate(self.given_when_none, self.none)


@dataclass(frozen=True, slots=True)
class Row:
    """One cleaner over one set, or over its pages of one type. Intervals are 95 %, times are CPU milliseconds a page.

    Times leave out failed pages. ``with_rate`` and ``without_rate`` are the shares of the snippets that are in the
    result: all of the first should be, none of the second. None stands for what the set does not ask.
    """

    set: str
    cleaner: str
    page_type: str
    pages: int
    words: Match
    f1_interval: tuple[float, float]
    shingles: Match | None
    shingle_f1_interval: tuple[float, float] | None
    with_rate: float | None
    without_rate: float | None
    metadata: Mapping[str, FieldRow]
    cpu_ms: Mapping[str, float]
    metadata_ms: float
    failures: tuple[tuple[str, str], ...]

    @property
    def figures(self) -> dict[str, float | None]:
        """What a gate can ask for, by name."""
        fields = {name: row.accuracy for name, row in self.metadata.items()}
        unasked = {f"{name}_unasked": row.unasked_rate for name, row in self.metadata.items()}
        return {
            "f1": self.words.f1,
            "precision": self.words.precision,
            "recall": self.words.recall,
            "shingle_f1": self.shingles.f1 if self.shingles else None,
            "with": self.with_rate,
            "without": self.without_rate,
            **{name: fields.get(name) for name in FIELDS},
            **{f"{name}_unasked": unasked.get(f"{name}_unasked") for name in FIELDS},
            "cpu_mean": self.cpu_ms["mean"],
            "cpu_median": self.cpu_ms["median"],
            "cpu_p95": self.cpu_ms["p95"],
            "pages": self.pages,
            "failures": len(self.failures),
        }


def summarize(set_name: str, pages: Sequence[PageScore], page_type: str = ALL_TYPES) -> Row:
    """One row of the pages of one cleaner. There must be one page at least."""
    words = [page.words for page in pages]
    shingles = [page.shingles for page in pages]
    shingle_row = shingle_match(shingles)
    return Row(
        set=set_name,
        cleaner=pages[0].cleaner,
        page_type=page_type,
        pages=len(pages),
        words=mean_match(words),
        f1_interval=interval([match.f1 for match in words], _mean),
        shingles=shingle_row,
        shingle_f1_interval=interval(shingles, _shingle_f1) if shingle_row else None,
        with_rate=_rate(sum(p.with_found for p in pages), sum(p.with_asked for p in pages)),
        without_rate=_rate(sum(p.without_found for p in pages), sum(p.without_asked for p in pages)),
        metadata={name: _field_row(pages, name) for name in FIELDS if pages[0].fields},
        cpu_ms=_times([p.cpu_ms for p in pages if not p.failure]),
        metadata_ms=_mean([p.metadata_ms for p in pages if not p.failure]),
        failures=tuple((p.sample, p.failure) for p in pages if p.failure),
    )


def summarize_types(set_name: str, pages: Sequence[PageScore]) -> list[Row]:
    """A row for each page type, sorted by its name."""
    by_type: dict[str, list[PageScore]] = defaultdict(list)
    for page in pages:
        by_type[page.page_type or "unknown"].append(page)
    return [summarize(set_name, by_type[name], name) for name in sorted(by_type)]


def worst_pages(pages: Sequence[PageScore], count: int) -> list[PageScore]:
    """The pages with the lowest word F1, the lowest first."""
    return sorted(pages, key=lambda page: (page.words.f1, page.sample))[:count]


def row_as_json(row: Row) -> dict[str, object]:
    """The row with the names of its fields, failures as objects."""
    return {**asdict(row), "failures": [{"id": page, "error": error} for page, error in row.failures]}


def pair_table(pairs: Sequence[Pair]) -> Table:
    """Comparisons on the same pages, with the 95 % interval of the gain; pages that are better, worse, or have another text."""
    columns = ["pages", "old F1", "new F1", "gain", "95 % from", "to", "better", "worse", "other"]
    table = _table("what changed", ["set", "old", "new"], columns)
    for pair in pairs:
        figures = (f"{pair.gain:+.4f}", f"{pair.low:+.4f}", f"{pair.high:+.4f}")
        counts = map(str, (pair.better, pair.worse, pair.other_texts))
        f1 = (_share(pair.old_f1), _share(pair.new_f1))
        table.add_row(pair.set, pair.old, pair.new, f"{len(pair.pages):,}", *f1, *figures, *counts)
    return table


def page_as_json(page: PageScore) -> dict[str, object]:
    """The figures of a page, without its texts."""
    texts = ("truth", "text", "covers", "mistakes", "kinds")
    return {name: value for name, value in asdict(page).items() if name not in texts}


def score_table(rows: Sequence[Row]) -> Table:
    """Quality and time of the cleaners on one set. Shares are of 1, ± is half the 95 % interval, times are CPU ms a page."""
    columns = ["P", "R", "F1", "±", "4-gram", "±", "with", "without", "CPU", "median", "p95"]
    failed = any(row.failures for row in rows)
    table = _table(
        f"{rows[0].set}, {rows[0].pages:,} page{'s' * (rows[0].pages != 1)}", ["cleaner"], columns + ["failed"] * failed
    )
    for row in rows:
        table.add_row(
            row.cleaner,
            *_quality(row),
            *(_share(row.with_rate), _share(row.without_rate)),
            *(f"{row.cpu_ms[name]:.1f}" for name in ("mean", "median", "p95")),
            *([str(len(row.failures))] * failed),
        )
    return table


def type_table(rows: Sequence[Row]) -> Table:
    """The rows of one set by page type."""
    columns = ["pages", "P", "R", "F1", "±", "4-gram", "±", "CPU"]
    table = _table(f"{rows[0].set}, by page type", ["type", "cleaner"], columns)
    for row in sorted(rows, key=lambda row: row.page_type):
        table.add_row(row.page_type, row.cleaner, f"{row.pages:,}", *_quality(row), f"{row.cpu_ms['mean']:.1f}")
    return table


def metadata_table(rows: Sequence[Row]) -> Table:
    """The metadata fields that one set annotates: accuracy over the annotated pages, how many of those got no value
    (missing), and the share of the others, without annotation, that got one all the same (unasked). CPU is that of all
    metadata of a page."""
    columns = ["accuracy", "annotated", "missing", "others", "unasked", "CPU"]
    table = _table(f"{rows[0].set}, metadata", ["field", "cleaner"], columns)
    for name in FIELDS:
        for row in rows:
            field = row.metadata.get(name)
            if field and field.annotated:
                counts = (field.annotated, field.absent, field.none)
                label = "authors (F1)" if name == "authors" else name
                cpu = f"{row.metadata_ms:.1f}"
                table.add_row(label, row.cleaner, _share(field.accuracy), *map(str, counts), _share(field.unasked_rate), cpu)
    return table


def worst_table(set_name: str, pages: Iterable[PageScore]) -> Table:
    """Pages of one set in the order given."""
    table = _table(f"{set_name}, worst pages by word F1", ["cleaner", "page", "type"], ["P", "R", "F1"])
    for page in pages:
        match = page.words
        shares = (_share(match.precision), _share(match.recall), _share(match.f1))
        table.add_row(page.cleaner, page.sample, page.page_type, *shares)
    return table


def _field_row(pages: Sequence[PageScore], name: str) -> FieldRow:
    fields = [page.fields[name] for page in pages]
    annotated = [field for field in fields if field.annotated]
    none = [field for field in fields if not field.annotated]
    return FieldRow(
        annotated=len(annotated),
        accuracy=_rate(sum(field.score for field in annotated), len(annotated)),
        absent=sum(not field.given for field in annotated),
        none=len(none),
        given_when_none=sum(field.given for field in none),
    )


def _times(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values) or [0.0]
    return {"mean": _mean(ordered), "median": quantile(ordered, 0.5), "p95": quantile(ordered, 0.95)}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _shingle_f1(pages: Sequence[Shares]) -> float:
    match = shingle_match(pages)
    return match.f1 if match else 0.0


def _rate(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _table(title: str, names: Iterable[str], figures: Iterable[str]) -> Table:
    """An empty table; what it holds stays within 80 columns unless names or times are long."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for figure in figures:
        table.add_column(figure, justify="right", no_wrap=True)
    return table


def _quality(row: Row) -> tuple[str, ...]:
    words = (_share(row.words.precision), _share(row.words.recall), _share(row.words.f1), _half(row.f1_interval))
    return (*words, _share(row.shingles.f1 if row.shingles else None), _half(row.shingle_f1_interval))


def _share(value: float | None) -> str:
    """Three digits: .823, 1.00."""
    if value is None:
        return "–"
    return f"{value:.3f}".removeprefix("0") if value < 0.9995 else "1.00"


def _half(bounds: tuple[float, float] | None) -> str:
    return _share(None if bounds is None else (bounds[1] - bounds[0]) / 2)


def by_cleaner(scores: Iterable[Sequence[PageScore]]) -> Iterator[list[PageScore]]:
    """Turn the scores of each sample into the scores of each cleaner."""
    return (list(pages) for pages in zip(*scores, strict=True))
