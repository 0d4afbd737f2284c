"""What only one copy of a text has: likely the furniture of its site, or its spam, where the story stands on several sites.

    evidence = CopyEvidence()
    evidence.add([CopiedText(page, site, lines), ...])    # a group of copies, of three sites or more
    cleaner = cleaner_named("combined", copies=evidence)  # or own_pieces(lines, evidence.shared(page)) to look at them

A sentence that two sites have is the story's. The others are judged by where they stand, see ``own_pieces``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from cleaner.metadata.line_forms import NUMBER, form_of
from cleaner.rules.reading import PROSE_WORDS

MIN_SITES = 3  # that have the story, from which what one of them lacks or adds says something
AGREEING = 2  # sites that have a sentence, from which it is the story's
ALIKE = 0.6  # of a sentence's words that are those of a shared one, in their order, so that it is the same with words put in
MOST_WORDS = 120  # of a sentence that is compared word by word
TOKEN_WORDS = 3  # of what is put in
MIN_TOKENS = 2  # places into which the same words are put, to be a token

_SENTENCE = re.compile(r".+?(?:[.!?…](?=\s)|[。！？]|$)", re.S)
_WORD = re.compile(r"\w+")


class CopiedText(NamedTuple):
    """The kept lines of one page, its id, and the site it is of; pages of one site are one voice."""

    page: str
    site: str
    lines: Sequence[str]


class OwnPieces(NamedTuple):
    """What of a text no other copy has, by the lines' numbers and places ``[start, end)`` in them.

    ``lines`` and ``parts`` are likely furniture, ``tokens`` are words put into shared sentences, likely spam; ``additions``
    are lines of prose amid the story, likely the site's own work.
    """

    lines: tuple[int, ...]
    parts: Mapping[int, Sequence[tuple[int, int]]]
    tokens: Mapping[int, Sequence[tuple[int, int]]]
    additions: tuple[int, ...]

    def told(self, lines: Sequence[str]) -> list[tuple[str, str]]:
        """Each piece as what it is ("line", "part", "token" or "addition") and its text, in the order of the lines."""
        pieces = [(at, 0, "line", lines[at]) for at in self.lines] + [(at, 0, "addition", lines[at]) for at in self.additions]
        for what, found in (("part", self.parts), ("token", self.tokens)):
            pieces += [(at, start, what, lines[at][start:end]) for at, places in found.items() for start, end in places]
        return [(what, text) for _, _, what, text in sorted(pieces)]


@dataclass(frozen=True, slots=True)
class Shared:
    """The sentences of a story that several sites have, by their forms."""

    forms: frozenset[str]


class CopyEvidence:
    """What the copies of each story have in common, by page. It holds the shared sentences of what was added."""

    def __init__(self) -> None:
        self._shared: dict[str, Shared] = {}

    def add(self, copies: Sequence[CopiedText]) -> bool:
        """Take in a group of copies; says whether they stand on enough sites to tell anything."""
        if len({copy.site for copy in copies}) < MIN_SITES:
            return False
        sites: dict[str, set[str]] = defaultdict(set)
        for copy in copies:
            for line in copy.lines:
                for start, end in sentences(line):
                    sites[form_of(line[start:end])].add(copy.site)
        shared = Shared(frozenset(form for form, of in sites.items() if form and len(of) >= AGREEING))
        self._shared |= dict.fromkeys((copy.page for copy in copies), shared)
        return True

    def shared(self, page: str) -> Shared | None:
        """The sentences that the copies of this page's text share; None for a page that was in no group."""
        return self._shared.get(page)


def own_pieces(lines: Sequence[str], shared: Shared) -> OwnPieces:
    """What of a text is in no other copy of it.

    A sentence is the story's when others have it, be it with a few words less. A line without one is likely furniture above
    the first or below the last line that has one, or if it is no prose; amid the story, prose is an addition. In a line of
    the story a short sentence of its own at the end or the beginning is likely glued on. Words that stand again and again
    where the others have none are a token, and so are words glued to the comma or full stop before them.
    """
    known = _ByWords(shared)
    found = [list(_judged(line, shared, known)) for line in lines]
    told = [at for at, judged in enumerate(found) if any(sentence.shared for sentence in judged)]
    first, last = (told[0], told[-1]) if told else (len(lines), -1)
    own = [at for at, judged in enumerate(found) if judged and at not in set(told)]
    prose = [at for at in own if first < at < last and len(_WORD.findall(lines[at])) >= PROSE_WORDS]
    tokens = _tokens(lines, found)
    parts = {at: places for at in told if (places := list(_glued(lines[at], found[at], tokens.get(at, ()))))}
    return OwnPieces(tuple(at for at in own if at not in prose), parts, tokens, tuple(prose))


