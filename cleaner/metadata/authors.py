"""The persons who wrote the page. Sources are asked in order of trust; the first that names a person answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.metadata.agency import is_agency
from cleaner.metadata.date_reading import Customs, without_dates
from cleaner.metadata.facts import Facts
from cleaner.metadata.json_ld import first_of, listed, resolved, types_of
from cleaner.metadata.names import labelled_names, lone_name, looks_like_byline, names_in, stated_name
from cleaner.metadata.tidy import letters, tidy
from cleaner.metadata.title_line import title_line
from cleaner.types import Reason, Value

MAX_AUTHORS = 20
_CONFIDENCE = {"json-ld": 0.9, "meta": 0.8, "mark": 0.7, "byline": 0.65, "line": 0.5}

_AUTHOR_META = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "byl",
    "og:article:author",
    "article:author_name",
    "twitter:creator_name",
)
_STRUCTURED = ("json-ld:person", "meta:author", "meta:parsely-author", "meta:twitter:data")  # they may give a user name
_FAMILY_NAME_FIRST = frozenset(("citation_author", "dc.creator", "dcterms.creator"))
_MARK = re.compile(r"author(?!i[sz])|autor|auteur|firma|byline|creator|writt?er")
_NO_MARK = re.compile(
    r"comment|related|avatar|image|photo|bio|social|follow|desc|job|role|date|more|recommend|review|card|type"
)
_BY_LABEL = re.compile(
    r"(?:written|posted|published)?\s?by\b|(?:verfasst|geschrieben|veröffentlicht) von|[eé]crit par|escrito por|"
    r"scritto da|author|autor|автор|作者|geschreven door|publicado por",
    re.I,
)
_LINES_OF_A_NAME = 5
_LINE_LENGTH = 160  # characters
_BLOCKS_BELOW_TITLE = 15
_BLOCKS_ABOVE_TITLE = 3


def find_authors(facts: Facts) -> tuple[Value, ...]:
    """The authors in page order, each once; empty when the page names no person."""
    for source, texts in _candidates(facts):
        names: dict[str, Value] = {}
        for text in texts:
            found = list(names_in(text)) or ([stated_name(text)] if source.startswith(_STRUCTURED) else [])
            for name in found:
                if name and not is_agency(name) and not _is_site(name, source, facts):
                    confidence = _CONFIDENCE[source.split(":", 1)[0]]
                    names.setdefault(letters(name), Value(name, source, confidence, None if name == text else tidy(text, 300)))
        if names:
            return tuple(names.values())[:MAX_AUTHORS]
    return ()


def _is_site(name: str, source: str, facts: Facts) -> bool:
    """Whether the site names itself as author; a person's own site has a person's name and says so in its JSON-LD."""
    return facts.is_site_name(name) and not (source == "json-ld:person" and len(name.split()) in (2, 3))


def _candidates(facts: Facts) -> Iterator[tuple[str, list[str]]]:
    """Sources with the bylines they hold, the most trusted first."""
    yield "json-ld:person", list(_json_ld_authors(facts, persons=True))
    yield "json-ld", list(_json_ld_authors(facts, persons=False))
    for name in _AUTHOR_META:
        yield f"meta:{name}", [_given_name_first(name, content) for content in facts.meta.get(name, ())[:MAX_AUTHORS]]
    yield "meta:twitter:data", list(_labelled_data(facts))
    yield "mark", list(_marked_bylines(facts))
    yield "byline", list(_byline_lines(facts))
    yield "line", list(_names_by_the_date(facts))


def _json_ld_authors(facts: Facts, *, persons: bool) -> Iterator[str]:
    """The names of the JSON-LD's authors: of those it calls persons, or of those it does not classify."""
    for author in listed(first_of(facts.own_things, "author") or first_of(facts.own_things, "creator"))[:MAX_AUTHORS]:
        author = resolved(author, facts.things)
        if isinstance(author, str):
            names, kinds = [author], set()
        elif isinstance(author, dict):
            names = [name for name in listed(author.get("name"))[:MAX_AUTHORS] if isinstance(name, str)]
            kinds = {kind.casefold() for kind in types_of(author)} - {"thing"}
        else:
            continue
        if ("person" in kinds) if persons else not kinds:
            yield from names


def _labelled_data(facts: Facts) -> Iterator[str]:
    """What a card for social media shows under "Written by"."""
    for number in ("1", "2"):
        label, data = (facts.first_meta((f"twitter:{what}{number}",))[1] for what in ("label", "data"))
        if _BY_LABEL.match(label):
            yield data


def _given_name_first(source: str, text: str) -> str:
    """Library metadata has "Quill, Ada"."""
    parts = text.split(",")
    if source in _FAMILY_NAME_FIRST and len(parts) == 2 and ";" not in text:
        return f"{parts[1].strip()} {parts[0].strip()}"
    return text


def _marked_bylines(facts: Facts) -> Iterator[str]:
    """The texts of what the page itself calls an author: those near the title, all at the place of the first of them."""
    first_place = None
    for names, block, text in sorted(facts.named, key=lambda named: named[1]):
        if not _MARK.search(names) or _NO_MARK.search(names) or len(text) > 200 or not facts.is_near_title(block):
            continue
        if first_place is None and any(True for _ in names_in(text)):
            first_place = block
        if first_place is not None and block - first_place <= _BLOCKS_ABOVE_TITLE:
            yield text


def _byline_lines(facts: Facts) -> Iterator[str]:
    """The first line near the title or above the text that opens with "By"."""
    near = facts.title_block if facts.title_block >= 0 else facts.text_begins
    first = max(0, near - _BLOCKS_ABOVE_TITLE if facts.title_block >= 0 else near - _BLOCKS_BELOW_TITLE)
    for index in range(first, min(len(facts.parsed.blocks), near + _BLOCKS_BELOW_TITLE)):
        block = facts.parsed.blocks[index]
        is_byline = facts.labels[index].reason is Reason.BYLINE
        for line in block.text[:1000].split("\n")[:5] if not block.hidden else ():
            if labelled := labelled_names(line):
                yield from labelled
                return
            if (is_byline and len(line) < 200) or (looks_like_byline(line) and len(line) < 120):
                yield line
                return


def _names_by_the_date(facts: Facts) -> Iterator[str]:
    """A line right below the title that holds a name and nothing else, with the date beside it or in the next lines."""
    title = facts.title_block if facts.title_block >= 0 else title_line(facts)
    last = min(title + _LINES_OF_A_NAME, len(facts.parsed.blocks) - 1)
    lines = [facts.parsed.blocks[index].text[:_LINE_LENGTH] for index in range(title + 1, last + 1)] if title >= 0 else []
    rest = [without_dates(line, Customs(None, "")) for line in lines]
    for at in range(len(lines)):
        dated = any(line != undated for line, undated in list(zip(lines, rest, strict=True))[at : at + 3])
        if dated and (name := lone_name(rest[at])):
            yield name
            return
