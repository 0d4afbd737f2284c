"""Which lines of a page are its site's and not its text: a verdict on what repeats, and on what only seems to.

A line that stands on the site's other pages is the site's, unless it stands where an article's own lines stand. A series
has the same introduction before each part, a recipe the same subheads, a live blog its labels. They are told from furniture
by their place: next to prose that stands on no other page, alone, and on few of the pages that have the same layout.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeGuard

from cleaner.metadata.line_forms import NAME, NUMBER, form_of
from cleaner.metadata.tidy import letters
from cleaner.rules.phrasebook import phrasebook
from cleaner.rules.reading import PROSE_WORDS, word_counts
from cleaner.rules.spam import places_of_token
from cleaner.site_templates.running import Repeated, repeated_runs, words_of_page
from cleaner.site_templates.sample import forms_at_edges, page_hash
from cleaner.site_templates.site import Site
from cleaner.site_templates.template import RUN_WORDS, Compared, Run
from cleaner.types import Parsed

MOSTLY = 0.5  # of the pages of the same layout, from which a line is the layout's
NEARLY_ALL = 0.8
FEW = 3  # pages that a lone line between paragraphs stands on at least
LEAST_OTHERS = 2  # pages of other texts; what one other page shares may be a quotation, or an earlier version of the text
SUBHEAD_WORDS = 3  # of a lone line between paragraphs, up to which it may well be a subhead
LONGEST_SUBHEAD = 6  # words
LINKED = 0.5  # share of a block's characters inside links, above which it is no prose
TITLE_SHARE = 0.7  # of a page's title that a line has, to be it
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 dt th caption".split())


class Repeat(NamedTuple):
    """A line that is the site's: on how many pages it stands, of how many that have it or could have it."""

    pages: int
    of: int

    @property
    def share(self) -> float:
        return self.pages / self.of

    @property
    def told(self) -> str:
        """In words, for a label: "8_of_10"; what people said, and no page, is "taught"."""
        return "taught" if self == TAUGHT else f"{self.pages}_of_{self.of}"


TAUGHT = Repeat(1, 1)  # two others are the least that anything is learned from


class Repeats(NamedTuple):
    """For each block of a page its repeat, or None; and parts ``[start, end)`` of blocks that repeat or are the site's spam.

    ``stay`` are the blocks of which people said that they are content.
    """

    lines: Sequence[Repeat | None]
    parts: dict[int, list[tuple[int, int]]]
    tokens: dict[int, list[tuple[int, int]]]
    stay: frozenset[int] = frozenset()


def find_repeats(parsed: Parsed, site: Site) -> Repeats:
    """What of a page is its site's, by the site's other pages."""
    look = _Look(parsed, site)
    lines = [look.verdict(index) for index in range(len(parsed.blocks))]
    taught = {at: site.taught[form] for at, form in enumerate(look.forms) if form in site.taught} if site.taught else {}
    for at, stays in taught.items():
        lines[at] = None if stays else TAUGHT
    stay = frozenset(at for at, stays in taught.items() if stays)
    parts = look.repeated_parts()
    for at, run in look.repeated_runs():
        start, end = run.start - parsed.blocks[at].start, run.end - parsed.blocks[at].start
        if at in taught or lines[at]:
            continue
        if start <= 0 and end >= len(parsed.blocks[at].text):
            lines[at] = Repeat(run.pages, run.of)
        else:
            parts.setdefault(at, []).append((max(0, start), min(end, len(parsed.blocks[at].text))))
    return Repeats(lines, parts, look.tokens(), stay)


