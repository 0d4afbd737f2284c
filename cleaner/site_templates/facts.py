"""What a site's pages say of it together: its name, how it ends titles, names authors and writes dates, its spam token."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from cleaner.metadata.tidy import letters
from cleaner.site_templates.author_forms import author_forms_of
from cleaner.site_templates.sample import Sketch
from cleaner.types import SiteFacts

MIN_PAGES = 3  # that agree, from which they speak for the site
TITLE_SHARE = 0.6  # of the titles that end alike
TOKEN_SHARE = 0.5  # of the pages that raise the same suspicion, from which the host injects it
FORM_SHARE = 0.3  # of the pages that have a date line of the same form

LEAST_LETTERS = 5  # of a host by which its name is known in a line
_WORDS_OF_A_NAME = 4
_WORDS_LOOKED_AT = 40  # of a line

_JUNCTION = re.compile(r"\s+(?:[-–—|·•»«:]|::)\s+|\s*\|\s*")


def facts_of(sketches: Sequence[Sketch], host: str) -> SiteFacts:
    """The facts that enough of the pages agree on."""
    name, title_end = _end_of_titles(list(dict.fromkeys(sketch.title for sketch in sketches if sketch.title)))
    name = name or _named_like(host, sketches)
    date_lines = Counter(sketch.date_line for sketch in sketches if sketch.date_line)
    return SiteFacts(name, title_end, author_forms_of(sketches), _frequent(date_lines, sketches), _token(sketches))


def _frequent(forms: Counter[str], sketches: Sequence[Sketch]) -> tuple[str, ...]:
    """The forms that enough pages have, the most frequent first."""
    least = max(MIN_PAGES, FORM_SHARE * len(sketches))
    return tuple(form for form, count in sorted(forms.items(), key=lambda item: (-item[1], item[0])) if count >= least)


def _end_of_titles(titles: Sequence[str]) -> tuple[str, str]:
    """What most titles end with behind a bar or a dash, and the most frequent way to write that with the bar."""
    ends = [(title[match.end() :], title[match.start() :]) for title in titles for match in _JUNCTION.finditer(title)]
    names = Counter(name for name, _ in ends)
    likely = [(count, name) for name, count in names.items() if count >= max(MIN_PAGES, TITLE_SHARE * len(titles))]
    if not likely:
        return "", ""
    _, name = max(likely, key=lambda item: (item[0], len(item[1]), item[1]))
    written = Counter(end for of, end in ends if of == name)
    return name, min(written, key=lambda end: (-written[end], end))


def _named_like(host: str, sketches: Sequence[Sketch]) -> str:
    """The words of a repeated line that spell the host: "harbour post" of harbourpost.example; in small letters."""
    names = {letters(part) for part in host.split(".")[:-1] if len(part) >= LEAST_LETTERS}
    pages = Counter(line for sketch in sketches for line in set(sketch.lines))
    found = Counter(
        run
        for line, count in pages.items()
        if count >= max(MIN_PAGES, FORM_SHARE * len(sketches))
        for run in _runs(line.split()[:_WORDS_LOOKED_AT])
        if any(name.rstrip("0123456789") == letters(run) for name in names)
    )
    return min(found, key=lambda run: (-found[run], run), default="")


def _runs(words: Sequence[str]) -> Iterator[str]:
    for start in range(len(words)):
        for end in range(start + 1, min(start + _WORDS_OF_A_NAME, len(words)) + 1):
            yield " ".join(words[start:end])


def _token(sketches: Sequence[Sketch]) -> str:
    """The token that most pages are suspected of."""
    suspected = Counter(sketch.token for sketch in sketches if sketch.token)
    if not suspected:
        return ""
    token, count = min(suspected.items(), key=lambda item: (-item[1], item[0]))
    return token if count >= max(MIN_PAGES, TOKEN_SHARE * len(sketches)) else ""
