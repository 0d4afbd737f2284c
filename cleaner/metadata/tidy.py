"""Every value passes here: entities unescaped once, tags and control characters gone, white space folded, length capped."""

from __future__ import annotations

import html
import re

from cleaner.parse.decode import without_controls

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<!--.{0,500}?-->")
_MARKUP = re.compile(r"</[a-z]|<(?:br|hr|img|p|wbr)\b|<!--", re.I)  # without it "<details>" is a word, as in manuals of markup
_ZERO_WIDTH = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\ufffc]")
_NO_LETTER = re.compile(r"[\W_]+")
_NO_LETTERS_OF_ASCII = {code: None for code in range(128) if not chr(code).isalnum()}
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ROOM_FOR_MARKUP = 4  # a capped value is looked at in four times its length, so that tags and entities do not use it up


def tidy(text: str, limit: int) -> str:
    """``text`` as one clean line of at most ``limit`` characters, cut at a word where one ends in the last fifth.

    >>> tidy("Salt &amp; <b>pepper</b>\\n on the pier", 300)
    'Salt & pepper on the pier'
    """
    text = text[: limit * _ROOM_FOR_MARKUP]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text and _MARKUP.search(text):
        text = _TAG.sub(" ", text)
    return tidy_shown(text, limit)


def tidy_shown(text: str, limit: int) -> str:
    """What ``tidy`` makes of text that readers see, in which a tag or an entity is spelled out and stays.

    >>> tidy_shown("<details>: how to\n escape &amp;", 300)
    '<details>: how to escape &amp;'
    """
    text = without_controls(text[: limit * _ROOM_FOR_MARKUP])
    if not text.isascii():
        text = _ZERO_WIDTH.sub("", text)
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text.rfind(" ", limit - limit // 5, limit)
    return text[: cut if cut > 0 else limit].rstrip()


def letters(text: str) -> str:
    """What two spellings of one name have in common: letters and digits, case folded.

    >>> letters("The Salt-Marsh Gazette!") == letters("the salt marsh gazette")
    True
    """
    found = text.casefold().translate(_NO_LETTERS_OF_ASCII)
    return found if found.isascii() else _NO_LETTER.sub("", found)


def ideographs(text: str) -> int:
    """How many characters of Chinese, Japanese or Korean a text has, each of which says about as much as three letters."""
    return 0 if text.isascii() else len(_IDEOGRAPH.findall(text))
