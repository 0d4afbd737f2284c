"""The lines of a page that name persons, with the words around the name: "By Ada Quill", "Ada Quill | Reporter", and "Ada Quill
covers the harbour" below "About the author". What stands around authors on all pages of a site is where it names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from cleaner.metadata.json_ld import listed, page_things, read_things, resolved
from cleaner.metadata.line_forms import NAME, form_of
from cleaner.metadata.names import NAME_WORD, bylines_in, is_label, is_of_a_menu, looks_like_byline, may_hold_byline, names_in
from cleaner.metadata.tidy import letters
from cleaner.rules.phrasebook import phrasebook
from cleaner.rules.reading import PROSE_WORDS
from cleaner.types import AuthorForm, Parsed, Reason, TextSide

OPEN = f"{NAME} …"  # the form of a line that begins with a name and goes on as it likes
MOST_LINES = 12  # of a page; more are a list of persons
_LENGTH = range(4, 161)  # characters of a line that is looked at
_WORDS = 8  # of a form
_AUTHORS = 4  # of a page
_THINGS = 3  # of its JSON-LD
_STATED = ("author", "article:author", "parsely-author", "dc.creator")

_NAME_AT_START = re.compile(rf"({NAME_WORD}(?:\s{NAME_WORD}){{1,3}})(?:\s*[|,·•–—(:-]\s*|\s(?=[a-z\d])|$)")
_NAME_AT_END = re.compile(rf"[^\W\d_][^|:]{{1,40}}(?:[|:]|\s[–—-])\s*({NAME_WORD}(?:\s{NAME_WORD}){{1,3}})")
_OTHER_WORK = re.compile(  # "Photo: Bo Fenn", "Edited by Bo Fenn", "Read more: Bo Fenn on rivers", "Sold by Bo Fenn"
    r"\b(?:photo|foto|picture|image|bild|illustrat|graphic|video|camera|edit(?:ed|ing|or)\b|translat|review|fact|tag|topic|relat"
    r"|read|next|previous|caption|credit|source|quelle|with|sold|shipped|sponsored|powered|presented|provided)",
    re.I,
)
_WRITES = re.compile(
    r"\b(?:writers?|reporters?|correspondents?|journalists?|columnists?|critics?|editors?|redakteur(?:in)?|journaliste|periodista"
    r"|giornalista|корреспондент|reports|writes|covers|wrote|schreibt|berichtet|écrit|escribe|scrive)\b"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class NamedLine(NamedTuple):
    """A line with persons' names: the side of most of the page's prose that it stands on, the forms of the lines before and
    after it (empty where they are long), and its own, with ``@`` in the place of the names."""

    side: TextSide
    before: str
    form: str
    after: str
    names: tuple[str, ...]


def named_lines(parsed: Parsed) -> list[NamedLine]:
    """The short lines of a page that name persons, whoever they are, in order."""
    return [line for _, line in _named_lines(_texts(parsed))]


def author_lines(parsed: Parsed) -> tuple[NamedLine, ...]:
    """Those that name who wrote the page: somebody whom its head states, or else whom one of its lines says to have written.

    So the mayor's name and that of a shop's wares are none.
    """
    texts = _texts(parsed)
    named = _named_lines(texts)
    said = (name for at, line in named if _says_who_wrote(texts, at, line) for name in line.names)
    authors = (_stated(parsed) if named else frozenset()) or frozenset(map(letters, said))
    return tuple(line for _, line in named if not authors.isdisjoint(map(letters, line.names)))[:MOST_LINES]


def names_by_form(lines: Sequence[NamedLine], form: AuthorForm) -> tuple[str, ...]:
    """Whom the lines name where and as a site names its authors; nobody where several lines name others there."""
    found = {line.names for line in lines if _fits(form, line)}
    return found.pop() if len(found) == 1 else ()


def _fits(form: AuthorForm, line: NamedLine) -> bool:
    return (
        form.side == line.side
        and form.before in ("", line.before)
        and form.after in ("", line.after)
        and (form.line == line.form or (form.line == OPEN and line.form.startswith(NAME)))
    )


def _texts(parsed: Parsed) -> list[str]:
    return [block.text for block in parsed.blocks if block.hidden != "control" and block.text]


def _named_lines(texts: Sequence[str]) -> list[tuple[int, NamedLine]]:
    """The lines with the index of their text."""
    named = [(at, found) for at, text in enumerate(texts) if len(text) in _LENGTH and (found := _named(text))]
    prose = [0, *accumulate(len(text) if text.count(" ") >= PROSE_WORDS else 0 for text in texts)]
    sides: list[TextSide] = ["above" if 2 * before < prose[-1] else "below" for before in prose]
    return [
        (at, NamedLine(sides[at], _beside(texts, at - 1), form, _beside(texts, at + 1), names)) for at, (form, names) in named
    ]


def _beside(texts: Sequence[str], at: int) -> str:
    """The form of a line beside one that names somebody; empty where there is none, or a long one."""
    text = texts[at] if 0 <= at < len(texts) else ""
    return form_of(text) if len(text) in _LENGTH and text.count(" ") < _WORDS else ""


def _named(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The form of a line that names persons, and their names."""
    if may_hold_byline(text):
        return next(_in_byline(text), None)
    if start := _NAME_AT_START.match(text):
        rest = form_of(text[start.end() :])
        names = _persons(start[1])
        return (f"{NAME} {rest}".strip() if rest.count(" ") < _WORDS else OPEN, names) if names else None
    end = _NAME_AT_END.fullmatch(text)
    if end is None or _OTHER_WORK.search(text[: end.start(1)]):
        return None
    names = _persons(end[1])
    return (f"{form_of(text[: end.start(1)])} {NAME}", names) if names else None


def _in_byline(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for kind, named in bylines_in(text):
        words = text[: text.rfind(named)]
        if kind == "other by" or _OTHER_WORK.search(words):
            continue
        names, form = _persons(named), form_of(words)
        if names and form and form.count(" ") < _WORDS:
            yield f"{form} {NAME}", names


def _persons(text: str) -> tuple[str, ...]:
    return tuple(name for name in names_in(text) if not is_of_a_menu(name))[:_AUTHORS]


def _says_who_wrote(texts: Sequence[str], at: int, line: NamedLine) -> bool:
    """By its own words ("by", "reporter", "writes"), by a label above it, or, of a lone name, by a date beside it."""
    label = texts[at - 1] if at else ""
    if looks_like_byline(texts[at]) or _WRITES.search(line.form) or is_label(label):
        return True
    if line.form.startswith(NAME) and phrasebook().line.get(phrasebook().keys([label])[0]) is Reason.AUTHOR_BOX:
        return True
    beside = (*texts[max(0, at - 1) : at], *texts[at + 1 : at + 2])
    return line.form == NAME and any(len(text) in _LENGTH and _YEAR.search(text) is not None for text in beside)


def _stated(parsed: Parsed) -> frozenset[str]:
    """The authors that the head of a page states, as ``tidy.letters`` spells them; empty where it states none."""
    texts = [content for name, content in parsed.head.meta if name in _STATED]
    things = read_things(parsed.head.json_ld)
    for thing in page_things(things, parsed.page.url or "")[:_THINGS]:
        for author in listed(thing.get("author"))[:_AUTHORS]:
            author = resolved(author, things)
            name = author.get("name") if isinstance(author, dict) else author
            texts += [name] if isinstance(name, str) else []
    return frozenset(letters(name) for text in texts for name in names_in(text))
