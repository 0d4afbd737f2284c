"""When the page was published and last changed.

Every day that the page gives is a candidate: what JSON-LD, meta and marked elements state, the address, and the lines for
readers near the title and at the end of the text. What gives a day, in which words and where, is the evidence. A date in
the site's header is the day of the scrape, not of the page: a line with a weekday above the title does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from cleaner.metadata.date_reading import Customs, Reading, dates_written_in, read_stamp
from cleaner.metadata.evidence import LIKELY, Candidate, choices, others
from cleaner.metadata.facts import Facts, path_of
from cleaner.metadata.json_ld import text_of, types_of
from cleaner.metadata.nearby import LINE_LENGTH, Line, Nearby
from cleaner.metadata.relative_dates import relative_date
from cleaner.metadata.tidy import tidy
from cleaner.types import Value

_MAX_TIMES = 200
_DOUBT = 0.01  # the probability from which another day is told: two days are a conflict, however sure the choice
_MAX_THINGS = 3  # that describe the page; several scripts often describe one article
_REST_LENGTHS = {"after": 20}  # below the text stand teasers, which begin like sentences
_REST_LENGTH = 45  # characters of a date line beside its date: a byline, a place, a reading time
_LABELLED_LENGTH = 80  # characters before a date that end in what it is of: "By Ada Quill, Culture Desk | Updated"

_PUBLISHED_NAME = re.compile(
    r"publi|pub-?date|issued|created|creation|citation_(?:online_)?date|release|sailthru\.date|^(?:dc|dcterms)?\.?date$"
)
_MODIFIED_NAME = re.compile(r"modif|updat|lastmod|revis|last-?published")
_DATE_NAME = re.compile(r"date|published|created|modified|updated|time|issued|revised|release")
_NO_DATE_NAME = re.compile(
    r"expir|unavail|event|start|end_?(?:date|time)|valid|duration|zone|copyright|image|offer|price|sale|video|crawl"
)

_PUBLISHED_MARK = re.compile(r"datepublished|dc(?:terms)?:(?:date|created|issued)")
_MODIFIED_MARK = re.compile(r"datemodified|dc(?:terms)?:modified")

_PUBLISHED_WORD = re.compile(
    r"\b(?:date|published|posted|publication|created|started|written|issued|"
    r"veröffentlicht|erschienen|erstellt|datum|stand|publi[ée]e?|date de"
    r"|publicad[oa]|fecha|pubblicato|data|опубликован\w*|дата|опубліковано|gepubliceerd|opublikowano|publicerad|yayın\w*"
    r"|geplaatst|udgivet|publiceret|publisert|julkaistu|publikováno|vydáno|zveřejněno|publikované|objavljeno|objavljen[oa]"
    r"|megjelent|közzétéve|δημοσ[ιί]ε\w*|xuất bản|ngày đăng|diterbitkan|dipublikasikan|публикувано|објављено)\b"
    r"|发布|發布|日期|时间|時間|公開|配信|掲載|投稿|입력|등록|게시|发表|發表|تاريخ|نشر|منتشر|פורסם|प्रकाशित|เผยแพร่",
    re.I,
)
_MODIFIED_WORD = re.compile(
    r"\b(?:updated?|modified|last (?:change|edit|review)\w*|edited|revised|reviewed|"
    r"aktualisiert|geändert|mis à jour|modifi[ée]"
    r"|aktualisierung|änderung|mise à jour|actualización|actualizado|modificado|atualizad[oa]|aggiornat[oa]|aggiornamento"
    r"|modifica(?:t[oa])?|обновлен\w*|оновлено|bijgewerkt|zaktualizowano|uppdaterad|güncelle\w*"
    r"|aktualizacja|aktualizováno|upraveno|aktualizované|opdateret|oppdatert|päivitetty|muokattu|actualizat|frissítve|módosítva"
    r"|ενημ[εέ]ρω\w*|cập nhật|diperbarui|diperbaharui|ažurirano|обновено|актуализирано|ажурирано)\b"
    r"|更新|수정|업데이트|تحديث|עודכן|अपडेट|अद्यतन|به‌روزرسانی|بروزرسانی|อัปเดต|อัพเดท|แก้ไข",
    re.I,
)
_OTHERWISE = re.compile(  # what a date before which it stands is of, if not of the page
    r"\b(?:joined|join date|member since|registered|registration date|mitglied seit|registriert|dabei seit|inscrit"
    r"|membre depuis|registrado|miembro desde|iscritto|lid sinds|geregistreerd|зарегистрирован\w*|регистрация"
    r"|first available|expire[sd]?|valid|deadline|closing date|closes|founded|born|died)\b|注册时间|注册|登録日",
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
_SPAN_OF_TIME = re.compile(  # "6pm to 8pm", "18:00–20:00 Uhr", "18 bis 20 Uhr"
    r"\d\s?[ap]\.?m\.?\s?(?:to|until|till|[–—-])\s?\d|\d{1,2}[:.]\d\d\s?(?:Uhr\s)?(?:to|until|bis|à|a|alle|tot|до|[–—-])\s?\d{1,2}[:.]\d\d(?!\d)"
    r"|\bvon\s\d{1,2}\sbis\s\d{1,2}\sUhr",
    re.I,
)
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_-]|$|\.)")
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?=[/-])")


@dataclass(frozen=True, slots=True)
class _Found:
    """A reading, its source, what speaks for it there, and whether that is about a change rather than the publication."""

    reading: Reading
    source: str
    evidence: tuple[str, ...]
    modified: bool = False


def find_dates(facts: Facts, nearby: Nearby) -> tuple[Value | None, Value | None]:
    """When the page was published and when it was last changed; None where it does not say."""
    found = found_dates(facts, nearby)
    candidates = date_candidates(facts, found)
    published = _published(f"date.{facts.parsed.kind}", candidates, found)
    modified = _modified([one for one in found if one.modified])
    if published and modified and modified.value[:10] < published.value[:10]:
        modified = None
    return published, modified


def found_dates(facts: Facts, nearby: Nearby) -> list[_Found]:
    """Every reading of a date of the page itself, none of them later than it was fetched; ambiguous ones settled where
    another source gives one of their two readings."""
    fetched_at = facts.parsed.page.fetched_at
    found = [*_for_machines(facts, nearby), *_in_times(facts, nearby), *_in_lines(nearby), *_relative(nearby, fetched_at)]
    happens = _days_of_events(facts)
    own = [one for one in found if one.source not in _READ or one.reading.day not in happens]
    possible = [one for one in own if not _is_later(one.reading, fetched_at)]
    sure = {one.reading.day for one in possible if not one.reading.ambiguous}
    return [_settled(one, sure) if one.reading.ambiguous else one for one in possible]


_READ = frozenset(("line", "time"))  # where a page tells readers a date, of itself or of what it announces


def _days_of_events(facts: Facts) -> frozenset[date]:
    """The days on which what the page announces begins and ends, which are not its own."""
    stamps = (
        text_of(thing.get(key))
        for thing in facts.own_things[:_MAX_THINGS]
        if any(name.endswith(("Event", "Posting")) for name in types_of(thing))
        for key in ("startDate", "endDate", "validThrough")
    )
    return frozenset(reading.day for stamp in stamps if (reading := read_stamp(stamp)))


def date_candidates(facts: Facts, found: Sequence[_Found]) -> list[Candidate]:
    """A candidate for each day that a source gives as that of the publication."""
    candidates: dict[date, Candidate] = {}
    for one in _of_publication(found):
        day = one.reading.day
        candidate = candidates.setdefault(day, Candidate(day.isoformat(), one.source, one.reading.raw))
        candidate.evidence.update(one.evidence)
    changed = {one.reading.day for one in found if one.modified}
    days = sorted(candidates)
    given = {day: _KINDS & {name.partition(" ")[0] for name in one.evidence} for day, one in candidates.items()}
    months = _months_in_address(facts)
    for day, candidate in candidates.items():
        evidence = candidate.evidence
        families = {name.partition(" ")[0] for name in evidence}
        evidence.add(f"given by {min(len(families), 4)} kinds of sources")
        evidence.add(f"on a page of kind {facts.page_kind}")
        evidence.update(f"{kind} on a page of kind {facts.page_kind}" for kind in given[day])
        evidence.update(f"{kind} among {_how_many(len(days))} days" for kind in given[day])
        evidence.add(_among(day, days))
        by = "+".join(sorted(given[day]))
        against = "+".join(sorted(frozenset().union(*(kinds for other, kinds in given.items() if other != day))))
        evidence.add(f"given by {by} against {against}")
        if day in changed:
            evidence.update(("day of a change", f"day of a change given by {by} against {against}"))
        if (str(day.year), f"{day.month:02}") in months:
            evidence.add("month in the address")
        for near in (day - timedelta(1), day + timedelta(1)):
            if near in candidates:
                kinds = _KINDS & candidates[near].evidence
                evidence.update(f"a day beside {kind}" for kind in kinds)
    return list(candidates.values())


def _months_in_address(facts: Facts) -> set[tuple[str, ...]]:
    return {match.groups() for match in _URL_MONTH.finditer(path_of(facts.url))}


def _how_many(days: int) -> str:
    return next(f"{least}+" for least in (6, 3, 2, 1, 0) if days >= least)


def _of_publication(found: Sequence[_Found]) -> Sequence[_Found]:
    """What dates the publication; where nothing does, what readers are shown below the title as the day of a change."""
    published = [one for one in found if not one.modified]
    if published:
        return published
    return [
        replace(one, source=f"modified:{one.source}", evidence=tuple(f"change by {name}" for name in one.evidence))
        for one in found
        if not _SHOWN_BELOW.isdisjoint(one.evidence)
    ]


_SHOWN_BELOW = frozenset(("line below", "time below"))


def _among(day: date, days: Sequence[date]) -> str:
    if len(days) == 1:
        return "only day"
    return "first day" if day == days[0] else "last day" if day == days[-1] else "a day between"


_KINDS = frozenset(("json-ld", "meta", "time", "line", "itemprop", "url", "change"))


def _published(table: str, candidates: Sequence[Candidate], found: Sequence[_Found]) -> Value | None:
    chances = choices(table, candidates)
    best = max(range(len(candidates)), key=chances.__getitem__, default=-1)
    if best < 0 or chances[best] < LIKELY[table]:
        return None
    value = _value(candidates[best].value, _of_publication(found), chances[best])
    return replace(value, others=others(candidates, chances, best, _DOUBT))


def _value(day: str, found: Iterable[_Found], confidence: float) -> Value:
    """The day as the source gives it that gives most: with a time, for machines."""
    own = [one for one in found if one.reading.iso[:10] == day]
    chosen = max(own, key=lambda one: len(one.reading.iso))
    raw = tidy(chosen.reading.raw, 100)
    iso = chosen.reading.iso
    ambiguous = all(one.reading.ambiguous for one in own)
    return Value(iso, chosen.source, round(confidence, 2), None if raw == iso else raw, ambiguous)


_TRUST_IN_CHANGE = {"json-ld": 0.9, "meta": 0.85, "itemprop": 0.8, "time": 0.75, "line": 0.7}


def _modified(found: Sequence[_Found]) -> Value | None:
    """The latest change by the most trusted kind of source; what other sources confirm is surer."""
    if not found:
        return None
    trust = [_TRUST_IN_CHANGE[one.source.partition(":")[0]] for one in found]
    first = max(range(len(found)), key=lambda at: (trust[at], found[at].reading.iso))
    day = found[first].reading.iso[:10]
    sources = {one.source for one in found if one.reading.iso[:10] == day}
    return _value(day, found, min(0.97, trust[first] + 0.05 * (len(sources) - 1)))


def _is_later(reading: Reading, fetched_at: datetime | None) -> bool:
    """Whether a date lies after the page was fetched, which no page can know."""
    if fetched_at is None:
        return False
    fetched_at = fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)
    if len(reading.iso) > 10:
        return datetime.fromisoformat(reading.iso) > fetched_at
    return reading.day > fetched_at.date()


def _settled(one: _Found, sure: set[date]) -> _Found:
    """03/04/2024 is the 4th of March when another source says so."""
    day = one.reading.day
    swapped = date(day.year, day.day, day.month)
    if day in sure or swapped in sure:
        settled = day if day in sure else swapped
        return replace(one, reading=replace(one.reading, iso=settled.isoformat(), ambiguous=False))
    return one


def _for_machines(facts: Facts, nearby: Nearby) -> Iterator[_Found]:
    """What JSON-LD, meta and marked elements say, and the address."""
    for thing in facts.own_things[:_MAX_THINGS]:
        kind = "page" if any(name.endswith("Page") for name in types_of(thing)) else "thing"
        for key in ("datePublished", "dateCreated", "uploadDate", "dateModified"):
            if key in thing and (reading := _read(text_of(thing[key]), nearby.customs)):
                yield _Found(reading, "json-ld", ("json-ld", f"json-ld {key} of a {kind}"), key == "dateModified")
    for name, contents in facts.meta.items():
        if (role := _role_of_meta(name)) and (reading := _read(contents[0], nearby.customs)):
            yield _Found(reading, f"meta:{name}", ("meta", f"meta {role}", f"meta {name}"), role == "modified")
    for names, text, block in facts.parsed.head.marked:
        for pattern, modified in ((_PUBLISHED_MARK, False), (_MODIFIED_MARK, True)):
            if pattern.search(names) and nearby.place_of(block) and (reading := _read(text, nearby.customs)):
                yield _Found(reading, "itemprop", ("itemprop", f"itemprop {nearby.place_of(block)}"), modified)
    for match in _URL_DATE.finditer(path_of(facts.url)):
        if reading := read_stamp("-".join(match.groups())):
            yield _Found(Reading(reading.iso, match.group().strip("/"), 0, 0), "url", ("url",))


@lru_cache(maxsize=4096)
def _role_of_meta(name: str) -> str:
    """Whether a meta name gives the day of publication, of a change, or some date of the page; empty for other names."""
    if not _DATE_NAME.search(name) or _NO_DATE_NAME.search(name):
        return ""
    return "modified" if _MODIFIED_NAME.search(name) else "published" if _PUBLISHED_NAME.search(name) else "date"


def _read(text: str, customs: Customs) -> Reading | None:
    text = tidy(text, LINE_LENGTH)
    return read_stamp(text) or next(dates_written_in(text, customs), None)


def _in_times(facts: Facts, nearby: Nearby) -> Iterator[_Found]:
    """``<time>`` elements near the title and after the text."""
    blocks = facts.parsed.blocks
    count = 0
    for stamp, text, block in facts.parsed.head.times[:_MAX_TIMES]:
        place = nearby.place_of(block)
        if not place or block >= len(blocks) or not (reading := read_stamp(stamp) or _read(text or stamp, nearby.customs)):
            continue
        line = blocks[block].text[:LINE_LENGTH]
        at = line.find(text) if text else 0
        before = line[max(0, at - _LABEL_LENGTH) : at + len(text)]
        called = nearby.called(blocks[block].element)
        evidence = ["time", f"time {place}", f"time number {min(count, 3)}"]
        if "elsewhere" in called:
            evidence.append(f"time elsewhere {place}")
        if nearby.in_a_row(blocks[block].element):
            evidence.append(f"time in a row {place}")
        if _PUBLISHED_WORD.search(before):
            evidence.append("time labelled")
        yield _Found(reading, "time", tuple(evidence), _MODIFIED_WORD.search(before) is not None or "modified" in called)
        count += 1


def _in_lines(nearby: Nearby) -> Iterator[_Found]:
    """Date lines near the title and after the text."""
    count = 0
    months = _months_in_address(nearby.facts)
    for at, readings in nearby.dates.items():
        line = nearby.lines[at]
        called = nearby.called(line.element)
        untitled = nearby.title_block < 0 and "date" not in called
        own = any((str(reading.day.year), f"{reading.day.month:02}") in months for reading in readings)
        label = nearby.lines[at - 1].text if at and at - 1 not in nearby.dates else ""
        in_header = (line.place == "above" and not own) or untitled
        for reading, words in _dates_of(line, readings, label if len(label) <= _LABEL_LENGTH else "", in_header=in_header):
            evidence = ["line", f"line {line.place}", f"line number {min(count, 3)} {line.place}"]
            evidence += [f"line {word} {line.place}" for word in words]
            evidence += [f"line called {kind}" for kind in called]
            if nearby.in_a_row(line.element):
                evidence.append(f"line in a row {line.place}")
            evidence.append(f"line {_distance(line.distance)} blocks from the title {line.place}")
            yield _Found(reading, "line", tuple(evidence), "changed" in words)
            count += 1


def _relative(nearby: Nearby, fetched_at: datetime | None) -> Iterator[_Found]:
    """The first line like "2 hours ago" below the title; it means a day only when the time of the fetch is known."""
    if fetched_at is None:
        return
    for at, line in enumerate(nearby.lines):
        if line.place != "below" or at in nearby.dates:
            continue
        if reading := relative_date(line.text, nearby.customs, fetched_at):
            modified = _MODIFIED_WORD.search(line.text) is not None
            yield _Found(reading, "line", ("line", "line below", "line number 0 below", "line alone below"), modified)
            return


# "GRAZ, February 27, 2024 – The railway …", "NEW YORK, Feb. 27, 2024 /Newswire/ -- The …"
_DATELINE_PLACE = re.compile(r"(?:[^\W\d_][\w.'’-]{0,20}[ ,]{1,2}){1,6}")
_DATELINE_END = re.compile(r"(?:\s?[/(][^/()]{2,30}[/)])?\s{0,2}(?:[–—]|--?(?=\s))")
_LABEL_LENGTH = 30  # characters before a date that say what it is of


def _labels(words: Sequence[str], before: str) -> bool:
    """Whether what stands before a date says what it is of, rather than being the beginning of a long sentence."""
    return bool(words) and len(before) <= _LABELLED_LENGTH


def _distance(blocks: int) -> str:
    return next(f"{least}+" for least in (20, 10, 5, 3, 2, 1, 0) if blocks >= least)


def _dates_of(line: Line, readings: Sequence[Reading], label: str, *, in_header: bool) -> Iterator[tuple[Reading, list[str]]]:
    """The dates of a line that is about a date rather than a sentence that mentions one, and what the line says of each.

    ``label`` is a short line above, which says of a date that stands alone what it is of. In what may be the site's header,
    a line with a weekday is the day of the scrape.
    """
    text = line.text
    previous = 0
    for reading in readings:
        before, after = text[: reading.start], text[reading.end :]
        own = text[previous : reading.start] or label
        previous = reading.end
        if _OTHERWISE.search(own):
            continue
        published, changed = _PUBLISHED_WORD.search(own), _MODIFIED_WORD.search(own)
        if in_header and not published and not changed and _WEEKDAY.search(text):
            return
        if _SPAN_OF_TIME.search(text):
            return  # of an event
        rest = _TIME_OF_DAY.sub("", _WEEKDAY.sub("", before + after)).strip(" ,.|-–—·•/")
        first = not before.strip()
        words = ["changed"] if changed and not published else ["labelled"] if published else []
        if not rest:
            words.append("alone")
        elif first and after[:1].isspace() and after.lstrip()[:1].isupper():
            words.append("opening a sentence")
        elif first and line.place != "text":
            words.append("first in its line")
        elif _DATELINE_PLACE.fullmatch(before) and _DATELINE_END.match(after):
            words.append("in a dateline")
        elif line.place == "text" or (len(rest) > _REST_LENGTHS.get(line.place, _REST_LENGTH) and not _labels(words, before)):
            continue
        yield reading, words
