"""What an upgrade changes, as one HTML file."""

from __future__ import annotations

from cleaner.changes import SHOWN, Change, Summary
from cleaner.reports.differences import difference
from cleaner.reports.html import Html, element, join
from cleaner.reports.sheet import Section, folded, page, prose, table

VALUE = 120  # characters of a value that are shown


def change_report(summary: Summary) -> str:
    """Counts, fields, and the pages that change most with the words that differ. The same changes give the same file."""
    introduction = (
        f"From {summary.old} to {summary.new}, on {summary.pages:,} pages. There is no truth here: look which is right.",
    )
    sections: list[Section] = [("Overview", table("What changes", ["what", "pages or words", "share"], overview(summary)))]
    if summary.fields:
        rows = [(name, f"{count:,}", _share(count, summary.pages)) for name, count in summary.fields.most_common()]
        sections.append(("Metadata", table("Pages with another value", ["field", "pages", "share"], rows)))
    changed = summary.shown()
    which = f"The {SHOWN} that change most, by words." if len(changed) == SHOWN else "All that change, by words."
    told = f"{which} Words of the old result alone are struck out, those of the new underlined."
    shown = join(prose(told), *map(_page, changed)) if changed else prose("No page changes.")
    sections.append(("Pages", shown))
    return page("What changes", introduction, sections)


def overview(summary: Summary) -> list[tuple[str, str, str]]:
    """Rows of what is counted, a number, and its share of the pages or words."""
    pages, words = summary.pages, summary.words
    rows = [
        ("pages with another text", summary.other_texts, pages),
        ("pages that become empty", summary.emptied, pages),
        ("pages that were empty", summary.filled, pages),
        ("words only the old has", summary.lost_words, words),
        ("words only the new has", summary.won_words, words),
        ("pages that failed", summary.failed, pages),
    ]
    return [(name, f"{count:,}", _share(count, of)) for name, count, of in rows]


def _page(change: Change) -> Html:
    words = f"−{change.lost_words:,} +{change.won_words:,} words" if change.lost_words or change.won_words else "same words"
    summary = join(f"{change.page} ", element("span", words, class_="quiet"))
    errors = [
        element("p", f"{side}: {error}", class_="worse")
        for side, error in (("old", change.old_error), ("new", change.new_error))
        if error
    ]
    fields = [
        element("li", element("strong", name), " ", element("del", _value(old)), " ", element("ins", _value(new)))
        for name, (old, new) in change.fields.items()
    ]
    parts = [*errors, *([element("ul", *fields, class_="mistakes")] if fields else [])]
    if change.old_text != change.new_text:
        parts.append(difference(change.old_text, change.new_text))
    return folded(summary, *parts)


def _value(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else "none")
    return text if len(text) <= VALUE else f"{text[:VALUE]}…"


def _share(count: int, of: int) -> str:
    return f"{count / of:.1%}" if of else "–"
