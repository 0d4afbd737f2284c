"""The site's name where no meta tells it: the part of the title or of the first lines with which the copyright line begins.

"Ferry stays in port | Harbour Post" above, "© 2024 Harbour Post Ltd. All rights reserved" below: Harbour Post.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.metadata.tidy import letters
from cleaner.types import Parsed

_LINES_ABOVE = 5
_LINES_BELOW = 40
_WORDS = 5
_LENGTH = 500  # characters of a line that are looked at
_HOLDER = re.compile(
    r"(?:©|\(c\)|\bcopyright\b)[\s©]{0,4}(?:(?:19|20)\d\d(?:\s?[-–—]\s?(?:19|20)\d\d)?)?[\s,.]{0,3}(?:by\s|the\s)?", re.I
)
_BETWEEN = re.compile(r"\s+[-–—|·•»«›>/:~]+\s+|\s*[|_＿＞›»>]\s*|\s{2,}|　")


def site_names_by_copyright(parsed: Parsed) -> Iterator[str]:
    """The names, as the title or the first lines spell them; the copyright line often has the company's form."""
    holders = [holder for text in _after_the_sign(parsed) if (holder := letters(text))]
    if not holders:
        return
    tops = [parsed.head.title] if parsed.kind == "html" else [block.text for block in parsed.blocks[:_LINES_ABOVE]]
    for top in tops:
        for part in _BETWEEN.split(top[:_LENGTH]):
            key = letters(part)
            is_name = len(key) >= (2 if not part.isascii() else 4) and len(part.split()) <= _WORDS
            if is_name and any(holder.startswith((key, letters(part.removeprefix("The ")))) for holder in holders):
                yield part.strip()


def holders_of_copyright(parsed: Parsed) -> Iterator[str]:
    """What follows the sign and the year, to the end of the name: "Ada Quill" of "© 2024 Ada Quill. All rights reserved"."""
    for text in _after_the_sign(parsed):
        yield _END_OF_A_NAME.split(text, maxsplit=1)[0].strip()


def _after_the_sign(parsed: Parsed) -> Iterator[str]:
    for block in parsed.blocks[-_LINES_BELOW:]:
        if "©" in block.text or "opyright" in block.text or "(c)" in block.text:
            for match in _HOLDER.finditer(block.text[:_LENGTH]):
                yield block.text[match.end() : match.end() + _HOLDER_LENGTH]


_HOLDER_LENGTH = 80  # characters
_END_OF_A_NAME = re.compile(r"[.,;|•·]\s|[.,;|•·]$|\s[-–—]\s|\s(?:All|and its|\d{4})\b|\n")
