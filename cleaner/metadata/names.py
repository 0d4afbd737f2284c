"""Persons' names out of a byline: "By Ada Quill and Bo Fenn, staff writers" names two."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.metadata.tidy import ideographs, letters, tidy

BYLINE_LIMIT = 300  # characters; what is longer is a biography
_NAME_LENGTH = 60  # characters
_NAME_WORDS = 6

# What stands before the name, in the languages of the phrase lists. The longer phrases come first.
_BY = re.compile(
    r"""^\W{0,3}(?:
        (?:written|posted|published|story|words|reviewed|reported|text|photos?|article|analysis|opinion|report|column)
            \s+(?:and\s\w+\s+)?(?:by|von)
        | by | von | par | por | di | door | av | af | przez
        | written | authors?(?:\(s\))? | text | autor(?:in|en|es|a|e)? | auteurs? | autor[ei]
        | автор(?:и|ы)? | текст | от | από | بقلم | كتب | מאת | yazan
        | 作者 | 記者 | 记者 | 撰文 | 文 | 取材 | 기자
    )(?:\s*[:：/／]\s*|\s+(?=\S))""",
    re.X | re.I,
)
_BY_LINE_SIGN = re.compile(
    r"""^\W{0,3}(?:(?:written|posted|story|words|text|report(?:ed|ing)?|published)\s+)?(?:by|von|par|por|di|door|av|af|de)(?:\s*[:：]\s*|\s+)(?=\w)
    |^\W{0,3}(?:authors?|autor(?:in|es|a)?|auteur|автори?|автор|текст|作者|撰文|文|記者|记者)\s*[:：/／]""",
    re.X | re.I,
)
_AND = re.compile(
    r"\s*[;|•·/、，\n\t]\s*|\s*,\s*(?:and|und|et|y|e|и|і|та)\s+|\s*,\s*"
    r"|\s+(?:and|und|et|y|e|i|en|och|og|ve|и|і|та|with|mit|avec|con|com|&|\+|[-–—])\s+|\s*&\s*",
    re.I,
)
_DATE = re.compile(
    r"""\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?
    (?:\d{1,2}\.?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,7}\.?\s+\d{1,4}\b.*
    |\b\d{4}[-./年]\d.* | \b\d{1,2}[./]\d{1,2}[./]\d.*""",
    re.X | re.I,
)
_REST = re.compile(
    r"\s*(?:[\(\[<{].{0,100}+|@\S.{0,100}+|(?<!\S)\S+@\S++.{0,100}+|https?:.{0,300}+"
    r"|\b(?:for|at|in|of|from|on|is|was|are|has|updated|published|posted|last|former|formerly|senior|chief|special to"
    r"|contributed|joined|member|read more|follow|originally|reviewed|translated)\b.{0,300}+)$",
    re.I,
)
_ROLE = re.compile(
    r"""\b(?:writers?|reporters?|editors?|editorial|correspondents?|contributors?|journalists?|columnists?|staff|producers?|critics?|analysts?
    |photographers?|redaktion|redakteur(?:in)?|redacci[oó]n|redazione|r[eé]daction|redac[cç][aã]o|redactie|redakcja|редакция|редакція
    |team|desk|bureau|newsroom|newsdesk|agenc(?:y|ies)|press|media|magazine|news|network|services?|guest|admin(?:istrator)?|webmaster
    |unknown|anonymous|director|manager|professor|founder|ceo|intern|fellow|expert|specialist|author|profile|view|bio|share|comments?|posts?
    |updated|published|subscribe|newsletter|university|institute|inc|llc|ltd|gmbh
    |undefined|null|none|official|associated
    |gazette|tribune|herald|chronicle|telegraph|enquirer|courier|journal|newspaper|club|company|group|foundation|associates
    |journaliste|periodista|giornalista|корреспондент|編集部|编辑|編輯|責任|责任)\b""",
    re.X | re.I,
)
_CREDENTIAL = re.compile(
    r"^(?:ph\.?\s?d|m\.?d|m\.?b\.?a|m\.?s\.?c?|m\.?a|b\.?a|b\.?sc?|r\.?d\.?n?|r\.?n|l\.?p\.?c|d\.?o|j\.?d|esq|cpa|cfp|cfa|cepf|dds|dvm|mph|pe|"
    r"cscs|lcsw|edd|facp|mrcp|frcp)[.®™]*$",
    re.I,
)
_JUNIOR = re.compile(r"^(?:jr|sr|ii|iii|iv)\.?$", re.I)
_NO_NAME = re.compile(r"[\d_@#<>{}=:/\\?!\"“”»«…|*]|\.(?:com|org|net|de|at)\b", re.I)
_NICKNAME = re.compile(r"\s[\"“„][^\"”“]{1,20}[\"”“](?=\s)")


_NUMBERS = re.compile(r"[♥❤☆★]|\d[\d:.,]{0,10}\s?(?:時|分|Uhr|h|min(?:utes?)?(?:\s+read)?|хв|мин)?\b|\d分|\d時")
_LABELLED = re.compile(r"(?:作者|记者|記者|撰文|문의|기자)\s?[:：]\s?([^\s:：，,（(]{2,12})")


def labelled_names(line: str) -> list[str]:
    """The names after "作者：" anywhere in a line of facts: source, author, clicks, type size."""
    return _LABELLED.findall(line[:BYLINE_LIMIT])


def lone_name(text: str) -> str:
    """The person's name that is all a text holds: "Ada Quill", "Ada Quill, culture desk", "♥ 418 Ada Quill"; else empty."""
    rest = " ".join(_NUMBERS.sub(" ", text).split())
    names = list(names_in(rest)) if 0 < len(rest) <= _NAME_LENGTH else []
    if len(names) != 1 or not rest.lstrip(" ,.·•–—-").startswith(names[0]):
        return ""
    return names[0] if 2 <= len(names[0].split()) <= 4 or ideographs(names[0]) in range(2, 7) else ""


