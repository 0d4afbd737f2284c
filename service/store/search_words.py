"""The words of a text as the full-text index takes them: the same for every database, so that they find the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MAX_INDEXED_BYTES = 600_000  # PostgreSQL's tsvector ends at 1 MiB, positions included
_MAX_WORD = 60  # characters; longer runs are tokens and hashes nobody looks for
MAX_TERMS = 20

# Scripts written without spaces: each character is a word, and what stands in one run is looked for as a phrase.
_UNSPACED = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
# Accents, and the letters that Unicode does not take apart into a letter and an accent.
_ACCENT = re.compile("[\u0300-\u036f]")
_PLAIN = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"})
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


def words_of(text: str) -> Iterator[str]:
    """The words in their order, in small letters, without accents and differences that only a byte sees."""
    for found in _WORD.finditer(_folded(text)):
        if len(found[0]) <= _MAX_WORD:
            yield found[0]


def indexed(text: str) -> str:
    """What the index stores for a text: its words with spaces between them, cut off at MAX_INDEXED_BYTES."""
    words = " ".join(words_of(text))
    return words.encode()[:MAX_INDEXED_BYTES].decode("utf-8", "ignore")


def terms_of(query: str) -> list[list[str]]:
    """What is looked for: every term must be there, its words side by side; ``"in quotes"`` is one term."""
    terms = (list(words_of(quoted or plain)) for quoted, plain in _TERM.findall(query))
    return [term for term in terms if term][:MAX_TERMS]


def _folded(text: str) -> str:
    small = unicodedata.normalize("NFKC", text).casefold()
    if small.isascii():
        return small
    # composed again, as Hangul and kana were taken apart as well
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", small))).translate(_PLAIN)
