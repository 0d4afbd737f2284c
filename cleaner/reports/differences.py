"""Two texts of one page, shown with what only one of them has; long stretches that both have are left out."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.reports.html import Html, element
from cleaner.reports.word_diff import Piece, word_diff
from cleaner.scoring.kinds import Mistake
from cleaner.scoring.metrics import fold

CONTEXT = 14  # words that are shown before and behind a difference
SHOWN = 12_000  # characters of one text; a page of a thousand comments would fill the report
BADGES = 6  # reasons that are named behind one difference
MATCHED = 50  # characters by which a difference is known as a block


def difference(old: str, new: str, mistakes: Sequence[Mistake] = ()) -> Html:
    """The words of both, those only in ``old`` struck out (del), those only in ``new`` underlined (ins); with why, where
    ``mistakes`` tell: why a block of the truth was lost, or what a block is that was left in.
    """
    pieces = word_diff(old[:SHOWN], new[:SHOWN])
    parts: list[Html | str] = []
    for at, piece in enumerate(pieces):
        if piece.side == "both":
            parts += _shortened(piece.text, at > 0, at + 1 < len(pieces))
        else:
            parts.append(element("del" if piece.side == "old" else "ins", piece.text.rstrip("\n")))
            parts += _badges(piece, mistakes)
            parts.append("\n" if piece.text.endswith("\n") else "")
    longest = max(len(old), len(new))
    if longest > SHOWN:
        parts.append(element("span", f" (the first {SHOWN:,} of {longest:,} characters)", class_="gap"))
    return element("div", *parts, class_="diff")


def mistake_list(mistakes: Sequence[Mistake], most: int = 8) -> Html:
    """The blocks that were lost and left in, the longest first."""
    ordered = sorted(mistakes, key=lambda mistake: -len(mistake.text))
    rows = [
        element(
            "li",
            element("strong", "lost" if mistake.lost else "left in"),
            f" {fold(mistake.text)[:160]}{'…' if len(mistake.text) > 160 else ''} ",
            _badge(mistake),
        )
        for mistake in ordered[:most]
    ]
    if len(ordered) > most:
        rows.append(element("li", element("span", f"and {len(ordered) - most:,} more blocks", class_="gap")))
    return element("ul", *rows, class_="mistakes")


def _shortened(text: str, has_before: bool, has_after: bool) -> list[Html | str]:
    words = text.split(" ")
    head, tail = CONTEXT * has_before, CONTEXT * has_after
    left_out = len(words) - head - tail
    if left_out < CONTEXT:
        return [text]
    gap = element("span", f" … {left_out:,} words alike … ", class_="gap")
    return [" ".join(words[:head]), gap, " ".join(words[len(words) - tail :]) if tail else ""]


def _badges(piece: Piece, mistakes: Sequence[Mistake]) -> list[Html]:
    text = fold(piece.text)
    about = []
    for mistake in mistakes:
        start = fold(mistake.text)[:MATCHED]
        if mistake.lost == (piece.side == "old") and start and (start in text or text[:MATCHED] in fold(mistake.text)):
            about.append(mistake)
    told = {(mistake.kind, mistake.by): mistake for mistake in about}
    return [_badge(mistake) for mistake in list(told.values())[:BADGES]]


def _badge(mistake: Mistake) -> Html:
    said = f"{mistake.kind} · {mistake.by} · {mistake.score:.2f}"
    return element("span", said, class_="reason", title="the kind of the block, who decided about it, and how sure that was")
