"""The scoring report: cleaners on sets of hand-cleaned pages, as one HTML file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from cleaner.reports.differences import difference, mistake_list
from cleaner.reports.html import Html, element, join
from cleaner.reports.plots import UNIT, Axis, binned, curve, f1_curves, intervals, pareto, scatter, time_axis, unit_axis
from cleaner.reports.sheet import Section, figures, folded, page, prose, table
from cleaner.scoring.evaluate import FIELDS, PageScore
from cleaner.scoring.paired import Pair, gain_of
from cleaner.scoring.report import Row, summarize, summarize_types, worst_pages
from cleaner.scoring.runs import Scored
from cleaner.version import __version__

WORST = 6  # pages of each cleaner and set, where no other number was asked for
CHANGED = 5  # pages in each direction
FEWEST_COVERED = 3  # pages that a trap must be on to get a row

Cell = str | Html


def score_report(scored: Sequence[Scored], pairs: Sequence[Pair], worst: int = WORST) -> str:
    """The report of the scores, and of the comparisons that were asked for, with the ``worst`` pages of each cleaner and set.

    The same scores give the same file.
    """
    rows = [summarize(name, pages) for name, pages in scored]
    sets = list(dict.fromkeys(row.set for row in rows))
    cleaners = list(dict.fromkeys(row.cleaner for row in rows))
    pages = sum(max(row.pages for row in rows if row.set == name) for name in sets)
    introduction = (
        f"{_count(cleaners, 'cleaner')} on {pages:,} hand-cleaned pages of {_count(sets, 'set')}: {', '.join(sets)}.",
        f"Word F1 compares the words of a result with those of the truth. Intervals are 95 % bootstrap intervals over pages. "
        f"Times are CPU milliseconds a page on the machine that measured. cleaner {__version__}.",
    )
    sections: list[Section] = [("Overview", _overview(rows, sets))]
    sections.append(("Precision and recall", _trade_offs(rows, sets)))
    sections.append(("Quality against CPU time", _costs(rows, sets)))
    sections.append(("Page types", _types(scored, sets)))
    sections.append(("Kinds of boilerplate", _kinds(scored, sets)))
    if calibration := _calibration(scored):
        sections.append(("Foretold quality", calibration))
    if metadata := _metadata(rows, sets):
        sections.append(("Metadata", metadata))
    if pairs:
        sections.append(("What changed", _changes(pairs)))
    sections.append(("Worst pages", _worst(scored, worst)))
    return page("Scoring report", introduction, sections)


def _overview(rows: Sequence[Row], sets: Sequence[str]) -> Html:
    parts = []
    columns = [
        "cleaner",
        "precision",
        "recall",
        "word F1",
        "95 % interval",
        "4-gram F1",
        "with",
        "without",
        "CPU ms",
        "median",
        "95th %",
    ]
    for name in sets:
        own = _of_set(rows, name)
        best = max(row.words.f1 for row in own)
        failed = any(row.failures for row in own)
        body = [
            [
                row.cleaner,
                _share(row.words.precision),
                _share(row.words.recall),
                element("span", _share(row.words.f1), class_="best" if row.words.f1 == best else None),
                _span(row.f1_interval),
                _share(row.shingles.f1 if row.shingles else None),
                _share(row.with_rate),
                _share(row.without_rate),
                *(f"{row.cpu_ms[one]:.1f}" for one in ("mean", "median", "p95")),
                *([f"{len(row.failures):,}"] * failed),
            ]
            for row in own
        ]
        parts.append(element("h3", f"{name}, {own[0].pages:,} pages"))
        parts.append(table(f"Cleaners on {name}", columns + ["failed"] * failed, body))
        ranges = {row.cleaner: (row.words.f1, *row.f1_interval) for row in own}
        parts.append(figures(intervals(f"Word F1 on {name}", "word F1, with its 95 % interval", ranges)))
    legend = (
        "“with” is the share found of the snippets that must be in the text, “without” of those that must not. "
        "Intervals of two cleaners that overlap may still differ for sure on the same pages, which a paired comparison tells."
    )
    return join(*parts, element("p", legend, class_="quiet"))


def _trade_offs(rows: Sequence[Row], sets: Sequence[str]) -> Html:
    plots = []
    for name in sets:
        own = _of_set(rows, name)
        across = unit_axis("precision", [row.words.precision for row in own])
        up = unit_axis("recall", [row.words.recall for row in own])
        points = {row.cleaner: (row.words.precision, row.words.recall) for row in own}
        plots.append(scatter(f"Precision and recall on {name}", across, up, points, curves=f1_curves(across, up)))
    told = "Means over pages. Dashed lines join equal F1, which stands at their ends; up and to the right is better."
    return join(prose(told), figures(*plots))


def _costs(rows: Sequence[Row], sets: Sequence[str]) -> Html:
    plots = []
    joined = False
    for name in sets:
        own = _of_set(rows, name)
        points = {row.cleaner: (row.cpu_ms["mean"], row.words.f1) for row in own if row.cpu_ms["mean"]}
        if points:
            across = time_axis("CPU ms a page", [cost for cost, _ in points.values()])
            up = unit_axis("word F1", [f1 for _, f1 in points.values()])
            front = pareto(points)
            joined |= len(front) > 1
            curves = {"": front} if len(front) > 1 else {}
            plots.append(scatter(f"Word F1 and CPU time on {name}", across, up, points, curves=curves))
    told = "Means over pages; up and to the left is better."
    if joined:
        told += (
            " The dashed line joins the cleaners that no other beats in both; what lies under it is slower and worse than one "
            "on it."
        )
    return join(prose(told), figures(*plots))


def _types(scored: Sequence[Scored], sets: Sequence[str]) -> Html:
    parts = []
    for name in sets:
        own = [pages for found, pages in scored if found == name]
        cleaners = [pages[0].cleaner for pages in own]
        typed = {(row.page_type, row.cleaner): row for pages in own for row in summarize_types(name, pages)}
        body = []
        for page_type in sorted({page_type for page_type, _ in typed}):
            cells = [typed[page_type, cleaner] for cleaner in cleaners]
            best = max(row.words.f1 for row in cells)
            body.append([page_type, f"{cells[0].pages:,}", *(_f1_cell(row, row.words.f1 == best) for row in cells)])
        parts.append(
            table(f"Word F1 by page type on {name}, with half its 95 % interval", ["page type", "pages", *cleaners], body)
        )
    return join(*parts)


def _f1_cell(row: Row, is_best: bool) -> Html:
    low, high = row.f1_interval
    figure = element("span", _share(row.words.f1), class_="best" if is_best else None)
    return join(figure, element("span", f" ±{_share((high - low) / 2)}", class_="quiet"))


def _kinds(scored: Sequence[Scored], sets: Sequence[str]) -> Html:
    told = (
        "Of the words that the truth leaves out, the share that each cleaner removed. The kinds are what the rules call a "
        "block; not-main-content is what they have no name for. “lost” are words of the truth that went for that reason."
    )
    parts: list[Html] = [prose(told)]
    for name in sets:
        own = [pages for found, pages in scored if found == name and any(page.kinds for page in pages)]
        if own:
            parts.append(_kind_table(name, own))
            parts.append(_covers_table(name, [pages for found, pages in scored if found == name]))
    return join(*parts)


def _kind_table(set_name: str, own: Sequence[Sequence[PageScore]]) -> Html:
    words: dict[str, int] = defaultdict(int)
    on_pages: dict[str, int] = defaultdict(int)
    for page_score in own[0]:
        for kind, count in page_score.kinds.items():
            words[kind] += count.words
            on_pages[kind] += 1
    lost = [_lost_by_kind(pages) for pages in own]
    body = []
    for kind in sorted(words, key=lambda kind: -words[kind]):
        removed = [sum(page.kinds[kind].removed for page in pages if kind in page.kinds) for pages in own]
        cells = [
            join(_share(part / words[kind]) if words[kind] else "–", element("span", f" {gone[kind]:,} lost", class_="quiet"))
            if gone[kind]
            else _share(part / words[kind] if words[kind] else None)
            for part, gone in zip(removed, lost, strict=True)
        ]
        body.append([kind, f"{on_pages[kind]:,}", f"{words[kind]:,}", *cells])
    columns = ["kind", "pages", "words", *(pages[0].cleaner for pages in own)]
    return table(f"Share of boilerplate that went, by kind, on {set_name}", columns, body)


def _lost_by_kind(pages: Iterable[PageScore]) -> Mapping[str, int]:
    lost: dict[str, int] = defaultdict(int)
    for page_score in pages:
        for mistake in page_score.mistakes:
            if mistake.lost:
                lost[mistake.kind] += len(mistake.text.split())
    return lost


def _covers_table(set_name: str, own: Sequence[Sequence[PageScore]]) -> Html:
    """Word F1 on the pages that say of themselves what traps they have."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, page_score in enumerate(own[0]):
        for trap in page_score.covers:
            places[trap].append(at)
    body = [
        [trap, f"{len(found):,}", *(_share(_mean([pages[at].words.f1 for at in found])) for pages in own)]
        for trap, found in sorted(places.items())
        if len(found) >= FEWEST_COVERED
    ]
    if not body:
        return Html()
    caption = f"Word F1 on the pages of {set_name} that have a kind of boilerplate or trap, as their samples tell"
    return table(caption, ["kind or trap", "pages", *(pages[0].cleaner for pages in own)], body)


