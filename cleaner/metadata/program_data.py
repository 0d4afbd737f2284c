"""Names in what a page hands to its own programs: data layers, the states of frameworks, ``data-`` attributes.

``pagePostAuthor":"Ada Quill"``, ``data-author-username="tideline88"``. It is looked at only where the page names nobody for
search engines. The patterns begin with plain letters, which are found fast in a long source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice

MAX_FOUND = 60  # mentions that are looked at; lists of other articles name hundreds

_QUOTE = r"""\\{0,4}(?:"|'|&quot;|&\#34;)"""
_IS = rf"(?:{_QUOTE})?\s?[:=]\s?"
_VALUE = rf"{_QUOTE}(?P<value>[^\"'\\&<>{{}}\[\]]{{2,60}}?){_QUOTE}"
_AUTHORS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"uthors?(?:[_-]?(?:[Dd]isplay)?[_-]?[Nn]ames?|[_-][Uu]sername)?{_IS}(?:\[\s?)?(?:\{{[^{{}}]{{0,120}}?[Nn]ame{_IS})?{_VALUE}",
        rf"reator{_IS}\{{[^{{}}]{{0,120}}?(?:display_?[Nn]ame|username){_IS}{_VALUE}",
        rf"posts{_IS}\[\{{[^{{}}]{{0,200}}?username{_IS}{_VALUE}",
        r"""itemprop=["']?author\b[^<>]{0,200}>\s{0,20}<(?:meta|span|a|link)\s[^<>]{0,200}itemprop=["']?name\b[^<>]{0,80}content="(?P<value>[^"<>]{2,60})\"""",
    )
)


def authors_in_data(source: str) -> Iterator[str]:
    """The texts that are said to be an author's name, as they stand in the page's source."""
    for pattern in _AUTHORS:
        for match in islice(pattern.finditer(source), MAX_FOUND):
            yield html.unescape(match["value"]).strip()
