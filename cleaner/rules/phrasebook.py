"""The phrase lists of ``rules/phrases/*.toml``, and finding them in a page."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Literal, NamedTuple

from cleaner.errors import InputError
from cleaner.types import Reason

Place = Literal["line", "start", "part"]

SHORT = 60  # words; a block that is longer is looked at for `part` phrases only
PART_WORDS = 150  # no prompt in samples/ is longer; beyond, a paragraph only quotes a phrase
_SEARCHED = 1_000_000  # characters of a page that `part` phrases are looked for in
_STARTS_WITHIN = 25  # words; a block that begins with a `start` phrase and is longer is a paragraph
_STRAIGHT = {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ", "\u200b": "", "\u00ad": ""}
_LEADING = "-–•*·»›|▪►▶→#✔✓ \t"
_TRAILING = ":：!….>»›|→▶•· \t"
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # Thai, Chinese, Japanese, Korean


class Hit(NamedTuple):
    """A phrase found in a block: what it speaks for, and whether it is the block, begins it or stands in it."""

    reason: Reason
    place: Place
    phrase: str


class Beginnings:
    """Phrases, found by what a text begins with."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._shorter: dict[str, str] = {}  # of each phrase the longest other that it begins with, or ""
        self._alike: dict[str, list[str]] = {}  # sorted, by their first two characters; shorter ones are in all of theirs
        around = [""]
        for phrase in sorted(set(phrases) - {""}):
            while not phrase.startswith(around[-1]):
                around.pop()
            self._shorter[phrase] = around[-1]
            around.append(phrase)
            shortest = phrase[0] if phrase[0] in self._shorter else ""
            self._alike.setdefault(phrase[:2], [shortest]).append(phrase)

    def of(self, text: str) -> list[str]:
        """The phrases that the text begins with, the longest first.

        All of them stand in a chain above the last phrase that sorts before the text.
        """
        alike = self._alike.get(text[:2]) or self._alike.get(text[:1])
        if alike is None:
            return []
        phrase = alike[bisect_right(alike, text) - 1]
        found: list[str] = []
        while phrase:
            if text.startswith(phrase):
                found.append(phrase)
            phrase = self._shorter[phrase]
        return found


class _Part(NamedTuple):
    """A `part` phrase; a page that has it has these words, too."""

    needs: frozenset[str]
    phrase: str
    reason: Reason


class Phrasebook:
    """All phrase lists in a form that finds them in a whole page at once."""

    def __init__(self, lists: Sequence[tuple[Reason, Place, str]]) -> None:
        self.line: dict[str, Reason] = {}
        self._starts: defaultdict[str, list[tuple[str, Reason]]] = defaultdict(list)  # the mark that must follow, and why
        self._parts: defaultdict[str, list[_Part]] = defaultdict(list)  # by one of the words that they need
        self._unspaced: list[_Part] = []  # of scripts without spaces: they need their characters
        self._marks: list[_Part] = []  # pure punctuation
        phrases = self.keys([written for _, _, written in lists])
        for phrase, (reason, place, written) in zip(phrases, lists, strict=True):
            if not phrase:
                continue
            if place == "line":
                self.line.setdefault(phrase, reason)
            elif place == "start":
                mark = ":" if written.rstrip().endswith((":", "：")) else ""
                self._starts[phrase].append((mark, reason))
            elif _UNSPACED.search(phrase):
                self._unspaced.append(_Part(frozenset(phrase), phrase, reason))
            elif not (needs := _whole_words(phrase)):
                self._marks.append(_Part(needs, phrase, reason))
            else:
                self._parts[max(needs, key=len)].append(_Part(needs, phrase, reason))
        self._beginnings = Beginnings(self._starts)

    def openers(self, reasons: Collection[Reason]) -> frozenset[str]:
        """The first words of the `line` phrases of those reasons."""
        return frozenset(phrase.split(" ", 1)[0] for phrase, reason in self.line.items() if reason in reasons)

    def start_words(self, reasons: Collection[Reason]) -> frozenset[str]:
        """The first words of the `start` phrases of those reasons; of a phrase without spaces its beginning is no word."""
        return frozenset(
            phrase.split(" ", 1)[0] for phrase, entries in self._starts.items() if any(of in reasons for _, of in entries)
        )

    def keys(self, texts: Sequence[str]) -> list[str]:
        """The texts in the normal form of the lists: folded case, straight quotes, bare of bullets and closing marks."""
        joined = "\n".join(texts)
        if joined.count("\n") >= len(texts):
            joined = "\n".join([text.replace("\n", " ") for text in texts])
        folded = joined.casefold()
        if not folded.isascii():
            for typographic, plain in _STRAIGHT.items():
                folded = folded.replace(typographic, plain)
        return [key.strip(_LEADING).rstrip(_TRAILING) for key in folded.split("\n")] if texts else []

    def find(self, keys: Sequence[str], words: Sequence[int], searched: Sequence[str]) -> dict[int, list[Hit]]:
        """The hits of each block that has any; ``keys`` are in normal form, ``words`` counts each block's words.

        `start` and `part` phrases are looked for in ``searched``: the keys, but "" for those that do not matter.
        """
        hits: defaultdict[int, list[Hit]] = defaultdict(list)
        short = [index for index, count in enumerate(words) if count <= _STARTS_WITHIN]
        for index in short:
            key = keys[index]
            if key in self.line:
                hits[index].append(Hit(self.line[key], "line", key))
            for phrase in self._beginnings.of(key) if searched[index] else ():
                hits[index] += [Hit(reason, "start", phrase) for reason in self._said_by(phrase, key)]
        parts_in = [key if count <= PART_WORDS else "" for key, count in zip(searched, words, strict=True)]
        for index, hit in self._find_parts(parts_in):
            hits[index].append(hit)
        return dict(hits)

    def starts(self, key: str, reason: Reason) -> str:
        """The longest `start` phrase of that reason that the key begins with; empty when none does."""
        return next((phrase for phrase in self._beginnings.of(key) if reason in self._said_by(phrase, key)), "")

    def _said_by(self, phrase: str, key: str) -> list[Reason]:
        """What a `start` phrase speaks for at the beginning of the key."""
        if not _ends_word(key, len(phrase)):
            return []
        return [reason for mark, reason in self._starts[phrase] if not mark or _colon_follows(key, len(phrase))]

    def _find_parts(self, keys: Sequence[str]) -> list[tuple[int, Hit]]:
        page = "\n".join(keys)[:_SEARCHED]
        candidates = self._parts_on(page)
        if not candidates:
            return []
        starts = [0, *accumulate(len(key) + 1 for key in keys)]
        found = []
        for _, phrase, reason in candidates:
            at = page.find(phrase)
            while at >= 0:
                index = bisect_right(starts, at) - 1
                found.append((index, Hit(reason, "part", phrase)))
                at = page.find(phrase, starts[index + 1])
        return found

    def _parts_on(self, page: str) -> list[_Part]:
        """The `part` phrases that stand on the page: those whose words are all there are looked for."""
        words = words_of(page)
        parts = [part for word in self._parts.keys() & words for part in self._parts[word] if part.needs <= words] + self._marks
        if not page.isascii() and _UNSPACED.search(page):
            characters = set(page)
            parts += [part for part in self._unspaced if part.needs <= characters]
        return [part for part in parts if part.phrase in page]