def _calibration(scored: Sequence[Scored]) -> Html | None:
    said: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _, pages in scored:
        for page_score in pages:
            if page_score.quality is not None:
                said[page_score.cleaner].append((page_score.quality, page_score.words.f1))
    if not said:
        return None
    lines = {name: binned(*np.array(values).T) for name, values in said.items()}
    body = [
        [
            name,
            f"{len(values):,}",
            _share(_mean([quality for quality, _ in values])),
            _share(_mean([f1 for _, f1 in values])),
            _share(_mean([abs(quality - f1) for quality, f1 in values])),
        ]
        for name, values in said.items()
    ]
    plot = curve(
        "Does a page reach the word F1 that was foretold?",
        Axis("foretold", 0.0, 1.0, UNIT),
        Axis("reached", 0.0, 1.0, UNIT),
        lines,
        diagonal=True,
        caption="Pages in ten bins by the foretold F1. On the dashed line the two agree; above it the cleaner said too little.",
    )
    columns = ["cleaner", "pages", "foretold", "reached", "mean error"]
    return join(table("Foretold word F1 over all pages", columns, body), figures(plot))


def _metadata(rows: Sequence[Row], sets: Sequence[str]) -> Html:
    parts = []
    for name in sets:
        own = [row for row in _of_set(rows, name) if row.metadata]
        if not own:
            continue
        body = []
        for field in FIELDS:
            cells = [row.metadata[field] for row in own]
            if not cells[0].annotated:
                continue
            best = max(cell.accuracy or 0.0 for cell in cells)
            body.append(
                [
                    "authors (F1)" if field == "authors" else field,
                    f"{cells[0].annotated:,}",
                    *(
                        join(
                            element("span", _share(cell.accuracy), class_="best" if cell.accuracy == best else None),
                            element("span", f" {cell.absent:,} missing, {cell.given_when_none:,} unasked", class_="quiet"),
                        )
                        for cell in cells
                    ),
                ]
            )
        if body:
            columns = ["field", "annotated", *(row.cleaner for row in own)]
            parts.append(table(f"Share of right values on the pages of {name} that have one", columns, body))
    if not parts:
        return Html()
    told = "“missing” pages got no value where one is annotated, “unasked” ones got one where none is."
    return join(*parts, element("p", told, class_="quiet"))


