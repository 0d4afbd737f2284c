"""Flattened text into blocks: a line is a block, with its offsets into the page; a hard-wrapped paragraph is one, too,
and a sentence where the page has lost its line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cleaner.errors import PageRefused
from cleaner.types import Block, Charset, Page, Parsed

MAX_LINES = 100_000
WRAP_COLUMNS = 120  # the widest column that mail and terminals wrap at
WRAPPED_LINES = 6  # lines followed by another without a blank line, from which wrapping can be told
WRAPPED_SHARE = 0.8  # of those lines that nearly reach the right margin
MARGIN_SHARE = 0.75  # of the margin that a wrapped line fills at least: the next word did not fit

LONG_LINE = 300  # characters; of pages with so few lines none has a paragraph alone
FEW_LINES = 3

_SENTENCE_END = re.compile(r"(?<=[.!?…।॥؟۔])[^\S\r\n]+|(?<=[。！？])(?=[^\s。！？”’」』）])")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # as much text as three letters
_OPENS_SENTENCE = re.compile(r"[\"'“„«‘(\[¿¡]{0,3}([^\W\d_])")
_LINE = re.compile(r"\S[^\r\n\v\f\u0085\u2028\u2029]*")
_BREAK = r"(?>\r\n|[\r\n\v\f\u0085\u2028\u2029])"
_BLANK_LINE = re.compile(rf"{_BREAK}[^\S\r\n]*{_BREAK}")


def parse_plain(page: Page, source: str, charset: Charset) -> Parsed:
    """One block a non-blank line, without the white space around it: ``source[block.start:block.end] == block.text``.

    Where the page is hard-wrapped, a block is a paragraph: the lines up to the next blank one. Where it is all in one line, a
    block is a sentence. Raises PageRefused("lines") beyond MAX_LINES.
    """
    lines: list[tuple[int, int]] = []
    for match in _LINE.finditer(source):
        if len(lines) == MAX_LINES:
            raise _too_long()
        start = match.start()
        lines.append((start, start + len(match.group().rstrip())))
    if _is_hard_wrapped(source, lines):
        lines = _paragraphs(source, lines)
    elif _is_in_one_line(source, lines):
        lines = [sentence for start, end in lines for sentence in _sentences(source, start, end)]
        if len(lines) > MAX_LINES:
            raise _too_long()
    blocks = [Block(source[start:end], "line", start=start, end=end) for start, end in lines]
    return Parsed(page, "text", source, charset, blocks)


def _too_long() -> PageRefused:
    return PageRefused("lines", f"the page has more than {MAX_LINES:,} lines: split it")


def _is_in_one_line(source: str, lines: list[tuple[int, int]]) -> bool:
    """The flattener took the line ends away as well: hardly any line is left, and one is much longer than a label."""
    if len(lines) > FEW_LINES:
        return False
    start, stop = max(lines, key=lambda line: line[1] - line[0], default=(0, 0))
    return stop - start >= LONG_LINE or stop - start + 2 * len(_IDEOGRAPH.findall(source, start, stop)) >= LONG_LINE


def _sentences(source: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A line's sentences: the menu before the first and the footer behind the last are not to decide about the text."""
    for match in _SENTENCE_END.finditer(source, start, end):
        opening = _OPENS_SENTENCE.match(source, match.end(), end)
        if opening and not opening[1].islower() and not _DAY.search(source, max(start, match.start() - 4), match.start()):
            yield start, match.start()
            start = match.end()
    yield start, end


_DAY = re.compile(r"(?<!\d)[0-3]?\d\.$")  # "Am 3. Mai"


def _is_hard_wrapped(source: str, lines: list[tuple[int, int]]) -> bool:
    """The lines that another follows without a blank line between end at one margin."""
    inner = [end - start for (start, end), (following, _) in pairwise(lines) if not _BLANK_LINE.search(source, end, following)]
    if len(inner) < WRAPPED_LINES:
        return False
    margin = max(inner)
    return margin <= WRAP_COLUMNS and sum(length >= MARGIN_SHARE * margin for length in inner) >= WRAPPED_SHARE * len(inner)


def _paragraphs(source: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    paragraphs = lines[:1]
    for (_, end), (start, stop) in pairwise(lines):
        if _BLANK_LINE.search(source, end, start):
            paragraphs.append((start, stop))
        else:
            paragraphs[-1] = (paragraphs[-1][0], stop)
    return paragraphs
