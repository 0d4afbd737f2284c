"""What is kept of a site's pages: a bounded sample, the same whatever order the pages come in and whoever saw them.

Each page has a rank: chance, drawn from the hash of its content, plus a point for every HALF_LIFE_DAYS days that it was
fetched later. A site keeps its PAGES pages of highest rank: a bottom-k sample (Cohen and Kaplan, "Summarizing data using
bottom-k sketches", 2007) with forward decay (Cormode et al., 2009). So two samples merge to what one reader of all pages
would have kept: in any order, in any grouping, and a page that is seen twice counts once. Pages of a design that is gone
fade, by one half each HALF_LIFE_DAYS days. Pages of an unknown day count as fetched before all others.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

from cleaner.metadata.date_reading import Customs, dates_written_in, lines_with_a_year
from cleaner.metadata.facts import is_paragraph
from cleaner.metadata.line_forms import form_of, forms_of
from cleaner.metadata.named_lines import NamedLine, author_lines
from cleaner.rules.spam import suspected_token
from cleaner.site_templates.running import as_kept, words_of_page
from cleaner.types import Page, Parsed

PAGES = 40  # of a site; two designs with two layouts each still have ten
HALF_LIFE_DAYS = 60  # after which a page is half as likely to be in the sample as one of today
FIRST_LINES = 192  # of a page, and
LAST_LINES = 96  # of those below: furniture stands above and below the text
TITLE_LENGTH = 200  # characters
DATE_LINE_LENGTH = 100  # characters

_ANY_CUSTOMS = Customs(day_first=None, language="")
_FIRST_DAY = date(2000, 1, 1)


class Sketch(NamedTuple):
    """What is kept of one page.

    ``page`` is the hash of its content, ``fetched`` the day it was scraped, as ISO 8601; empty when that is not known.
    ``title`` is that of an HTML page's head, ``token`` what looks like injected spam, ``date_line`` the form of the line
    above the text that gives a day, ``named`` the lines that name its author. ``lines`` are the forms of all lines in their
    order, ``running`` the words of a page that lost its line ends.
    """

    page: str
    fetched: str
    title: str
    token: str
    date_line: str
    named: tuple[NamedLine, ...]
    lines: tuple[str, ...]
    running: str = ""

    @property
    def rank(self) -> float:
        return rank_of(self.page, self.fetched)


def page_hash(page: Page) -> str:
    """What a page is known by in a sample: 16 hex digits of the SHA-256 of its content."""
    content = page.content.encode("utf-8", "surrogatepass") if isinstance(page.content, str) else page.content
    return sha256(content).hexdigest()[:16]


def day_of(fetched_at: datetime | None) -> str:
    return fetched_at.date().isoformat() if fetched_at else ""


def rank_of(page: str, fetched: str) -> float:
    """Chance in bits, and a bit for each half-life since the year 2000. The six digits are the same on every machine."""
    chance = -math.log2((int(page, 16) + 1) / 2**64)
    age = (date.fromisoformat(fetched) - _FIRST_DAY).days / HALF_LIFE_DAYS if fetched else 0.0
    return round(chance + age, 6)


def sketch(parsed: Parsed) -> Sketch:
    """What is kept of a parsed page."""
    title = " ".join(parsed.head.title[:TITLE_LENGTH].split())
    return Sketch(
        page_hash(parsed.page),
        day_of(parsed.page.fetched_at),
        title,
        suspected_token(parsed)[:TITLE_LENGTH],
        _date_line(parsed),
        author_lines(parsed),
        lines_of(parsed),
        as_kept(words_of_page(parsed)),
    )


def lines_of(parsed: Parsed) -> tuple[str, ...]:
    """The forms of a page's lines in order; of a long page the first and the last."""
    return tuple(form for form in forms_at_edges([block.text for block in parsed.blocks if block.hidden != "control"]) if form)


def forms_at_edges(texts: Sequence[str]) -> list[str]:
    """The forms of a page's first FIRST_LINES and last LAST_LINES lines; empty for those between."""
    between = max(0, len(texts) - FIRST_LINES - LAST_LINES)
    if not between:
        return forms_of(texts)
    forms = forms_of([*texts[:FIRST_LINES], *texts[-LAST_LINES:]])
    return [*forms[:FIRST_LINES], *[""] * between, *forms[FIRST_LINES:]]


def _date_line(parsed: Parsed) -> str:
    """The form of the short line with a date that stands nearest above the first paragraph; empty where there is none."""
    texts = [block.text for block in parsed.blocks[:FIRST_LINES]]
    text_begins = next((at for at, text in enumerate(texts) if is_paragraph(text)), len(texts))
    above = texts[:text_begins]
    for at in sorted(lines_with_a_year(above), reverse=True):
        if len(above[at]) <= DATE_LINE_LENGTH and next(dates_written_in(above[at], _ANY_CUSTOMS), None):
            return form_of(above[at])
    return ""


@dataclass(slots=True)
class SiteSample:
    """The sketches of a site, packed. It changes only through ``add``."""

    _packed: dict[str, tuple[float, bytes]]

    @classmethod
    def empty(cls) -> SiteSample:
        return cls({})

    def __len__(self) -> int:
        return len(self._packed)

    @property
    def pages(self) -> frozenset[str]:
        """The hashes of the pages in the sample."""
        return frozenset(self._packed)

    def wants(self, page: str, fetched: str) -> bool:
        """Whether a page would come into the sample; most pages of a site that is well known would not."""
        if page in self._packed:
            return False
        return len(self._packed) < PAGES or (rank_of(page, fetched), page) > self._lowest()

    def add(self, sketch: Sketch) -> bool:
        """Take a sketch in, if its rank is among the highest; says whether the sample changed."""
        if not self.wants(sketch.page, sketch.fetched):
            return False
        self._packed[sketch.page] = (sketch.rank, _pack(sketch))
        if len(self._packed) > PAGES:
            del self._packed[self._lowest()[1]]
        return True

    def sketches(self) -> list[Sketch]:
        """The sketches in the order of their pages' hashes."""
        return [_unpack(page, self._packed[page][1]) for page in sorted(self._packed)]

    def _lowest(self) -> tuple[float, str]:
        return min((rank, page) for page, (rank, _) in self._packed.items())


def _pack(sketch: Sketch) -> bytes:
    return zlib.compress(json.dumps(sketch[1:], ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _unpack(page: str, packed: bytes) -> Sketch:
    fetched, title, token, date_line, named, lines, running = json.loads(
        zlib.decompress(packed).decode("utf-8", "surrogatepass")
    )
    by_whom = tuple(NamedLine(side, before, form, after, tuple(names)) for side, before, form, after, names in named)
    return Sketch(page, fetched, title, token, date_line, by_whom, tuple(lines), running)
