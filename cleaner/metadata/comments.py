"""How many comments the page says it has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.metadata.facts import Facts
from cleaner.metadata.json_ld import listed
from cleaner.metadata.nearby import Nearby
from cleaner.types import Value

_THINGS = 3  # that describe the page
_WORD = (
    r"(?:comments?|kommentare?|commentaires?|comentarios?|comentários?|commenti|komentarz[ey]|reacties|yorum|комментари(?:й|я|ев)"
    r"|коментар(?:і|ів)?|评论|評論|コメント|댓글|تعليقات?)"
)
_COUNT = re.compile(
    rf"""(?:^|[|·•])\s*(?P<count>\d{{1,3}}(?:[.,\s]\d{{3}})+|\d{{1,6}})\s*{_WORD}\s*(?:$|[|·•])
    | (?:^|[|·•])\s*{_WORD}\s*[(:（]?\s*(?P<after>\d{{1,6}})\s*[)）]?\s*(?:$|[|·•])""",
    re.I | re.X,
)


def find_comments(facts: Facts, nearby: Nearby) -> Value | None:
    """The stated number of comments in digits, or None."""
    for thing in facts.own_things[:_THINGS]:
        for key in ("commentCount", "answerCount"):
            if (count := _digits(thing.get(key))) is not None:
                return Value(count, "json-ld", 0.95)
        statistics = [item for item in listed(thing.get("interactionStatistic")) if isinstance(item, dict)]
        for statistic in statistics:
            count = _digits(statistic.get("userInteractionCount"))
            if count is not None and "Comment" in str(statistic.get("interactionType")):
                return Value(count, "json-ld", 0.9)
    return next(_in_lines(nearby), None)


def _in_lines(nearby: Nearby) -> Iterator[Value]:
    for line in nearby.lines:
        if len(line.text) <= _LINE and any(map(str.isdigit, line.text)) and (found := _COUNT.search(line.text)):
            raw = found["count"] or found["after"]
            yield Value(re.sub(r"\D", "", raw), "line", 0.75, found.group().strip())


_LINE = 60  # characters of a line that counts comments


def _digits(value: object) -> str | None:
    text = str(value).strip()
    return str(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else None
