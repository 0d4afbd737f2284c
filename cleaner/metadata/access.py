"""Whether the page says that it is free to read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.metadata.facts import Facts
from cleaner.metadata.json_ld import Thing, listed
from cleaner.metadata.nearby import Nearby
from cleaner.types import Value

_TIERS = {
    **dict.fromkeys(("free", "open", "public", "unlocked"), "free"),
    **dict.fromkeys(("metered", "registration"), "metered"),
    **dict.fromkeys(("locked", "paid", "premium", "subscriber", "subscribers", "paywall", "subscription", "plus"), "paid"),
}
_TIER_META = ("article:content_tier", "og:article:content_tier", "content_tier", "access_status", "paywall")
_ANSWERS = {"true": "free", "yes": "free", "false": "paid", "no": "paid"}
_WALL = re.compile(
    r"""(?:subscribe|log\s?in|sign\s?(?:in|up)|register|join)\b.{0,30}\bto\s(?:continue|keep|finish)\sreading
    | to\s(?:continue|keep)\sreading.{0,30}subscribe
    | (?:article|story|content)\sis\s(?:only\s)?(?:for|available\sto)\s(?:our\s)?(?:paid\s)?(?:subscribers|members)
    | (?:subscribers|members)[-\s]only
    | nur\sfür\sabonnenten | exklusiv\sfür\sabonnenten | réservé\saux\sabonnés
    | exclusivo\spara\s(?:suscriptores|assinantes) | riservato\sagli\sabbonati
    | alleen\svoor\sabonnees | tylko\sdla\s(?:subskrybentów|prenumeratorów)
    | この記事は有料 | 会員限定 | 有料会員""",
    re.I | re.X,
)
_HINTS = ("subscri", "reading", "abonn", "members", "suscript", "assinant", "abbonat", "subskry", "prenumer", "有料", "会員")


def find_access(facts: Facts, nearby: Nearby) -> Value | None:
    """free, metered or paid, as the page's data or the wall below its text say; None when they say nothing."""
    for thing in facts.own_things:
        if answer := _ANSWERS.get(str(thing.get("isAccessibleForFree", "")).strip().casefold()):
            return Value(answer, "json-ld", 0.95)
        if any(_ANSWERS.get(str(part.get("isAccessibleForFree", "")).casefold()) == "paid" for part in _parts(thing)):
            return Value("paid", "json-ld", 0.9)
    for name in _TIER_META:
        for content in facts.meta.get(name, ())[:1]:
            if tier := _TIERS.get(content.strip().casefold()) or _ANSWERS.get(content.strip().casefold()):
                return Value(tier, f"meta:{name}", 0.9)
    for line in nearby.lines:
        if line.place == "after" and _hints_at_wall(line.text) and (wall := _WALL.search(line.text)):
            return Value("paid", "line", 0.6, wall.group())
    return None


def _hints_at_wall(text: str) -> bool:
    text = text.lower()
    return any(hint in text for hint in _HINTS)


def _parts(thing: Thing) -> Iterator[Thing]:
    return (part for part in listed(thing.get("hasPart")) if isinstance(part, dict))