def looks_like_byline(line: str) -> bool:
    """Whether a line says whose work the page is: "By Ada Quill", "Von Bo Fenn", "作者：林一"."""
    return len(line) <= BYLINE_LIMIT and _BY_LINE_SIGN.match(line) is not None


def names_in(text: str) -> Iterator[str]:
    """The persons' names in a byline, in order, without "By", roles, addresses, handles, credentials and dates."""
    if len(text) > BYLINE_LIMIT or text.startswith(("http://", "https://", "www.", "@")):
        return
    waiting = ""
    for part in (part for line in text.split("\n") for part in _AND.split(_line_of_names(line))):
        part = _REST.sub("", _BY.sub("", part)).strip(' .,:;–—-|*"“”') + ("." if part.endswith((" Jr.", " Sr.")) else "")
        if waiting and _JUNIOR.match(part):
            waiting += f", {part}"
            continue
        if waiting:
            yield waiting
        waiting = part if _is_name(part) else ""
    if waiting:
        yield waiting


def stated_name(text: str) -> str:
    """The name that structured data gives as one person's, which may be a forum's user name; empty when it is none."""
    name = tidy(text, _NAME_LENGTH)
    is_address = "@" in name or "://" in name or name.startswith("www.")
    return "" if is_address or not letters(name) or _ROLE.search(name) or len(name.split()) > _NAME_WORDS else name


def _line_of_names(line: str) -> str:
    return _BY.sub("", _NICKNAME.sub("", _DATE.sub("", tidy(line, BYLINE_LIMIT))))


def _is_name(part: str) -> bool:
    words = part.split()
    if not letters(part) or len(part) > _NAME_LENGTH or len(words) > _NAME_WORDS or _NO_NAME.search(part):
        return False
    if _ROLE.search(part) or _CREDENTIAL.match(part) or _JUNIOR.match(part):
        return False
    if ideographs(part):
        return 2 <= len(part) <= 20
    return len(part) >= 3 and words[0] != "The" and not words[0][0].islower() | words[-1][0].islower()
