"""The opening of a text that runs on without line breaks: headline, byline and date lines before its first sentence.

"Old ferry stays for ten more years By Ada Quill Published 3 May 2026 The harbour board voted ..." has no line for any of
them. They end where a word that announces who wrote or when is followed by what it announces; without such a word nothing
tells a headline from the sentence behind it, and there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cleaner.metadata.date_reading import Customs, Reading, dates_written_in
from cleaner.metadata.names import names_in
from cleaner.metadata.tidy import ideographs

LONG_LINE = 250  # characters; a shorter line is a paragraph
LINE_WITH_OPENING = 400  # characters of a line in which its opening ends
_WORDS_OF_A_HEADLINE = range(3, 26)
_GAP = 45  # characters between an announcing word and its date, or between two dates: "Published 10:12 BST, Sunday"
_NO_CUSTOMS = Customs(None, "")

_BY = (
    r"(?:Written|Posted|Story|Words|Published|Interview|Reported|Edited|Photographs?|Photos?|Illustrations?)\sby|By|BY|Von|VON|Par|Por|Di|Door|Av|Af|Skrevet\saf|Autor(?:in)?\s?:"
    r"|Автор\s?:?|Текст\s?:|Yazan\s?:|كتبت?\s?:|بقلم\s?:?"
)
_WHEN = (
    r"(?:First\s)?[Pp]ublished|Posted|Updated|Last\s[Uu]pdated|Veröffentlicht|Erstellt|Aktualisiert|Stand|Gepostet|Publié|Mis\sà\sjour"
    r"|Publicado|Actualizado|Atualizado|Pubblicato|Aggiornato|Gepubliceerd|Geplaatst|Bijgewerkt|Publicerad|Uppdaterad|Udgivet|Opdateret"
    r"|Opublikowano|Data\spublikacji|Publikováno|Julkaistu|Опубликовано|Обновлено|Опубліковано|Yayınlanma|Yayın\sTarihi|نشر(?:\sفي)?"
    r"|发布时间|发布|發布|公開日|配信|投稿日|입력|등록"
)
_ANNOUNCES = re.compile(rf"(?<=\s)(?:(?P<by>{_BY})|(?P<when>{_WHEN}))(?=[\s:])")
_BY_BEHIND = re.compile(r"^[\s,|·–-]{0,3}(?:by|von|par|por|da|door|av|af|przez|بواسطة)\s", re.I)
_SENTENCE_WITHIN = re.compile(r"[.!?…]\s+[^\W\d_a-z]")
_MENU = re.compile(r"^(?:home|menu|skip|search|log\s?in|sign\s?in|startseite|accueil|inicio)\b", re.I)

_SIGNS = " ,|·•–—-(["
_LAST = 4  # words of a headline among which a name without "By" would stand
_PREPOSITION = 3  # letters
_IDEOGRAPHS_OF_A_HEADLINE = range(6, 61)

_AND = frozenset("and und et y e en och og i и та و & ,".split())
_PARTICLES = frozenset("von van de der den di da del della du la le el al bin ibn ter ten".split())
_OPENS_A_SENTENCE = frozenset(
    """The A An In On At It He She We They This That These There When After Before For With From As If But Der Die Das Den
    Dem Ein Eine Einen Im Am Auf Bei Mit Nach Vor Es Er Sie Wir Le La Les Un Une Des Dans Il Elle Ce Cette Après El Los
    Las Una En Lo Gli I Nel Al Dopo O Os Um Uma No Na Depois De Het Een Op Bij Det Ett Efter På Et W Po Rada""".split()
)
_WORD = re.compile(r"[^\s,]+|,")


@dataclass(frozen=True, slots=True)
class Opening:
    """The headline of a text that runs on, the lines that follow it there (who wrote it, and when), and in which character
    they end."""

    headline: str
    lines: tuple[str, ...]
    end: int


def opening_of(text: str) -> Opening | None:
    """The opening of a long line; None where no word announces its end.

    >>> opening_of("Ferry stays for ten years By Ada Quill Published 3 May 2026 The board voted. " + "It rained. " * 20)
    Opening(headline='Ferry stays for ten years', lines=('By Ada Quill', 'Published 3 May 2026'), end=59)
    """
    if len(text) < LONG_LINE:
        return None
    head = text[:LINE_WITH_OPENING]
    dates = list(dates_written_in(head, _NO_CUSTOMS))
    lines: list[str] = []
    headline, end, named = "", 0, False
    for word in _ANNOUNCES.finditer(head):
        if word.start() < end or (lines and word.start() > end + _GAP):
            continue
        until = _end_of_names(head, word.end()) if word["by"] else _end_of_dates(head, word.end(), dates)
        if until == word.end():
            continue
        if not lines:
            headline, named = head[: word.start()].strip(_SIGNS), word["by"] is not None
        lines.append(head[word.start() : until].strip(" ,|·"))
        end = until
    if not lines and dates:
        headline, end = head[: dates[0].start].strip(_SIGNS), dates[0].start
        if len(headline.rpartition(" ")[2]) <= _PREPOSITION:
            return None  # "What the ferry carried on 5 March"
    if not _is_headline(headline) or (not named and _ends_with_a_name(headline)):
        return None
    for reading in dates:
        if end <= reading.start <= end + _GAP:
            lines.append(head[end : reading.end].strip(_SIGNS))
            end = reading.end
    return Opening(headline, tuple(lines), end)


def _is_headline(text: str) -> bool:
    words = text.split()
    long_enough = len(words) in _WORDS_OF_A_HEADLINE or ideographs(text) in _IDEOGRAPHS_OF_A_HEADLINE
    return long_enough and not _SENTENCE_WITHIN.search(text) and not _MENU.match(text)


def _ends_with_a_name(text: str) -> bool:
    """Whether a name without "By" and its role may be the end of what stands before a date: two words with capitals among the
    last, behind words that mostly have none, or what follows a comma. Such a headline is lost; a wrong one is worse."""
    capitals = [word[:1].isupper() for word in text.split()]
    last, before = capitals[-_LAST:], capitals[1:-_LAST]
    named = any(first and second for first, second in pairwise(last)) and 2 * sum(before) <= len(before)
    return named or ("," in text and not list(names_in(text.rpartition(",")[2])))


def _end_of_dates(head: str, start: int, dates: Sequence[Reading]) -> int:
    """Where the dates that an announcing word stands before end, and the name that one is followed by; ``start`` if none."""
    end = start
    for reading in dates:
        if end <= reading.start <= end + _GAP:
            end = reading.end
    if end > start and (by := _BY_BEHIND.match(head[end:])):
        named = _end_of_names(head, end + by.end())
        return named if named > end + by.end() else end
    return end


def _end_of_names(head: str, start: int) -> int:
    """Where the names behind "By" end; ``start`` where that is not plain. A name here has two words, or an initial more."""
    end, words = start, 0
    for word in _WORD.finditer(head, start):
        text = word.group().rstrip(".:;|")
        if not text or text == ",":
            if words < _WORDS_OF_A_NAME:
                break
            end, words = word.start(), 0
            continue
        if text in _AND:
            if words < _WORDS_OF_A_NAME:
                break
            words = 0
            continue
        if text[0].isdigit() or (not text[:1].isupper() and text not in _PARTICLES and text[:1].lower() != text[:1].upper()):
            break
        if words >= _WORDS_OF_A_NAME or (text in _OPENS_A_SENTENCE and words):
            break
        words += len(text) > 1 and text not in _PARTICLES
        if words == _WORDS_OF_A_NAME:
            end = word.end()
    named = list(names_in(head[start:end]))
    return end if named and _is_told_apart(head[end:]) else start


def _is_told_apart(rest: str) -> bool:
    """Whether what follows a name of two words cannot be a third word of it."""
    following = rest.split(maxsplit=2)
    if not following or not rest[:1].isspace():
        return True
    first, second = following[0], following[1] if len(following) > 1 else ""
    opens = first.strip(",.:") in _OPENS_A_SENTENCE or not first[:1].isupper()
    return opens or not second[:1].isupper() or next(names_in(f"Ada Quill {first} {second}"), "") == "Ada Quill"


_WORDS_OF_A_NAME = 2