def words_of(text: str) -> set[str]:
    """The different words (``\\w+``) of a text, and what stands between its spaces."""
    words = set(text.split())
    words.update(_WORD.findall(" ".join([token for token in words if not token.isalnum()])))
    return words


def _whole_words(phrase: str) -> frozenset[str]:
    """The words that must be on a page for the phrase to be looked for: those inside the phrase, and its two longest.

    On a page that has the phrase, its first and last word may be parts of longer ones ("sign up for newsletter|s").
    """
    words = list(_WORD.finditer(phrase))
    inside = [word[0] for word in words if word.start() > 0 and word.end() < len(phrase)]
    longest = sorted({word[0] for word in words}, key=lambda word: (-len(word), word))[:2]
    return frozenset((*inside, *longest))


def _ends_word(key: str, at: int) -> bool:
    """No word goes on at that place; scripts without spaces begin words anywhere, and end those of two characters or more."""
    if at >= len(key) or not key[at].isalnum() or not key[at - 1].isalnum():
        return True
    return at > 1 and (_UNSPACED.match(key[at - 1]) or _UNSPACED.match(key[at])) is not None


def _colon_follows(key: str, at: int) -> bool:
    """A colon stands there, or the block ends there (its own colon is not part of the key)."""
    return key[at:].lstrip()[:1] in ("", ":", "：")


@lru_cache(maxsize=1)
def phrasebook() -> Phrasebook:
    """The phrase lists that ship with the package, read once."""
    lists: list[tuple[Reason, Place, str]] = []
    folder = files("cleaner.rules") / "phrases"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            lists += read_phrases(file.read_text(encoding="utf-8"), file.name)
    return Phrasebook(lists)


def read_phrases(toml: str, name: str) -> list[tuple[Reason, Place, str]]:
    """The (reason, place, phrase) rows of one phrase file; table names are reasons with underscores for hyphens.

    Raises InputError for a table that is no reason.
    """
    tables = tomllib.loads(toml)
    unknown = [table for table in tables if table.replace("_", "-") not in set(Reason)]
    if unknown:
        raise InputError(f"{name}: [{unknown[0]}] is no reason: name the table like one of {', '.join(Reason)}")
    places: tuple[Place, ...] = ("line", "start", "part")
    return [
        (reason, place, phrase)
        for table, entries in tables.items()
        for reason in [Reason(table.replace("_", "-"))]
        for place in places
        for phrase in entries.get(place, ())
    ]
