"""The title: what the page's headline says, without the site's name, the section and a spam site's token.

Every place where pages put their title gives candidates; candidates that say the same add up, and the heaviest wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cleaner.metadata.facts import Facts
from cleaner.metadata.json_ld import listed, text_of
from cleaner.metadata.tidy import ideographs, letters, tidy
from cleaner.metadata.title_line import title_line
from cleaner.types import Reason, Value

TITLE_LIMIT = 300  # characters

# How far a source is to be trusted. A visible headline beats a marketing <title>; two metas that agree beat one h1 of several.
_WEIGHTS = {
    "label": 2.0,
    "h1": 0.7,
    "h1-of-several": 0.5,
    "h1-line": 0.3,
    "json-ld": 0.4,
    "og:title": 0.5,
    "twitter:title": 0.15,
    "title": 0.35,
    "headline": 0.3,
    "line": 0.25,
}
_META_WEIGHT = 0.35
_PART_WEIGHT = 0.25  # a part of <title> names nothing by itself; it confirms a candidate that says the same
_ECHO_WEIGHT = 0.5  # of a title that says nearly the same words: "Storm hits coast" and "Storm hits the coast, 3 hurt"
_INSIDE_WEIGHT = 0.5
_INSIDE_SHARE = 0.4  # of the headline's letters
_VISIBLE = ("h1", "h1-of-several", "label")
_ECHO_SHARE = 0.6  # of the words of the shorter one

_TITLE_META = ("og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title")
_HEADLINE_NAMES = re.compile(r"\b(?:headline|(?:entry|article|post|story|page|topic|thread)[-_]?(?:title|headline))\b")
_JUNCTION = re.compile(r"\s+(?:[-–—|·•»«›~/:]|::|\|\|)\s+|\s*\|\s*|\s+»\s*|(?<=[\u3040-\uffff])\s?[-_＿–—]+\s?")
_PART = re.compile(r"\s+(?:[-–—|·•»«›~/:]|::|\|\|)\s+|\s*\|\s*|\s+»\s*|:\s+|\s+[-–—]|[-–—]\s+")
_TRAILING_SIGN = re.compile(r"\s*[¶#§]\s*$")  # the anchor mark of documentation sites


@dataclass(frozen=True)
class _Candidate:
    text: str
    source: str
    weight: float
    key: str  # what it has in common with other spellings of the same title


def find_title(facts: Facts) -> Value | None:
    """The page's title, or None when the page has none: absence is an answer."""
    candidates = list(_candidates(facts))
    if not candidates:
        return None
    scores: dict[str, float] = {}
    for candidate in candidates:
        scores[candidate.key] = scores.get(candidate.key, 0.0) + candidate.weight
    parts = {key for candidate in candidates if candidate.source != "line" for key in _part_keys(candidate.text)}
    totals = {
        key: score + _PART_WEIGHT * (key in parts) + _echo(key, candidates) + _inside(key, candidates)
        for key, score in scores.items()
    }
    best = max(totals, key=lambda key: (totals[key], len(key)))
    same = [candidate for candidate in candidates if candidate.key == best]
    chosen = max(same, key=lambda candidate: candidate.weight)
    return Value(chosen.text, chosen.source, round(min(1.0, 0.3 + totals[best] / 2), 2))


def _candidates(facts: Facts) -> Iterator[_Candidate]:
    sections = _sections(facts)
    for text, source in _found(facts):
        raw = tidy(text, TITLE_LIMIT)
        clean = _TRAILING_SIGN.sub("", _without_site(_without_spam(raw, facts.spam_tokens), facts, sections))
        if (key := letters(clean)) and not facts.is_site_name(clean) and not clean.startswith(("http://", "https://")):
            yield _Candidate(clean, source, _WEIGHTS.get(source, _META_WEIGHT), key)


def _found(facts: Facts) -> Iterator[tuple[str, str]]:
    """Every text that may hold the title, with the name of its source."""
    for index, label in enumerate(facts.labels):
        if label.reason is Reason.TITLE and facts.parsed.kind == "text":
            yield facts.text_of_title(index), "label"
    headings = dict.fromkeys(text for _, text in facts.headings if not facts.is_site_name(text))
    for text in headings:
        yield text, "h1" if len(headings) == 1 else "h1-of-several"
    for text in facts.heading_lines:
        yield text, "h1-line"
    for name in _TITLE_META:
        for content in facts.meta.get(name, ())[:1]:
            yield content, name
    for thing in facts.own_things[:1]:
        yield text_of(thing.get("headline")) or text_of(thing.get("name")), "json-ld"
    yield facts.parsed.head.title, "title"
    for names, _, text in facts.named:
        if _HEADLINE_NAMES.search(names):
            yield text, "headline"
            break
    if not headings and (line := title_line(facts)) >= 0:
        yield facts.text_of_title(line), "line"


