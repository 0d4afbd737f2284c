"""In which country and language a page writes its dates."""

from __future__ import annotations

import re

from cleaner.metadata.date_reading import Customs
from cleaner.metadata.facts import Facts

_MONTH_FIRST = frozenset(("us", "ph"))
_ENGLISH_DAY_FIRST = frozenset(
    ("gb", "uk", "ie", "au", "nz", "in", "za", "ng", "ke", "gh", "sg", "my", "pk", "bd", "lk", "hk", "eu")
)
_LANGUAGE_TAG = re.compile(r"^([a-z]{2,3})(?:[-_](?:[a-z]{4}[-_])?([a-z]{2}))?\b", re.I)
_SAME_LANGUAGE = {"no": "nb", "nn": "nb", "iw": "he", "in": "id"}


def customs_of(facts: Facts, detected: str) -> Customs:
    """The page's customs by its stated language and country, else by its address; ``day_first`` None when unsettled.

    ``detected`` is the language of the text, for pages that state none.
    """
    language, country = stated_language(facts)
    language = language or detected.partition("-")[0]
    if not country or language == "en":
        ending = facts.host.rpartition(".")[2]
        country = country or (ending if ending in _ENGLISH_DAY_FIRST | _MONTH_FIRST | {"gov", "mil"} else "")
    day_first: bool | None = None
    if country in _MONTH_FIRST or country in ("gov", "mil"):
        day_first = False
    elif country in _ENGLISH_DAY_FIRST or (language and language != "en"):
        day_first = True
    else:
        day_first = _order_of_other_dates(facts)
    return Customs(day_first, _SAME_LANGUAGE.get(language, language) if language in KNOWN_LANGUAGES else "")


def _order_of_other_dates(facts: Facts) -> bool | None:
    """Whether the dates of the page that leave no doubt put the day first: beside "13-09-2024" 03-09-2024 is in September.
    None where there are none, or some of either kind."""
    lines = [block.text[:_LINE] for block in facts.parsed.blocks[:_BLOCKS]]
    found = [match for line in lines for match in _IN_NUMBERS.finditer(line)]
    orders = {int(match[1]) > _MONTHS for match in found if (int(match[1]) > _MONTHS) != (int(match[2]) > _MONTHS)}
    return orders.pop() if len(orders) == 1 else None


_IN_NUMBERS = re.compile(r"(?<![\d/.-])(\d{1,2})[/-](\d{1,2})[/-](?:19|20)\d\d(?![\d/-])")
_MONTHS = 12
_BLOCKS, _LINE = 400, 160  # blocks of a page and characters of each that are looked at


def stated_language(facts: Facts) -> tuple[str, str]:
    """Language and country, lower-cased, as the page's head states them; empty where it does not."""
    for tag in (
        facts.parsed.head.language,
        *facts.meta.get("og:locale", ()),
        *facts.meta.get("content-language", ()),
        *facts.meta.get("language", ()),
    ):
        if match := _LANGUAGE_TAG.match(tag.strip()):
            return match[1].lower(), (match[2] or "").lower()
    return "", ""


KNOWN_LANGUAGES = frozenset(
    """af ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id in is it iw ja ka kk km kn ko
    lt lv mk ml mn mr ms my nb ne nl nn no pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh""".split()
)