def sentences(line: str) -> Iterator[tuple[int, int]]:
    """The places of a line's sentences, without the space between them."""
    for match in _SENTENCE.finditer(line):
        text = match.group()
        start = match.start() + len(text) - len(text.lstrip())
        if start < match.end():
            yield start, match.end()


class _Sentence(NamedTuple):
    """A sentence of a line: whether it is the story's, and the words in it that the story lacks."""

    start: int
    end: int
    shared: bool
    put_in: tuple[tuple[int, int], ...] = ()


class _ByWords:
    """Shared sentences, to be found by a sentence that is nearly the same."""

    def __init__(self, shared: Shared) -> None:
        self._words = [form.split() for form in sorted(shared.forms)]
        self._having: dict[tuple[str, str], set[int]] = defaultdict(set)
        for number, words in enumerate(self._words):
            for pair in pairwise(words):
                self._having[pair].add(number)

    def nearest(self, words: Sequence[str]) -> Sequence[str]:
        """The shared sentence with most of the pairs of words of this one; empty when none has any."""
        votes = Counter(number for pair in pairwise(words) for number in self._having.get(pair, ()))
        return self._words[min(votes, key=lambda number: (-votes[number], number))] if votes else ()


def _judged(line: str, shared: Shared, known: _ByWords) -> Iterator[_Sentence]:
    for start, end in sentences(line):
        form = form_of(line[start:end])
        if form in shared.forms:
            yield _Sentence(start, end, shared=True)
        elif form:
            yield _nearly(line, start, end, known)


def _nearly(line: str, start: int, end: int, known: _ByWords) -> _Sentence:
    """A sentence that the others do not have as it is; of one or two words all may be a token."""
    words = list(_WORD.finditer(line, start, end))
    if len(words) <= TOKEN_WORDS:
        return _Sentence(start, end, False, ((words[0].start(), words[-1].end()),))
    folded = [NUMBER if word.group().isdigit() else word.group().casefold() for word in words]
    nearest = known.nearest(folded) if len(words) <= MOST_WORDS else ()
    matcher = SequenceMatcher(None, nearest, folded, autojunk=False)
    if not nearest or sum(block.size for block in matcher.get_matching_blocks()) < ALIKE * len(folded):
        return _Sentence(start, end, shared=False)
    put_in = [
        (words[first].start(), words[after - 1].end())
        for what, _, _, first, after in matcher.get_opcodes()
        if what == "insert" and after - first <= TOKEN_WORDS and NUMBER not in folded[first:after]
    ]
    return _Sentence(start, end, True, tuple(put_in))


def _tokens(lines: Sequence[str], found: Sequence[Sequence[_Sentence]]) -> dict[int, list[tuple[int, int]]]:
    """The places where the same few words are put in again and again, or are glued to the mark before them."""
    places = [(at, start, end) for at, judged in enumerate(found) for one in judged for start, end in one.put_in]
    times = Counter(lines[at][start:end] for at, start, end in places)
    glued = {lines[at][start:end] for at, start, end in places if start and lines[at][start - 1] in ",.;"}
    tokens: dict[int, list[tuple[int, int]]] = {}
    for at, start, end in places:
        if times[lines[at][start:end]] >= MIN_TOKENS or lines[at][start:end] in glued:
            tokens.setdefault(at, []).append((start, end))
    return tokens


def _glued(line: str, judged: Sequence[_Sentence], tokens: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Short sentences of the line's own before its first shared one or behind its last, that are no tokens."""
    shared = [place for place, sentence in enumerate(judged) if sentence.shared]
    for place, sentence in enumerate(judged):
        start, end = sentence.start, sentence.end
        amid = shared[0] < place < shared[-1]
        if sentence.shared or amid or any(start <= first < end for first, _ in tokens):
            continue
        if len(_WORD.findall(line[start:end])) < PROSE_WORDS:
            yield start, end
