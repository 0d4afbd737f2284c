"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

MOST = 4_000_000  # comparisons of a line with a line, or a word with a word; beyond that a stretch is taken as another text

# Thai, Lao, Burmese, Khmer, Japanese and Chinese are written without spaces: each character counts
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"(?:[{_UNSPACED}]|[^\s{_UNSPACED}]+)\s*|\s+")

Side = Literal["both", "old", "new"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words that both texts have, or only the old or the new one."""

    side: Side
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """The pieces in order: those that are not ``new`` make the old text, those that are not ``old`` the new one.

    Lines are compared first and the words of lines that differ second. Texts beyond MOST are not compared there, but given
    as all old and all new.
    """
    pieces: list[Piece] = []
    for side, first, second in _steps(_lines(old), _lines(new)):
        if side == "both":
            pieces.append(Piece("both", "".join(first)))
        else:
            pieces += [
                Piece(kind, "".join(words))
                for kind, lost, won in _steps(_words(first), _words(second))
                for kind, words in ((("both", lost),) if kind == "both" else (("old", lost), ("new", won)))
                if words
            ]
    return [Piece(side, "".join(piece.text for piece in run)) for side, run in groupby(pieces, lambda piece: piece.side)]


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Side, Sequence[str], Sequence[str]]]:
    """Stretches that are alike ("both"), and stretches of one text that stand for those of the other ("old")."""
    if len(old) * len(new) > MOST:
        yield "old", old, new
        return
    matcher = SequenceMatcher(None, [token.strip() for token in old], [token.strip() for token in new], autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        yield "both" if tag == "equal" else "old", old[first:last], new[start:end]


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _words(lines: Sequence[str]) -> list[str]:
    return _WORD.findall("".join(lines))