def _changes(pairs: Sequence[Pair]) -> Html:
    body = [
        [
            pair.set,
            pair.old,
            pair.new,
            f"{len(pair.pages):,}",
            _share(pair.old_f1),
            _share(pair.new_f1),
            element("span", _signed(pair.gain), class_=_direction(pair)),
            f"{_signed(pair.low)} to {_signed(pair.high)}",
            f"{pair.better:,}",
            f"{pair.worse:,}",
            f"{pair.other_texts:,}",
            *([f"{pair.left_out:,}"] if any(one.left_out for one in pairs) else []),
        ]
        for pair in pairs
    ]
    columns = ["set", "old", "new", "pages", "old F1", "new F1", "gain", "95 % interval", "better", "worse", "other text"]
    columns += ["trained on"] * any(pair.left_out for pair in pairs)
    told = (
        "Both on the same pages, so the interval is of the difference: one that lies on one side of 0 is a change for sure. "
        "In the texts below, what only the old result has is struck out, what only the new one has is underlined."
    )
    parts: list[Html] = [prose(told), table("Paired comparison by word F1", columns, body, names=3)]
    for pair in pairs:
        losses = [both for both in pair.pages if gain_of(both) < 0][:CHANGED]
        gains = [both for both in reversed(pair.pages) if gain_of(both) > 0][:CHANGED]
        if losses or gains:
            parts.append(element("h3", f"{pair.set}: from {pair.old} to {pair.new}"))
        for heading, found in (("Lost most", losses), ("Gained most", gains)):
            if found:
                parts.append(element("p", heading, class_="quiet"))
                parts += [_changed_page(old, new) for old, new in found]
    return join(*parts)


