"""Dates that only mean something beside the time of the fetch: "2 hours ago", "gestern", "hace 3 días"."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from cleaner.metadata.date_reading import Customs, Reading

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_LINE = 80  # characters; a longer line is a sentence
_RELATIVE = re.compile(
    r"""\b(?:\d{1,2}|an?|one)\s?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|[hdw])\sago\b
    | \b(?:yesterday|today)\b
    | \bvor\s(?:\d{1,2}|einem|einer)\s\w{3,8} | \b(?:gestern|vorgestern|heute)\b
    | \bil\sy\sa\s(?:\d{1,2}|une?)\s\w{3,8} | \b(?:hier|aujourd['’]hui)\b
    | \bhace\s(?:\d{1,2}|una?)\s\w{3,8} | \b(?:ayer|hoy)\b | \bhá\s(?:\d{1,2}|uma?)\s\w{3,8} | \b(?:ontem|hoje)\b
    | \b(?:\d{1,2}|una?)\s\w{3,8}\sfa\b | \b(?:ieri|oggi)\b | \b\d{1,2}\s\w{3,8}\sgeleden\b | \b(?:gisteren|vandaag)\b
    | \b\d{1,2}\s\w{3,8}\stemu\b | \b(?:wczoraj|dzisiaj|dziś)\b
    | \b\d{1,2}\s\w{3,8}\sназад\b | \b(?:вчера|сегодня|вчора|сьогодні)\b
    | \b\d{1,2}\s\w{3,8}\sönce\b | \b(?:dün|bugün)\b | \b\d{1,2}\s\w{3,8}\ssedan\b | \b(?:igår|idag)\b
    | \d{1,2}\s?(?:分钟|小时|小時|分鐘|天|周|個月|个月|分|時間|日|週間|か月)(?:前|之前) | (?:昨天|今天|昨日|今日)
    | \d{1,2}\s?(?:분|시간|일|주|개월)\s?전 | (?:어제|오늘)""",
    re.I | re.X,
)


def relative_date(line: str, customs: Customs, fetched_at: datetime) -> Reading | None:
    """The day that a short line means, reckoned from ``fetched_at``; None when it means none."""
    match = _RELATIVE.search(line[:_LINE]) if len(line) <= _LINE else None
    if not match:
        return None
    now = (fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)).replace(tzinfo=None)
    found = _parser(customs.language, now).get_date_data(match.group()).date_obj
    if found is None or found > now:
        return None
    return Reading(found.date().isoformat(), match.group(), match.start(), match.end())


@lru_cache(maxsize=4)
def _parser(language: str, now: datetime) -> DateDataParser:
    from dateparser.date import DateDataParser  # takes 0.3 s to import, and few pages need it

    languages = [language, "en"] if language not in ("", "en") else ["en"]
    return DateDataParser(languages=languages, settings={"PARSERS": ["relative-time", "absolute-time"], "RELATIVE_BASE": now})
