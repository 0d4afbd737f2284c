"""The wire agency whose text the page carries: from its dateline ("LIMA (AP) —"), its author or its credit line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.metadata.facts import Facts
from cleaner.metadata.json_ld import listed, text_of
from cleaner.metadata.tidy import letters, tidy
from cleaner.types import Value

# The agency's short name, and how datelines, bylines and credit lines spell it.
_SPELLINGS = {
    "AP": ("AP", "The Associated Press", "Associated Press", "AP News"),
    "Reuters": ("Reuters", "Thomson Reuters"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse"),
    "dpa": ("dpa", "Deutsche Presse-Agentur", "dpa-AFX", "dpa-infocom"),
    "EFE": ("EFE", "Agencia EFE"),
    "Europa Press": ("Europa Press",),
    "ANSA": ("ANSA",),
    "AGI": ("AGI",),
    "Adnkronos": ("Adnkronos",),
    "Xinhua": ("Xinhua", "Xinhua News Agency", "新华社", "新華社"),
    "Kyodo": ("Kyodo", "Kyodo News", "共同", "共同通信"),
    "Jiji": ("Jiji", "Jiji Press", "時事", "時事通信"),
    "Yonhap": ("Yonhap", "Yonhap News Agency", "연합뉴스"),
    "TASS": ("TASS", "ТАСС", "ITAR-TASS"),
    "Interfax": ("Interfax", "Интерфакс"),
    "Ukrinform": ("Ukrinform", "Укрінформ"),
    "Interfax-Ukraine": ("Interfax-Ukraine", "Інтерфакс-Україна"),
    "APA": ("APA",),
    "Keystone-SDA": ("Keystone-SDA", "SDA"),
    "KNA": ("KNA",),
    "epd": ("epd",),
    "ANP": ("ANP",),
    "Belga": ("Belga",),
    "Lusa": ("Lusa",),
    "PAP": ("PAP",),
    "NTB": ("NTB",),
    "TT": ("TT",),
    "Ritzau": ("Ritzau",),
    "UPI": ("UPI", "United Press International"),
    "PTI": ("PTI", "Press Trust of India"),
    "ANI": ("ANI",),
    "IANS": ("IANS",),
    "PA": ("PA", "PA Media", "Press Association"),
    "AAP": ("AAP",),
    "Canadian Press": ("The Canadian Press", "Canadian Press"),
    "Anadolu": ("AA", "Anadolu", "Anadolu Agency"),
    "Agência Brasil": ("Agência Brasil",),
    "Bloomberg": ("Bloomberg", "Bloomberg News"),
    "StatePoint": ("StatePoint",),
}
_SHORT_NAME = {letters(spelling): name for name, spellings in _SPELLINGS.items() for spelling in spellings}

_DATELINE = re.compile(
    r"""^[^().!?]{0,60}[(（](?P<inside>[^()（）]{2,40})[)）]\s{0,2}[-–—:.−]{0,3}   # LIMA, Peru (AP) —   (REUTERS) –
    |^(?P<first>[A-Z][\w-]{1,20})\s{1,2}[-–—]{1,2}\s                           # Reuters -
    |^(?P<chinese>新华社|新華社|共同|時事)""",
    re.X,
)
_BLOCKS_WITH_A_DATELINE = 3  # a summary or a picture's caption may stand before it
_BRACKETED_BY = re.compile(r"[/,;|]| und | and | y ")
AGENCIES = frozenset(_SHORT_NAME)  # as ``tidy.letters`` spells them


def is_agency(name: str) -> bool:
    """Whether a name in a byline is a wire agency rather than a person."""
    return letters(name) in _SHORT_NAME


def agency_in(text: str) -> str:
    """The agency that the dateline at a text's beginning names, by its short name; empty where there is none."""
    match = _DATELINE.match(text)
    return _SHORT_NAME.get(letters(match["inside"] or match["first"] or match["chinese"]), "") if match else ""


def find_agency(facts: Facts) -> Value | None:
    """The wire agency, by its short name, or None."""
    for text, source, confidence in _candidates(facts):
        for part in _BRACKETED_BY.split(tidy(text, 100)):
            if name := _SHORT_NAME.get(letters(part)):
                return Value(name, source, confidence)
    return None


def _candidates(facts: Facts) -> Iterator[tuple[str, str, float]]:
    blocks = facts.parsed.blocks
    for index in range(facts.text_begins, min(len(blocks), facts.text_begins + _BLOCKS_WITH_A_DATELINE)):
        if match := _DATELINE.match(facts.text_of_title(index)):
            yield match["inside"] or match["first"] or match["chinese"], "dateline", 0.9
    for thing in facts.own_things[:1]:
        for author in (*listed(thing.get("author"))[:5], *listed(thing.get("sourceOrganization"))[:1]):
            yield text_of(author), "json-ld", 0.8
    for name in ("author", "dc.creator", "article:author", "creditline", "dc.source", "article:source", "source"):
        for content in facts.meta.get(name, ())[:3]:
            yield content, f"meta:{name}", 0.7
