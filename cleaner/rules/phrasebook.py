"""The phrase lists of ``rules/phrases/*.toml``, and finding them in a page."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
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
_TRAILING = ":!….>»›|→▶•· \t"
_WORD = re.compile(r"\w+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_START_PREFIX = 8  # characters that index the `start` phrases; shorter phrases are indexed by all they have


class Hit(NamedTuple):
    """A phrase found in a block: what it speaks for, and whether it is the block, begins it or stands in it."""

    reason: Reason
    place: Place
    phrase: str


class Phrasebook:
    """All phrase lists in a form that finds them in a whole page at once."""

    def __init__(self, lists: Sequence[tuple[Reason, Place, str]]) -> None:
        self.line: dict[str, Reason] = {}
        self._starts: defaultdict[str, list[tuple[str, str, Reason]]] = defaultdict(list)
        self._parts: defaultdict[str, defaultdict[str, list[tuple[str, Reason]]]] = defaultdict(lambda: defaultdict(list))
        self._parts_unspaced: list[tuple[str, Reason]] = []  # Chinese, Japanese, Korean
        self._parts_marks: list[tuple[str, Reason]] = []  # pure punctuation
        self._start_sizes: defaultdict[str, set[int]] = defaultdict(
            set
        )  # by the first two characters: lengths that index `_starts`
        for reason, place, written in lists:
            phrase = self.keys([written])[0]
            if not phrase:
                continue
            if place == "line":
                self.line.setdefault(phrase, reason)
            elif place == "start":
                mark = ":" if written.rstrip().endswith((":", "：")) else ""
                self._starts[phrase[:_START_PREFIX]].append((phrase, mark, reason))
                self._start_sizes[phrase[:2]].add(len(phrase[:_START_PREFIX]))
            elif _CJK.search(phrase):
                self._parts_unspaced.append((phrase, reason))
            elif not (words := _WORD.findall(phrase)):
                self._parts_marks.append((phrase, reason))
            else:
                longest, *others = sorted(set(words), key=len, reverse=True)
                self._parts[longest][others[0] if others else longest].append((phrase, reason))

    def openers(self, reasons: Collection[Reason]) -> frozenset[str]:
        """The first words of the `line` phrases of those reasons."""
        return frozenset(phrase.split(" ", 1)[0] for phrase, reason in self.line.items() if reason in reasons)

    def start_words(self, reasons: Collection[Reason]) -> frozenset[str]:
        """The first words of the `start` phrases of those reasons; of a phrase without spaces its beginning is no word."""
        return frozenset(
            phrase.split(" ", 1)[0] for entries in self._starts.values() for phrase, _, reason in entries if reason in reasons
        )

    def keys(self, texts: Sequence[str]) -> list[str]:
        """The texts in the normal form of the lists: folded case, straight quotes, bare of bullets and closing marks."""
        joined = "\n".join([text.replace("\n", " ") if "\n" in text else text for text in texts])
        folded = joined.casefold()
        if not folded.isascii():
            for typographic, plain in _STRAIGHT.items():
                folded = folded.replace(typographic, plain)
        return [key.strip(_LEADING).rstrip(_TRAILING) for key in folded.split("\n")] if texts else []

    def find(self, keys: Sequence[str], words: Sequence[int]) -> dict[int, list[Hit]]:
        """The hits of each block that has any; ``keys`` are in normal form, ``words`` counts each block's words."""
        hits: defaultdict[int, list[Hit]] = defaultdict(list)
        for index, key in enumerate(keys):
            if words[index] > _STARTS_WITHIN:
                continue
            reason = self.line.get(key)
            if reason is not None:
                hits[index].append(Hit(reason, "line", key))
            hits_of_start = [Hit(reason, "start", phrase) for phrase, reason in self._starts_of(key)]
            if hits_of_start:
                hits[index] += hits_of_start
        for index, hit in self._find_parts(
            [key if count <= PART_WORDS else "" for key, count in zip(keys, words, strict=True)]
        ):
            hits[index].append(hit)
        return dict(hits)

    def starts(self, key: str, reason: Reason) -> str:
        """The longest `start` phrase of that reason that the key begins with; empty when none does."""
        return max((phrase for phrase, of in self._starts_of(key) if of is reason), key=len, default="")

    def _starts_of(self, key: str) -> Iterator[tuple[str, Reason]]:
        for size in self._start_sizes.get(key[:2], self._start_sizes.get(key[:1], ())):
            for phrase, mark, reason in self._starts.get(key[:size], ()):
                if key.startswith(phrase) and _ends_word(key, len(phrase)) and (not mark or _colon_follows(key, len(phrase))):
                    yield phrase, reason

    def _find_parts(self, keys: Sequence[str]) -> list[tuple[int, Hit]]:
        page = "\n".join(keys)[:_SEARCHED]
        words = set(_WORD.findall(page))
        candidates = [
            entry
            for longest in words
            if longest in self._parts
            for second, entries in self._parts[longest].items()
            if second in words
            for entry in entries
            if entry[0] in page
        ]
        unspaced = self._parts_unspaced if _CJK.search(page) else []
        candidates += [entry for entry in (*self._parts_marks, *unspaced) if entry[0] in page]
        if not candidates:
            return []
        starts = [0]
        for key in keys:
            starts.append(starts[-1] + len(key) + 1)
        found = []
        for phrase, reason in candidates:
            at = page.find(phrase)
            while at >= 0:
                index = bisect_right(starts, at) - 1
                found.append((index, Hit(reason, "part", phrase)))
                at = page.find(phrase, starts[index + 1])
        return sorted(found)


def _ends_word(key: str, at: int) -> bool:
    """No word goes on at that place; scripts without spaces end words anywhere."""
    if at >= len(key) or not key[at].isalnum() or not key[at - 1].isalnum():
        return True
    return _CJK.match(key[at - 1]) is not None


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
    unknown = [table for table in tomllib.loads(toml) if table.replace("_", "-") not in set(Reason)]
    if unknown:
        raise InputError(f"{name}: [{unknown[0]}] is no reason: name the table like one of {', '.join(Reason)}")
    places: tuple[Place, ...] = ("line", "start", "part")
    return [
        (Reason(table.replace("_", "-")), place, phrase)
        for table, entries in tomllib.loads(toml).items()
        for place in places
        for phrase in entries.get(place, ())
    ]
