"""Pages that have no content: bot walls, error pages, shells of scripts, consent walls."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.rules.reading import SMALL_PAGE, Finding, Reading
from cleaner.types import Reason

WALL_WORDS = 250  # a page with more text is no wall, whatever phrases stand in it
CONSENT_HITS = 3  # different consent phrases on a page that is a consent wall and nothing else
TEXT_WORDS = 60  # in sentences that do not speak of the wall; a page with more has a text


def nothing_but_a_wall(reading: Reading) -> Iterator[Finding]:
    """ "Checking your browser…", "404 – Page not found", "You need to enable JavaScript", "We and our 614 partners…"."""
    words = reading.words_before[-1]
    if words > SMALL_PAGE:
        return
    reason = Reason.ERROR_PAGE if words <= WALL_WORDS and _says_error(reading) else None
    if reason is None and _is_consent_wall(reading):
        reason = Reason.CONSENT
    if reason is not None and not _has_text(reading, reason):
        for index in reading.open:
            yield Finding(index, reason, 0.8)


def _phrases(reading: Reading, reason: Reason) -> set[str]:
    return {hit.phrase for index in reading.spoken_for[reason] for hit in reading.hits[index] if hit.reason is reason}


def _says_error(reading: Reading) -> bool:
    titles = reading.book.keys([reading.parsed.head.title])
    return bool(_phrases(reading, Reason.ERROR_PAGE)) or any(
        reading.book.line.get(title) is Reason.ERROR_PAGE or reading.book.starts(title, Reason.ERROR_PAGE) for title in titles
    )


def _is_consent_wall(reading: Reading) -> bool:
    return len(_phrases(reading, Reason.CONSENT)) >= CONSENT_HITS


def _has_text(reading: Reading, reason: Reason) -> bool:
    """The page's sentences are mostly about something else than the wall."""
    about = others = 0
    for index, words in enumerate(reading.words):
        if reading.hidden[index]:
            continue
        if any(hit.reason is reason for hit in reading.hits.get(index, ())) or "cookie" in reading.keys[index]:
            about += words
        elif reading.sentence[index]:
            others += words
    return others > max(TEXT_WORDS, about if reason is Reason.CONSENT else 0)
