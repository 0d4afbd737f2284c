"""The page that a report is: its head, its look, its sections and tables."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from cleaner.reports.html import Html, element, join

STYLE = Path(__file__).with_name("sheet.css").read_text(encoding="utf-8")

Section = tuple[str, Html]  # heading, content


def page(title: str, introduction: Sequence[str | Html], sections: Iterable[Section]) -> str:
    """A whole HTML file. Its own policy forbids it to run or load anything, whoever serves it."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    parts = [(heading, _anchor(heading), content) for heading, content in sections]
    body = element(
        "body",
        element("a", "To the figures", href="#content", class_="skip"),
        element("header", element("h1", title), *(element("p", line) for line in introduction)),
        element(
            "nav",
            element("ul", *(element("li", element("a", heading, href=f"#{anchor}")) for heading, anchor, _ in parts)),
            aria_label="Sections",
        ),
        element(
            "main",
            *(
                element(
                    "section",
                    element("h2", heading, id=f"{anchor}-title"),
                    content,
                    id=anchor,
                    aria_labelledby=f"{anchor}-title",
                )
                for heading, anchor, content in parts
            ),
            id="content",
        ),
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Html(STYLE)),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str | Html]], *, names: int = 1) -> Html:
    """A table that scrolls by itself where it is too wide; the first ``names`` columns are names, the others figures."""
    head = element(
        "thead",
        element(
            "tr",
            *(element("th", column, scope="col", class_="name" if at < names else None) for at, column in enumerate(columns)),
        ),
    )
    body = element("tbody", *(_row(row, names) for row in rows))
    inside = element("table", element("caption", caption), head, body)
    return element("div", inside, class_="scroll", tabindex=0, role="region", aria_label=caption)


def figures(*plots: Html) -> Html:
    """Plots side by side, as many as there is room for."""
    return element("div", *plots, class_="figures")


def folded(summary: str | Html, *inside: str | Html) -> Html:
    """What is shown when it is asked for."""
    return element("details", element("summary", summary), *inside)


def _row(row: Sequence[str | Html], names: int) -> Html:
    first = element("th", row[0], scope="row", class_="name")
    others = [element("td", cell, class_="name" if at < names else None) for at, cell in enumerate(row[1:], start=1)]
    return element("tr", first, *others)


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") or "section"


def prose(*sentences: str) -> Html:
    return element("p", join(*sentences))
