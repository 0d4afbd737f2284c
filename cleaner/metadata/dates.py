"""When the page was published and last changed. What is said for machines goes first; lines for people stand near the title.

A date in the site's header is the day of the scrape, not of the page: a line with a weekday above the title does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cleaner.metadata.customs import customs_of
from cleaner.metadata.date_reading import Customs, Reading, dates_written_in, read_stamp
from cleaner.metadata.facts import Facts
from cleaner.metadata.json_ld import first_of, text_of
from cleaner.metadata.tidy import tidy
from cleaner.metadata.title_line import title_line
from cleaner.types import Reason, Value

_PUBLISHED_META = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "datepublished",
    "article.published",
    "publication_date",
    "publish_date",
    "publish-date",
    "pubdate",
    "cxenseparse:recs:publishtime",
    "citation_publication_date",
    "citation_date",
    "dcterms.created",
    "dcterms.date",
    "dcterms.issued",
    "dc.date.issued",
    "dc.date.created",
    "dc.date",
    "article:created",
    "date",
    "datecreated",
    "release_date",
    "last-published",
)
_MODIFIED_META = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "article:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "article.updated",
    "lastmod",
    "last-modified",
    "revised",
)

MAX_TIMES = 200
_LINE_LENGTH = 160  # characters of a line that can be a date line
_REST_LENGTH = 45  # characters of such a line beside its date: a byline, a place, a reading time
_LINES_ABOVE = 3
_LINES_BELOW = 14
_LINES_OF_TEXT_PAGE = 25

_PUBLISHED_WORD = re.compile(
    r"\b(?:date|published|posted|publication|created|written|issued|"
    r"veröffentlicht|erschienen|erstellt|datum|stand|publi[ée]e?|date de"
    r"|publicad[oa]|fecha|pubblicato|data|опубликован\w*|дата|опубліковано|gepubliceerd|opublikowano|publicerad|yayın\w*)\b"
    r"|发布|發布|日期|时间|時間|公開|配信|掲載|تاريخ|نشر",
    re.I,
)
_MODIFIED_WORD = re.compile(
    r"\b(?:updated?|modified|last (?:change|edit|review)\w*|edited|revised|reviewed|"
    r"aktualisiert|geändert|mis à jour|modifi[ée]"
    r"|actualizado|modificado|atualizad[oa]|aggiornato|обновлен\w*|оновлено|bijgewerkt|zaktualizowano|uppdaterad|güncelle\w*)\b"
    r"|更新|تحديث",
    re.I,
)
_WEEKDAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo"
    r"|luned[ìi]|marted[ìi]|mercoled[ìi]|gioved[ìi]|venerd[ìi]|sabato|domenica|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?"
    r"|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|понеділок|вівторок|середа|четвер|п['’]ятниця|субота|неділя"
    r"|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)(?=[,.]?\s))|星期.|周[一二三四五六日]|[月火水木金土日]曜|[(（][月火水木金土日][)）]|الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد",
    re.I,
)
_TIME_OF_DAY = re.compile(
    r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s?[A-Z]{2,4}\b)?|\bat\b|\bum\b|\bà\b|\bUhr\b", re.I
)
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_-]|$|\.)")
_ELSEWHERE = re.compile(r"comment|related|recommend|event|more|card|widget|teaser")


def find_dates(facts: Facts, language: Value | None) -> tuple[Value | None, Value | None]:
    """When the page was published and when it was last changed; None where it does not say."""
    customs = customs_of(facts, language.value if language else "")
    published = _decided(facts, [*_for_machines(facts, customs, "datePublished", _PUBLISHED_META)])
    if published is None:
        published = _decided(facts, [*_for_people(facts, customs, modified=False)])
    modified = _decided(facts, [*_for_machines(facts, customs, "dateModified", _MODIFIED_META)])
    if modified is None:
        modified = _decided(facts, [*_for_people(facts, customs, modified=True)])
    if published and modified and modified.value[:10] < published.value[:10]:
        modified = None
    return published, modified


def _decided(facts: Facts, candidates: list[tuple[Reading, str, float]]) -> Value | None:
    """The candidate with the highest confidence, where each other source that gives the same day adds to it."""
    possible = [candidate for candidate in candidates if not _is_later(candidate[0], facts.parsed.page.fetched_at)]
    if not possible:
        return None

    def support(candidate: tuple[Reading, str, float]) -> float:
        sources = {source for reading, source, _ in possible if reading.day == candidate[0].day}
        return candidate[2] + 0.05 * (len(sources) - 1)

    best = max(possible, key=support)
    reading, source, _ = best
    raw = tidy(reading.raw, 100)
    return Value(reading.iso, source, round(min(1.0, support(best)), 2), None if raw == reading.iso else raw, reading.ambiguous)


def _is_later(reading: Reading, fetched_at: datetime | None) -> bool:
    """Whether a date lies after the page was fetched, which no page can know."""
    if fetched_at is None:
        return False
    fetched_at = fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)
    if len(reading.iso) > 10:
        return datetime.fromisoformat(reading.iso) > fetched_at
    return reading.day > fetched_at.date()


def _for_machines(facts: Facts, customs: Customs, key: str, names: tuple[str, ...]) -> Iterator[tuple[Reading, str, float]]:
    """What JSON-LD, meta and marked elements say."""
    stated = first_of(facts.own_things, key) or (first_of(facts.own_things, "dateCreated") if key == "datePublished" else None)
    if reading := _read(text_of(stated), customs):
        yield reading, "json-ld", 0.9
    for name in names:
        for content in facts.meta.get(name, ())[:1]:
            if reading := _read(content, customs):
                yield reading, f"meta:{name}", 0.9 if ":" in name else 0.8
    for found, text, block in facts.parsed.head.marked:
        if key.casefold() in found and facts.is_near_title(block) and (reading := _read(text, customs)):
            yield reading, "itemprop", 0.8
            return


def _read(text: str, customs: Customs) -> Reading | None:
    text = tidy(text, _LINE_LENGTH)
    return read_stamp(text) or next(dates_written_in(text, customs), None)


def _for_people(facts: Facts, customs: Customs, *, modified: bool) -> Iterator[tuple[Reading, str, float]]:
    """What stands near the title for readers: ``<time>`` elements, elements called date, date lines; and the address."""
    if not modified:
        yield from _from_address(facts.url)
    for stamp, text, block in facts.parsed.head.times[:MAX_TIMES]:
        if facts.is_near_title(block) and not _is_elsewhere(facts, block):
            line = facts.parsed.blocks[block].text[:_LINE_LENGTH] if block < len(facts.parsed.blocks) else text
            if _is_modified(line, text) is modified and (reading := read_stamp(stamp) or _read(text, customs)):
                yield reading, "time", 0.75
                break
    title = facts.title_block if facts.title_block >= 0 else title_line(facts)
    for index, line in _lines_near_title(facts, title):
        if modified and not _MODIFIED_WORD.search(line):
            continue
        for reading in _date_line(line, customs, above_title=index < (title if title >= 0 else facts.text_begins)):
            if (_MODIFIED_WORD.search(line[: reading.start]) is not None) is modified:
                yield reading, "line", 0.65
                return


def _is_modified(line: str, text: str) -> bool:
    at = line.find(text) if text else 0
    return _MODIFIED_WORD.search(line[max(0, at - 30) : at + len(text)]) is not None


def _is_elsewhere(facts: Facts, block: int) -> bool:
    if block >= len(facts.parsed.blocks):
        return True
    around = facts.parsed.ancestors(facts.parsed.blocks[block].element)
    return any(_ELSEWHERE.search(element.names) for element, _ in zip(around, range(4), strict=False))


def _from_address(url: str) -> Iterator[tuple[Reading, str, float]]:
    try:
        match = _URL_DATE.search(urlsplit(url).path)
    except ValueError:
        return
    if match and (reading := read_stamp("-".join(match.groups()))):
        yield Reading(reading.iso, match.group().strip("/"), 0, 0), "url", 0.7


def _lines_near_title(facts: Facts, title: int) -> Iterator[tuple[int, str]]:
    """The short lines around the title, and the beginning of the first paragraph, where a date may be glued to it."""
    if title >= 0:
        first, end = title - _LINES_ABOVE, title + _LINES_BELOW
    else:
        first, end = facts.text_begins - _LINES_OF_TEXT_PAGE, facts.text_begins + 1
    for index in range(max(0, first), min(end, len(facts.parsed.blocks))):
        block = facts.parsed.blocks[index]
        if not block.hidden and facts.labels[index].reason is not Reason.HEADER:
            for line in block.text[:1000].split("\n")[:4]:
                yield index, line[:_LINE_LENGTH]


def _date_line(line: str, customs: Customs, *, above_title: bool) -> Iterator[Reading]:
    """The dates of a line that is about a date rather than a sentence that mentions one."""
    for reading in dates_written_in(line, customs) if any(map(str.isdigit, line)) else ():
        before, after = line[: reading.start], line[reading.end :]
        labelled = _PUBLISHED_WORD.search(before) or _MODIFIED_WORD.search(before)
        if above_title and not labelled and _WEEKDAY.search(line):
            return
        rest = _TIME_OF_DAY.sub("", _WEEKDAY.sub("", before + after)).strip(" ,.|-–—·•/")
        opens_sentence = not before.strip() and after[:1].isspace() and after.lstrip()[:1].isupper()
        if (labelled and len(before) <= _REST_LENGTH) or len(rest) <= _REST_LENGTH or opens_sentence:
            yield reading