class _Look:
    """A page beside its site. All sequences have an entry a block."""

    def __init__(self, parsed: Parsed, site: Site) -> None:
        self.parsed = parsed
        self.blocks = parsed.blocks
        self.site = site
        self.forms = forms_at_edges([block.text for block in parsed.blocks])
        compared = site.template.compare(page_hash(parsed.page), self.forms)
        self.compared: Compared = compared
        self.pages: list[int] = compared.pages.tolist()
        self.share: list[float] = compared.share.tolist()
        self.words = word_counts([block.text for block in parsed.blocks])
        self.title = form_of(parsed.head.title)
        own = [at for at in range(len(self.blocks)) if self._is_own_prose(at)]
        self.own = frozenset(own)
        self.first, self.last = (own[0], own[-1]) if own else (len(self.blocks), -1)

    def verdict(self, at: int) -> Repeat | None:
        if not self.forms[at] or self._is_title(at) or self.compared.others < LEAST_OTHERS:
            return None
        if not self.pages[at]:
            return self._repeated_label(at)
        mostly = self.share[at] >= MOSTLY
        if self.first <= at <= self.last:
            stays = not mostly or self._may_be_subhead(at)
        elif mostly:
            stays = self._may_introduce(at)
        else:
            stays = at < self.first or self.pages[at] < 2 or self._leads_to_text(at)
        if stays:
            return self._repeated_label(at)
        return (
            Repeat(round(self.share[at] * self.compared.alike), self.compared.alike)
            if mostly
            else Repeat(self.pages[at], self.compared.others)
        )

    def repeated_parts(self) -> dict[int, list[tuple[int, int]]]:
        """The beginnings and ends of this page's own lines that repeat, where they are no part of a sentence."""
        parts: dict[int, list[tuple[int, int]]] = {}
        for at in self.own:
            text = self.blocks[at].text
            found = []
            if self._is_furniture(run := self.compared.beginnings.get(at)) and (end := _end_of_beginning(text, run.form)):
                found.append((0, end))
            if self._is_furniture(run := self.compared.ends.get(at)) and (start := _start_of_end(text, run.form)):
                found.append((start, len(text)))
            if found:
                parts[at] = found
        return parts

    def repeated_runs(self) -> Iterator[tuple[int, Repeated]]:
        """The repeated runs of a page that lost its line ends, for each block that they reach into."""
        words = words_of_page(self.parsed)
        ends = [block.end for block in self.blocks] if words else []
        for run in repeated_runs(self.parsed.source, words, self.site.template.shingles, self.compared.groups):
            first = bisect_right(ends, run.start)
            yield from ((at, run) for at in range(first, bisect_left(ends, run.end, first) + 1) if at < len(ends))

    def _is_furniture(self, run: Run | None) -> TypeGuard[Run]:
        """Not two words that sentences begin with ("NEW YORK – "), unless they are the site's name."""
        if run is None:
            return False
        words = letters(run.form)
        return run.form.count(" ") >= 2 or (words != "" and words in letters(self.site.host + self.site.facts.name))

    def tokens(self) -> dict[int, list[tuple[int, int]]]:
        """Where the site's injected token stands."""
        token = self.site.facts.spam_token
        found = {at: list(places_of_token(block.text, token)) for at, block in enumerate(self.blocks)} if token else {}
        return {at: places for at, places in found.items() if places}

    def _repeated_label(self, at: int) -> Repeat | None:
        """A label outside the text that most pages have in another wording: "Home > Politics", "More from Ternmouth"."""
        run = self.compared.beginnings.get(at) or self.compared.ends.get(at)
        if run and self.words[at] < PROSE_WORDS and not self.first <= at <= self.last:
            return Repeat(run.pages, self.compared.others)
        return None

    def _is_own_prose(self, at: int) -> bool:
        block = self.blocks[at]
        return (
            not self.pages[at]
            and self.words[at] >= PROSE_WORDS
            and block.link_chars <= LINKED * len(block.text)
            and not block.hidden
        )

    def _is_title(self, at: int) -> bool:
        """Other pages link to this one by its title; here it is the title."""
        return (
            bool(self.title)
            and self.title.startswith(self.forms[at])
            and len(self.forms[at]) >= TITLE_SHARE * (len(self.title) - len(form_of(self.site.facts.title_end)))
        )

    def _repeats(self, at: int) -> bool:
        return 0 <= at < len(self.blocks) and self.pages[at] > 0

    def _may_be_subhead(self, at: int) -> bool:
        """A line between paragraphs that are this page's own: a subhead, or the time of a live blog's entry."""
        block, form = self.blocks[at], self.forms[at]
        if block.tag in _HEADINGS:
            return True
        if self._repeats(at - 1) or self._repeats(at + 1):
            return False
        if form == NUMBER:
            return True
        if NUMBER in form or NAME in form or phrasebook().line.get(phrasebook().keys([block.text])[0]):
            return False
        if self.words[at] > LONGEST_SUBHEAD or block.text[-1] in ".!?…:;。！？":
            return self.pages[at] < 2
        return self.words[at] <= SUBHEAD_WORDS or self.share[at] < NEARLY_ALL or self.pages[at] < FEW

    def _may_introduce(self, at: int) -> bool:
        """A line of prose next to the page's own text, or with prose alone between, as a series has it before each part."""
        if self.share[at] >= NEARLY_ALL and self.pages[at] >= FEW:
            return False
        between = range(at, self.first) if at < self.first else range(self.last + 1, at + 1)
        return len(self.own) > 0 and all(self.words[index] >= PROSE_WORDS for index in between)

    def _leads_to_text(self, at: int) -> bool:
        """Only lines that few pages share stand between this one and the page's own text."""
        return all(self._repeats(index) and self.share[index] < MOSTLY for index in range(self.last + 1, at + 1))


def _end_of_beginning(text: str, run: str) -> int:
    """Where a sentence of the text's own starts behind a repeated beginning, or behind a part of it; 0 where none does."""
    found = 0
    for match in islice(re.finditer(r"\S+", text), 2 * RUN_WORDS[1]):
        form, rest = form_of(text[: match.end()]), text[match.end() :].lstrip(_DASHES)
        if not f"{run} ".startswith(f"{form} "):
            break
        ends = text[match.end() - 1] in _STOPS or len(rest) < len(text[match.end() :].lstrip())
        if ends and rest and form.count(" ") + 1 >= RUN_WORDS[0]:
            found = len(text) - len(rest)
    return found


def _start_of_end(text: str, run: str) -> int:
    """Where a repeated end, or a part of it, starts behind a whole sentence; 0 where it is a part of one."""
    found = 0
    for match in reversed(list(re.finditer(r"\S+", text[-_END_READ:]))[-2 * RUN_WORDS[1] :]):
        start = max(0, len(text) - _END_READ) + match.start()
        form, before = form_of(text[start:]), text[:start].rstrip()
        if not f" {run}".endswith(f" {form}"):
            break
        if (before.rstrip(_QUOTES)[-1:] in tuple(_STOPS) or text[start] in "([|") and form.count(" ") + 1 >= RUN_WORDS[0]:
            found = len(before)
    return found


_STOPS = ".!?…:。！？؟۔।"  # a half sentence before a semicolon needs the other
_QUOTES = "\"'’”»)"
_DASHES = "-–—|»>: "
_END_READ = 600  # characters