def _changed_page(old: PageScore, new: PageScore) -> Html:
    gain = gain_of((old, new))
    summary = join(
        f"{new.sample} ",
        element("span", _signed(gain), class_="better" if gain > 0 else "worse"),
        element("span", f" from {_share(old.words.f1)} to {_share(new.words.f1)}", class_="quiet"),
    )
    return folded(summary, difference(old.text, new.text), mistake_list(new.mistakes))


def _worst(scored: Sequence[Scored], count: int) -> Html:
    told = (
        "The truth against the result: words that were lost are struck out, words that it should not have are underlined. "
        "Behind them the kind of the block, the rule or model that decided, and how sure it was."
    )
    parts: list[Html] = [prose(told)]
    for name, pages in scored:
        found = [one for one in worst_pages(pages, count) if one.words.f1 < 1]
        if found:
            parts.append(element("h3", f"{name}: {pages[0].cleaner}"))
            parts += [_worst_page(one) for one in found]
    return join(*parts)


def _worst_page(score: PageScore) -> Html:
    match = score.words
    summary = join(
        element("strong", _share(match.f1)),
        f" {score.sample} ",
        element(
            "span",
            f"{score.page_type or 'unknown'}, precision {_share(match.precision)}, recall {_share(match.recall)}",
            class_="quiet",
        ),
    )
    failure = [element("p", f"The cleaner broke on it: {score.failure}", class_="worse")] if score.failure else []
    return folded(summary, *failure, difference(score.truth, score.text, score.mistakes), mistake_list(score.mistakes))


def _of_set(rows: Iterable[Row], name: str) -> list[Row]:
    return [row for row in rows if row.set == name]


def _direction(pair: Pair) -> str | None:
    return "better" if pair.low > 0 else "worse" if pair.high < 0 else None


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+.4f}".replace("-", "−")


def _span(bounds: tuple[float, float]) -> str:
    return f"{bounds[0]:.3f}–{bounds[1]:.3f}"


def _count(things: Sequence[object], name: str) -> str:
    return f"{len(things):,} {name}{'s' * (len(things) != 1)}"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
