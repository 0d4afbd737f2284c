"""Text that a page carries only in its scripts: the ``articleBody`` of JSON-LD, the data that a framework draws it from.

A fallback for pages whose elements hold hardly any text; what is found is added behind the page's own blocks and is marked
as hidden by "embedded", so that provenance tells it from what a reader sees.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape

from cleaner.parse.decode import without_controls
from cleaner.types import Block, Element

LITTLE = 80  # words in sentences below which a page's elements hold hardly any text
MORE = 2  # times as many words an articleBody has than the page's own sentences, for it to be what the page lacks
SENTENCE_WORDS = 12  # a block of fewer is a label; strings of data with fewer are, too
ENOUGH = 60  # words that must be found; less is a description, no text
BEFORE = 6  # strings before the first such, among which its heading stands
MAX_PIECES = 400  # blocks added at most
MAX_SCRIPT = 2_000_000  # characters of scripts that are read
MAX_VALUES = 50_000  # of their values that are looked at

_BODY = re.compile(r'"articleBody"\s{0,9}:\s{0,9}("(?:[^"\\]|\\.)*")')
_TAG = re.compile(r"<[^<>]{1,300}>")
_BREAK = re.compile(r"(?:</p>|<br\s?/?>|\n)\s{0,40}", re.I)
ITEM = "[]"  # behind the key of a list, for what stands in it
_LABEL = re.compile(r"(?=.{2,120}$)[^\W_a-z][^\n<>{}|_]{0,118}[^\s/]")  # "What to bring", "A flask"; no "hero-image", "/start"
_NO_TEXT = re.compile(r"^(?:https?:|/|data:|\{|\[|<svg)|function\s?\(|\.css|px;")


def embedded_blocks(blocks: Sequence[Block], json_ld: Sequence[str], data: Sequence[str]) -> list[Block]:
    """Blocks from a page's scripts, where its own hold too little; empty for most pages. ``element`` is left at -1."""
    if not data and not any('"articleBody"' in script for script in json_ld):
        return []
    own = sum(_words(block.text) for block in blocks if not block.hidden and _words(block.text) >= SENTENCE_WORDS)
    pieces = _paragraphs(article_body(json_ld))
    if sum(map(_words, pieces)) < max(ENOUGH, MORE * own):
        pieces = _sentences(data) if own < LITTLE else []
    if sum(map(_words, pieces)) < max(ENOUGH, own):
        return []
    known = {block.text for block in blocks}
    return [Block(text, "p", hidden="embedded") for text in dict.fromkeys(pieces[:MAX_PIECES]) if text not in known]


def embedded_element(parent: int, first: int, end: int) -> Element:
    """The room that such blocks stand in."""
    return Element("script", "embedded", parent, first, end)


def article_body(json_ld: Sequence[str]) -> str:
    """The longest ``articleBody`` of a page's JSON-LD, as written; empty when it has none."""
    bodies = (
        match.group(1) for script in json_ld if '"articleBody"' in script for match in _BODY.finditer(script[:MAX_SCRIPT])
    )
    longest = max(bodies, key=len, default="")
    try:
        body = json.loads(longest, strict=False) if longest else ""
    except ValueError:
        return ""
    return body if isinstance(body, str) else ""


def _sentences(data: Sequence[str]) -> list[str]:
    """The strings of some JSON that read like text, in their order, and the headings and list items among them."""
    found = []
    for script in data:
        try:
            value = json.loads(script[:MAX_SCRIPT])
        except (ValueError, RecursionError):
            continue  # cut off or broken: data of the page's own programs, nothing a reader was shown
        strings = list(_strings(value))
        texts = [place for place, (_, string) in enumerate(strings) if _is_text(string)]
        keys = {strings[place][0] for place in texts}
        for place in range(texts[0] - BEFORE, texts[-1] + 1) if texts else ():
            key, string = strings[max(place, 0)]
            if _is_text(string):
                found += [piece for piece in _paragraphs(string) if _words(piece) >= SENTENCE_WORDS]
            elif place >= 0 and _LABEL.fullmatch(string) and (key in keys or (key.endswith(ITEM) and place > texts[0])):
                found += _paragraphs(string)
    return found


def _is_text(string: str) -> bool:
    return _words(string) >= SENTENCE_WORDS and not _NO_TEXT.search(string[:200])


def _strings(value: object) -> Iterator[tuple[str, str]]:
    """All strings in a JSON value, each with the key that it is under, in document order, without recursion."""
    waiting = [("", value)]
    for _ in range(MAX_VALUES):
        if not waiting:
            return
        key, current = waiting.pop()
        if isinstance(current, str):
            yield key, current
        elif isinstance(current, dict):
            waiting += reversed(list(current.items()))
        elif isinstance(current, list):
            waiting += [(key + ITEM, item) for item in reversed(current)]


def _paragraphs(text: str) -> list[str]:
    pieces = (" ".join(without_controls(unescape(_TAG.sub(" ", piece))).split()) for piece in _BREAK.split(text))
    return [piece for piece in pieces if piece]


def _words(text: str) -> int:
    return len(text.split())
