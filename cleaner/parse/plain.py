"""Flattened text into blocks: a line is a block, with its offsets into the page."""

from __future__ import annotations

import re

from cleaner.errors import PageRefused
from cleaner.types import Block, Charset, Page, Parsed

MAX_LINES = 200_000

_LINE = re.compile(r"\S[^\r\n\v\f\u0085\u2028\u2029]*")


def parse_plain(page: Page, source: str, charset: Charset) -> Parsed:
    """One block a non-blank line, without the white space around it: ``source[block.start:block.end] == block.text``.

    Raises PageRefused("lines") beyond MAX_LINES.
    """
    blocks: list[Block] = []
    for match in _LINE.finditer(source):
        if len(blocks) == MAX_LINES:
            raise PageRefused("lines", f"the page has more than {MAX_LINES:,} lines: split it")
        text = match.group().rstrip()
        start = match.start()
        blocks.append(Block(text, "line", start=start, end=start + len(text)))
    return Parsed(page, "text", source, charset, blocks)