def _without_spam(text: str, tokens: Sequence[str]) -> str:
    """``text`` without a spam site's token at its start or end: "Quillrank:Ferry sinks", "[Quillrank] Ferry sinks"."""
    for token in tokens:
        mark = rf"[\[(（【]?{re.escape(token)}[\])）】]?"
        text = re.sub(rf"^{mark}(?:[\s:：|,–—-]+|(?![a-z\d]))|[\s:：|,–—-]+{mark}$", "", text) or text
    return text


def _without_site(text: str, facts: Facts, sections: frozenset[str]) -> str:
    """``text`` without the parts at its end or start that name the site or the section: "Title | News | The Gazette"."""
    text = text.strip(" |")
    while True:
        junctions = list(_JUNCTION.finditer(text))
        if not junctions:
            return text
        first, last = junctions[0], junctions[-1]
        if _names_place(text[last.end() :], facts, sections) or _unknown_site(text, last):
            text = text[: last.start()]
        elif _names_place(text[: first.start()], facts, sections):
            text = text[first.end() :]
        else:
            return text


def _names_place(part: str, facts: Facts, sections: frozenset[str]) -> bool:
    key = letters(part)
    if key in facts.site_letters or key in sections:
        return True
    words = part.casefold().split()
    if not key or len(words) > _WORDS_OF_A_SITE:
        return False
    for name in facts.site_letters:
        # "Tern Cove Norway" on terncove.example; "TC Co-op" on tc.example; "Terncove" on getterncove.example
        if (len(name) >= 4 and name in key and len(key) <= 3 * len(name)) or name in words:
            return True
        if len(key) >= 4 and key in name and 2 * len(key) >= len(name):
            return True
    return False


def _unknown_site(text: str, last: re.Match[str]) -> bool:
    """Whether what follows the last bar is short beside what precedes it: a bar joins a title with a site, not two halves."""
    before, after = _words(text[: last.start()]), _words(text[last.end() :])
    return last.group().strip() in ("|", "_", "＿") and before >= 2 and after <= _WORDS_OF_A_SITE


def _words(text: str) -> int:
    return len(text.split()) + ideographs(text) // 2


_WORDS_OF_A_SITE = 5


def _sections(facts: Facts) -> frozenset[str]:
    """The page's section and kicker, which titles carry along: "Opinion | Let the river run"."""
    found = {tidy(value, 100) for name in ("article:section", "section") for value in facts.meta.get(name, ())}
    for thing in facts.own_things[:1]:
        found |= {tidy(item, 100) for item in listed(thing.get("articleSection")) if isinstance(item, str)}
    return frozenset({letters(section) for section in found | _SECTIONS} - {""})


_SECTIONS = frozenset(
    ("Opinion", "News", "Sports", "Business", "Politics", "World", "Review", "Meinung", "Opinión", "Nachrichten")
)


def _part_keys(text: str) -> Iterator[str]:
    """The beginnings and endings of a title that a junction sets apart."""
    for junction in _PART.finditer(text):
        yield letters(text[: junction.start()])
        yield letters(text[junction.end() :])


def _echo(key: str, candidates: Sequence[_Candidate]) -> float:
    """What near-identical candidates from other sources add to a visible headline."""
    own = [c for c in candidates if c.key == key]
    if not any(c.source in ("h1", "h1-of-several", "label") for c in own):
        return 0.0
    words = set(own[0].text.casefold().split())
    return sum(
        c.weight * _ECHO_WEIGHT
        for c in candidates
        if c.key != key and c.source not in ("h1", "h1-of-several") and _shares(words, c.text)
    )


def _inside(key: str, candidates: Sequence[_Candidate]) -> float:
    """What a visible headline gives to the candidate it holds whole: "Blog: Ten footbridges", "Ten footbridges [video]"."""
    return max(
        (
            c.weight * _INSIDE_WEIGHT
            for c in candidates
            if c.source in _VISIBLE and key in c.key and len(c.key) > len(key) >= _INSIDE_SHARE * len(c.key)
        ),
        default=0.0,
    )


def _shares(words: set[str], text: str) -> bool:
    others = set(text.casefold().split())
    return len(words & others) >= _ECHO_SHARE * max(1, min(len(words), len(others))) and min(len(words), len(others)) >= 3
