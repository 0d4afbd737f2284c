"""Pages to describe: an article that any cleaner keeps, with what a test puts into its head and around its title."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cleaner.pipeline import clean
from cleaner.types import Cut, Label, Labelled, Metadata, Page, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cleaner.types import Parsed

PARAGRAPHS = (
    "The harbour board of Saltmere voted on Monday evening to keep the old chain ferry in service for another ten years,"
    " although the repairs will cost the town more than a new boat would have done.",
    "Some four hundred people cross the narrows on it every morning, most of them on the way to the cannery, and the "
    "queue for the last boat at night is a place where half of the marriages on the island are said to have begun.",
    "The engineer who looked after its chains for thirty years told the meeting that a bridge would be quicker, cheaper "
    "and entirely without charm, and that he had brought a drawing of one in case anybody asked, which nobody did.",
    "Work on the hull starts in the autumn, when the cannery closes for six weeks, and the board hopes that the ferry "
    "will be back before the first ice; until then a launch carries those who can climb down a ladder.",
)
TITLE = "Saltmere keeps its chain ferry for another ten years"


def described_html(
    *,
    head: str = "",
    above: str = "",
    title: str = f"<h1>{TITLE}</h1>",
    below: str = "",
    url: str | None = None,
    lang: str = "en",
) -> Metadata:
    """The metadata of an HTML article."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    nav = '<nav><a href="/">Home</a> <a href="/ports">Ports</a> <a href="/about">About</a></nav>'
    body = f"{nav}{above}<main>{title}{below}{text}</main>"
    return clean(f"<!doctype html><html lang='{lang}'><head>{head}</head><body>{body}</body></html>", url=url).metadata


def described_text(
    lines: Sequence[str],
    *,
    cuts: Mapping[str, Reason] | None = None,
    fetched_at: datetime | None = None,
    after: Sequence[str] = (),
) -> Metadata:
    """The metadata of a flattened page: ``lines`` above the article, ``after`` below it, ``cuts`` cut wherever they stand."""
    page = Page("page", "\n".join((*lines, *PARAGRAPHS, *after)), kind="text", fetched_at=fetched_at)
    return clean(page, cleaner=KeepsArticle(cuts or {})).metadata


@dataclass(frozen=True)
class KeepsArticle:
    """A cleaner that knows this article: it keeps its paragraphs and cuts what it is told to cut."""

    cuts: Mapping[str, Reason]
    name = "keeps-article"
    version = "1"
    summary = "keeps the article of these tests"

    def label(self, parsed: Parsed) -> Labelled:
        return Labelled([self._label(block.text) for block in parsed.blocks])

    def _label(self, text: str) -> Label:
        found = [
            Cut(text.index(piece), text.index(piece) + len(piece), "test", reason)
            for piece, reason in self.cuts.items()
            if piece in text
        ]
        label = Label(True, "test") if len(text) > 150 else Label(False, "test", Reason.NOT_MAIN_CONTENT)
        return label._replace(keep=label.keep or bool(found), cuts=tuple(sorted(found, key=lambda cut: cut.start)))
