"""Furniture glued to good text in one line, by whoever flattened the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from cleaner.rules.phrasebook import Phrasebook
from cleaner.rules.reading import Finding, Reading, word_counts
from cleaner.rules.stamps import DATE
from cleaner.types import Reason

BUTTON_WORDS = 6  # the longest button label that is looked for
GLUED_LINE_WORDS = 25  # buttons are glued to headings and labels, not to paragraphs
TAIL_WORDS = 25  # "Read also: <headline>" at a paragraph's end is not longer

MENU_ENTRIES = 4  # known ones, from which a page's first words are a menu
MENU_WORDS = 80
ENTRY_WORDS = 4
SECTIONS = frozenset(  # of news sites, beside what the phrase lists know
    (
        *("business", "culture", "economy", "education", "entertainment", "environment", "health", "lifestyle", "local"),
        *("magazine", "money", "news", "opinion", "politics", "science", "society", "sport", "sports", "tech", "technology"),
        *("travel", "video", "weather", "world", "gesellschaft", "kultur", "meinung", "politik", "reise", "wirtschaft"),
        *("wissen", "wissenschaft", "économie", "monde", "politique", "société", "cultura", "deportes", "economía"),
        *("mundo", "política", "sociedad", "economia", "esporte", "esportes", "cronaca", "esteri", "politica"),
        *("kultura", "gospodarka", "polityka", "świat", "в мире", "культура", "новости", "общество", "политика", "спорт"),
        *("экономика", "новини", "політика", "економіка", "体育", "财经", "文化", "新闻", "娱乐", "科技"),
    )
)

BYLINE_WORDS = 4  # "By" and three names
HEAD_CHARACTERS = 400  # in which a title and a byline stand before the text

_SENTENCE_BEFORE = re.compile(r"[^\W\d_]{3}[.!?]\s")
_OPENING = ("“", '"', "«", "„")
_AFTER_SENTENCE = re.compile(r"[.!?。！？»”\"](?=\s*(\S+))")
_FIRST_CJK = "\u2e80"  # from here on scripts write no spaces, and a line's first word is the line
_ENTRIES = frozenset(
    (Reason.NAVIGATION, Reason.SUBSCRIPTION, Reason.NEWSLETTER, Reason.CONTACT, Reason.LEGAL, Reason.RELATED, Reason.SHARE)
)
_BUTTONS = (Reason.CONSENT, Reason.SHARE, Reason.SUBSCRIPTION)


def glued_buttons(reading: Reading) -> Iterator[Finding]:
    """ "Accept Manage my choices The harbour's 'last season'": the buttons go, the subheading stays.

    Two buttons, or one of three words or more; a heading that begins with "Accept" or "Share" stays.
    """
    openers = _openers(reading.book)
    for index in reading.open:
        text, key = reading.texts[index], reading.keys[index]
        if not 2 < reading.words[index] <= GLUED_LINE_WORDS or key.split(" ", 1)[0] not in openers:
            continue
        if len(key) > len(text) or not _opens_with_button(reading.book, key):
            continue
        end, labels, label_words, reason = _buttons(reading, text)
        if (labels > 1 or label_words > 2) and end < len(text) and not text[end].islower():
            yield Finding(index, reason, 0.9, (0, end))
            reading.starts_at(index, end)


def glued_tail(reading: Reading) -> Iterator[Finding]:
    """ "… the boats stayed in port. Read also: Why the herring left": the pointer goes, the sentence stays."""
    pointers = _pointers(reading.book)
    for index in reading.open:
        if not reading.sentence[index] and reading.words[index] < TAIL_WORDS:
            continue
        text = reading.texts[index]
        for match in _AFTER_SENTENCE.finditer(text, max(0, len(text) - 12 * TAIL_WORDS - 1)):
            opener = match[1]
            if opener[0] < _FIRST_CJK and opener.casefold().strip(":") not in pointers:
                continue
            reason = _points_elsewhere(reading, text[match.start(1) :])
            if reason:
                yield Finding(index, reason, 0.8, (match.start() + 1, len(text)))
                break


def menu_in_front(reading: Reading) -> Iterator[Finding]:
    """ "Home News Sport Search Log in The ferry will run on Sundays…", a page in one line: the menu goes.

    Its last entry stays where it could begin the text: "Culture" may be that of "Culture Minister Ada Quill".
    """
    if reading.html or not len(reading) or reading.words[0] <= MENU_ENTRIES:
        return
    text, book = reading.texts[0], reading.book
    words = list(islice(re.finditer(r"\S+", text), MENU_WORDS))
    known: set[str] = set()
    at = end = 0
    while at < len(words):
        for size in range(min(ENTRY_WORDS, len(words) - at - 1), 0, -1):
            following = text[words[at + size].start()]
            key = book.keys([text[words[at].start() : words[at + size - 1].end()]])[0]
            reason = book.line.get(key)
            if key in known or following.islower() or text[words[at].start()].islower():
                continue
            if reason in _ENTRIES or key in SECTIONS:
                known.add(key)
                is_sure = reason is Reason.NAVIGATION or size > 1
                end = words[at + size if is_sure else at].start()
                at += size
                break
        else:
            break
    if len(known) >= MENU_ENTRIES and end:
        yield Finding(0, Reason.NAVIGATION, 0.9, (0, end))
        reading.starts_at(0, end)


def head_in_front(reading: Reading) -> Iterator[Finding]:
    """ "Town hall roof collapses By Ada Quill 8 January 2024 Share Tweet The roof of…", all in one line: the text stays."""
    if reading.html or not len(reading):
        return
    text, book = reading.texts[0], reading.book
    for date in islice(DATE.finditer(text, 0, HEAD_CHARACTERS), MENU_ENTRIES):
        first = date[0].split()[0]  # "Quill 8 January 2024": a name, for all that the pattern knows of weekdays
        if not _ends_with_byline(book, [*text[: date.start()].split()[-BYLINE_WORDS:], *([first] if first.isalpha() else [])]):
            continue
        if _SENTENCE_BEFORE.search(text, 0, date.start()):
            return
        start = len(text) - len(text[date.end() :].lstrip())
        start += _buttons(reading, text[start:])[0]
        if text[start : start + 1].isupper() or text[start : start + 1] in _OPENING:
            yield Finding(0, Reason.TITLE, 0.8, (0, start))
            reading.starts_at(0, start)
        return


def _ends_with_byline(book: Phrasebook, words: list[str]) -> bool:
    """The last words are "By Ada Quill", with two names or three."""
    for at in range(len(words) - 2):
        names = words[at + 1 :]
        if len(names) <= 3 and all(name[0].isupper() for name in names):
            label = book.starts(book.keys([" ".join(words[at:])])[0], Reason.BYLINE)
            if label and " " not in label:
                return True
    return False


@lru_cache(maxsize=1)
def _openers(book: Phrasebook) -> frozenset[str]:
    return book.openers(_BUTTONS)


def _opens_with_button(book: Phrasebook, key: str) -> bool:
    words = key.split(" ", BUTTON_WORDS)
    return any(book.line.get(" ".join(words[:size])) in _BUTTONS for size in range(1, BUTTON_WORDS + 1))


@lru_cache(maxsize=1)
def _pointers(book: Phrasebook) -> frozenset[str]:
    """The first words of phrases that point to other pages."""
    return book.start_words((Reason.RELATED, Reason.WIRE_SIGNOFF))


def _buttons(reading: Reading, text: str) -> tuple[int, int, int, Reason]:
    """Where the run of button labels at a line's start ends, how many labels and words it has, and what the first is for."""
    words = list(re.finditer(r"\S+", text))
    at = labels = taken = 0
    reason = Reason.CONSENT
    while at < len(words):
        for size in range(min(BUTTON_WORDS, len(words) - at), 0, -1):
            label = text[words[at].start() : words[at + size - 1].end()]
            found = _button(reading.book, label)
            if found is not None:
                reason = found if not labels else reason
                at += size
                labels += 1
                if reading.book.line.get(reading.book.keys([label])[0]) is found:  # "Follow us on" needs what follows it
                    taken = max(taken, size)
                break
        else:
            break
    return (words[at].start() if at < len(words) else len(text)), labels, taken, reason


def _button(book: Phrasebook, label: str) -> Reason | None:
    """What a button with that label is for: "Accept all", "Tweet", or "Share on" before the name of a network."""
    key = book.keys([label])[0]
    found = book.line.get(key)
    if found in _BUTTONS:
        return found
    return Reason.SHARE if key and book.starts(key, Reason.SHARE) == key else None


def _points_elsewhere(reading: Reading, tail: str) -> Reason | None:
    """What the end of a paragraph points to, if it does."""
    if word_counts([tail])[0] > TAIL_WORDS:
        return None
    key = reading.book.keys([tail])[0]
    pointer = reading.book.starts(key, Reason.RELATED)
    if pointer and key[len(pointer) :].lstrip()[:1] in (":", "："):
        return Reason.RELATED
    return Reason.WIRE_SIGNOFF if reading.book.starts(key, Reason.WIRE_SIGNOFF) else None
