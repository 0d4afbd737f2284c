"""Names in what a page hands to its own programs: data layers, the states of frameworks, ``data-`` attributes.

``pagePostAuthor":"Ada Quill"``, ``data-author-username="tideline88"``. It is looked at only where the page names nobody for
search engines. The patterns begin with plain letters, which are found fast in a long source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

MAX_FOUND = 60  # mentions that are looked at; lists of other articles name hundreds
MAX_TRIED = 3_000  # places of a source

_QUOTE = r"""\\{0,4}(?:"|'|&quot;|&\#34;)"""
_IS = rf"(?:{_QUOTE})?\s?[:=]\s?"
_VALUE = rf"{_QUOTE}(?P<value>[^\"'\\&<>{{}}\[\]]{{2,60}}?){_QUOTE}"
_AUTHOR = (
    re.compile(
        rf"s?(?:[_-]?(?:[Dd]isplay)?[_-]?[Nn]ames?|[_-][Uu]sername)?{_IS}(?:\[\s?)?"
        rf"(?:\{{[^{{}}]{{0,120}}?[Nn]ame{_IS})?{_VALUE}"
    ),
    re.compile(
        r"""["']?\s[^<>]{0,200}>\s{0,20}<(?:meta|span|a|link)\s[^<>]{0,200}itemprop=["']?name\b[^<>]{0,80}"""
        r"""content="(?P<value>[^"<>]{2,60})\""""
    ),
)
_FIRST_POST = re.compile(rf"posts{_IS}\[\{{[^{{}}]{{0,200}}?username{_IS}{_VALUE}")


def authors_in_data(source: str) -> Iterator[str]:
    """The texts that are said to be an author's name, as they stand in the page's source."""
    found = at = 0
    for _ in range(MAX_TRIED):
        at = source.find(_KEY, at) + len(_KEY)
        if at < len(_KEY) or found == MAX_FOUND:
            return
        if match := next(filter(None, (pattern.match(source, at) for pattern in _AUTHOR)), None):
            found += 1
            yield html.unescape(match["value"]).strip()


def first_poster_in_data(source: str) -> str:
    """Who wrote the first of the posts that a forum's program is given to draw; empty where there are none."""
    match = _FIRST_POST.search(source)
    return html.unescape(match["value"]) if match else ""


_KEY = "uthor"
