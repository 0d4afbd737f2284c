"""Invented articles in invented site templates: pages whose every line is known to be the article's or the site's.

    for page in dressed_sites(seed=7, hosts=20, pages_per_host=11): ...

Each host has a name, two layouts, and a redesign after half of its pages. Its lines are drawn once from small grammars, so
that no two hosts share more than real ones do; counters, dates, names and the headlines in its lists change with the page.
Every third host has a series with a standing introduction and recurring subheads, another third has the same subheads in
all its features; all have a page under a second address, and some glue words of theirs to an article. Some run the same
wire stories, and spam hosts copy others' stories with a token injected. The same seed gives the same pages.
"""

from __future__ import annotations

import html
import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from cleaner.types import Page

LineKind = Literal["template", "title", "body", "list"]  # "list": headlines of other stories, which change with the page

_ONSETS = "b br c cl d dr f fl g gr h k l m n p pr r s sk st t tr v w".split()
_VOWELS = "a e i o u ai ea oa".split()
_CODAS = "ck ld ll mb n nd ng r rn rt s sk ss st t th".split()
_PLACE_ENDS = "bury by ford ham haven holm ley mere mouth stead ton vale wick worth".split()
_PAPERS = "Beacon Chronicle Courier Examiner Gazette Herald Lantern Ledger Messenger Observer Post Signal Times Tribune".split()
_FIRST_NAMES = "Ada Bela Cora Dario Edda Fenno Greta Hale Ines Jory Kit Lotte Milo Nora Oskar Pia Quin Rosa Sten Tilda".split()
_COUNTRIES = "Norland Estavia Morovia Calder Ostmark Veridia".split()
_SECTIONS = (
    "Politics Business Sport Culture Weather Travel Science Opinion Local Health Motoring Food Gardens Letters Harbour".split()
)

_GRAMMAR = tomllib.loads((Path(__file__).with_suffix(".toml")).read_text(encoding="utf-8"))
_UNTIL_FETCHED = timedelta(hours=30)
_SUBHEADS = ("What we know", "The background", "What happens next", "In numbers", "Voices from the quay")


class Line(NamedTuple):
    """A line of a page, whose it is, and its element as HTML; a ``cut`` is what a site put into an article's line."""

    text: str
    kind: LineKind
    room: str
    cut: str = ""


@dataclass(frozen=True)
class Story:
    """An invented article."""

    headline: str
    author: str
    written: datetime
    paragraphs: tuple[str, ...]
    agency: str = ""


@dataclass(frozen=True)
class DressedPage:
    """A story on a site. ``lines`` are those of the flattened page, in order."""

    host: str
    url: str
    story: Story
    layout: str
    fetched_at: datetime
    lines: tuple[Line, ...]
    page_title: str
    spam_token: str = ""

    @property
    def text(self) -> Page:
        """The page as somebody flattened it."""
        return Page(self.url, "\n".join(line.text for line in self.lines), "text", self.url, fetched_at=self.fetched_at)

    @property
    def html(self) -> Page:
        return Page(self.url, _as_html(self), "html", self.url, fetched_at=self.fetched_at)

    @cached_property
    def body(self) -> str:
        """What a careful person would keep, a paragraph a line."""
        lines = (
            line.text.replace(line.cut, " ").strip() if line.cut else line.text for line in self.lines if line.kind == "body"
        )
        return "\n".join(lines)


class Author:
    """Writes stories: sentences from a grammar, names and places from syllables."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def word(self) -> str:
        """A word that no language has."""
        syllables = [self._one(_ONSETS) + self._one(_VOWELS) for _ in range(self._rng.choice((1, 1, 2)))]
        return "".join(syllables) + self._one(_CODAS)

    def place(self) -> str:
        return (self.word() + self._one(_PLACE_ENDS)).capitalize()

    def name(self) -> str:
        return f"{self._one(_FIRST_NAMES)} {self.word().capitalize()}"

    def sentence(self) -> str:
        """One sentence; the same one hardly ever comes again."""
        if self._rng.random() < 0.3:
            return self._filled(self._one(_GRAMMAR["more"]))
        parts = [self._one(_GRAMMAR["who"]), self._one(_GRAMMAR["did"]), self._one(_GRAMMAR["what"])]
        for rest, chance in (("where", 0.75), ("when", 0.75)):
            if self._rng.random() < chance:
                parts.append(self._one(_GRAMMAR[rest]))
        said = f", {self._one(_GRAMMAR['said'])}" if self._rng.random() < 0.35 else ""
        text = self._filled(" ".join(parts) + said + ".")
        return text[0].upper() + text[1:]

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self._rng.choice((1, 2, 2, 3, 3, 4))))

    def headline(self) -> str:
        who, did, what, where = (self._one(_GRAMMAR[them]) for them in ("who", "did", "what", "where"))
        pattern = self._one(_GRAMMAR["headlines"])
        for slot, text in (("who", who), ("did", did), ("what", what), ("where", where)):
            pattern = pattern.replace(f"{{{slot}}}", text).replace(f"{{{slot.capitalize()}}}", text[0].upper() + text[1:])
        text = self._filled(pattern)
        return text[0].upper() + text[1:]

    def story(self, written: datetime, *, wire: bool = False) -> Story:
        paragraphs = [self.paragraph() for _ in range(self._rng.randint(5, 12))]
        if wire:
            paragraphs[0] = f"{self.place().upper()}, {self._one(_COUNTRIES)} (AP) — {paragraphs[0]}"
        return Story(self.headline(), self.name(), written, tuple(paragraphs), "AP" if wire else "")

    def _one(self, them: Sequence[str]) -> str:
        return self._rng.choice(them)

    def _filled(self, text: str) -> str:
        """The text with every slot filled anew."""
        makers = {"place": self.place, "name": self.name}
        return re.sub(
            r"\{(\w+)\}", lambda slot: makers[slot[1]]() if slot[1] in makers else str(self._rng.randint(2, 98)), text
        )


def dressed_sites(
    seed: int, hosts: int = 12, pages_per_host: int = 20, *, spam_hosts: int = 0, wire_share: float = 0.0
) -> Iterator[DressedPage]:
    """The pages of ``hosts`` sites one site after the other, each in the order of time; then those of the spam hosts.

    Each host has one page more, which is a copy of another. ``wire_share`` of each host's stories are from a wire that all
    hosts share; spam hosts copy stories of the other hosts.
    """
    rng = random.Random(seed)  # noqa: S311  # pages, no secrets
    start = datetime(2024, 1, 8, 6, tzinfo=UTC)
    wire = [
        Author(rng).story(start + timedelta(days=day), wire=True) for day in range(max(1, int(pages_per_host * wire_share)))
    ]
    told: list[Story] = []
    for number in range(hosts):
        own = random.Random(f"{seed}/{number}")  # noqa: S311
        site = Site(own, number)
        wired = own.sample(wire, min(len(wire), round(pages_per_host * wire_share)))
        stories = [Author(own).story(start + timedelta(days=day)) for day in range(pages_per_host - len(wired))]
        stories = sorted([*stories, *wired], key=lambda story: story.written)
        told += stories
        yield from site.pages(stories, series=("", "series", "features")[number % 3])
    for number in range(spam_hosts):
        own = random.Random(f"{seed}/spam/{number}")  # noqa: S311
        copied = list(dict.fromkeys(story for story in told if story.agency)) or told
        stories = own.sample(copied, min(len(copied), pages_per_host))
        site = Site(own, hosts + number)
        token = Author(own).word().capitalize() + own.choice(("bank", "wire", "zone", "hub"))
        yield from (_injected(page, token, own) for page in site.pages(stories, series=""))


class Site:
    """A host with its name, its two layouts and its redesign."""

    def __init__(self, rng: random.Random, number: int) -> None:
        self._rng = rng
        author = Author(rng)
        self.place = author.place()
        self.name = f"{self.place} {rng.choice(_PAPERS)}"
        self.host = f"{self.name.lower().replace(' ', '-')}-{number}.example"
        self._designs = [_design(rng, self.name, self.place) for _ in range(2)]
        self._series = f"{author.name().split()[0]}'s {rng.choice(('walks', 'letters', 'ledger', 'harbour days'))}"
        self._introduction = (
            f"In this series our reporter visits a {rng.choice(('trade', 'family', 'house'))} of the {self.place} coast each "
            f"{rng.choice(('week', 'month'))} and asks what has changed; all parts so far can be read in any order."
        )

    def pages(self, stories: Sequence[Story], *, series: str) -> Iterator[DressedPage]:
        """The stories dressed, the first half in the old design."""
        for place, story in enumerate(stories):
            design = self._designs[2 * place >= len(stories)]
            layout = design[self._rng.random() < 0.35]
            others = [
                self._rng.choice(stories).headline if self._rng.random() < 0.5 else Author(self._rng).headline()
                for _ in range(9)
            ]
            lines = layout.lines(story, [other for other in others if other != story.headline], self._rng)
            if series == "series" and place % 3 == 0:
                lines = self._with_series(lines)
            elif series == "features" and layout.name == "feature":
                lines = self._with_subheads(lines)
            slug = re.sub(r"[^a-z]+", "-", story.headline.lower()).strip("-")
            url = f"https://{self.host}/{story.written:%Y/%m/%d}/{slug}"
            fetched = story.written + _UNTIL_FETCHED
            page = DressedPage(
                self.host, url, story, layout.name, fetched, tuple(lines), f"{story.headline} {layout.junction} {self.name}"
            )
            yield page
            if place == len(stories) // 3:
                yield replace(page, url=f"{url}?print=1", lines=tuple(line for line in lines if line.room != "div.tools"))

    def _with_series(self, lines: list[Line]) -> list[Line]:
        """The same introduction before each part of a series, and the same subheads in it: all of it the article's."""
        first = next(at for at, line in enumerate(lines) if line.kind == "body")
        return self._with_subheads([*lines[:first], Line(self._introduction, "body", "p.intro"), *lines[first:]])

    def _with_subheads(self, lines: list[Line]) -> list[Line]:
        body = [at for at, line in enumerate(lines) if line.kind == "body"]
        subhead_at = dict(zip(body[2::2], _SUBHEADS, strict=False))
        return [
            new
            for at, line in enumerate(lines)
            for new in (*([Line(subhead_at[at], "body", "h2")] if at in subhead_at else []), line)
        ]


@cache
def dressed_by_host() -> dict[str, list[DressedPage]]:
    """252 pages of 12 hosts, by host, in an order of chance."""
    hosts: dict[str, list[DressedPage]] = defaultdict(list)
    for page in dressed_sites(11, hosts=12, pages_per_host=20):
        hosts[page.host].append(page)
    for host, pages in hosts.items():
        random.Random(host).shuffle(pages)  # noqa: S311
    return hosts


def _design(rng: random.Random, site: str, place: str) -> tuple[Layout, Layout]:
    """Two layouts with the same head and foot."""
    report, feature = Layout("report", rng, site, place), Layout("feature", rng, site, place)
    feature.wear(report)
    return report, feature


class Layout:
    """One of a site's page designs: its fixed lines are drawn when it is made."""

    def __init__(self, name: str, rng: random.Random, site: str, place: str) -> None:
        self.name = name
        self.junction = rng.choice("|–-·")
        self._site = site
        self._glued_menu = rng.random() < 0.4
        self._menu = rng.sample(_SECTIONS, rng.randint(6, 11))
        self._lists = [_drawn(head, rng, site, place) for head in rng.sample(_GRAMMAR["list_heads"], 2)]
        self._byline = rng.choice(("By <author>", "<author>", "Text: <author>", "Written by <author>", "By <author>, {site}"))
        self._byline = self._byline.replace("{site}", site)
        self._parts = {
            part: [_drawn(line, rng, site, place) for line in lines if part in ("dates", "inside") or rng.random() < 0.75]
            for part, lines in _GRAMMAR["furniture"].items()
        }
        self._date = rng.choice(self._parts["dates"])
        self._consent_above = rng.random() < 0.5
        self._before = f"{site.upper()} – " if rng.random() < 0.2 else ""
        self._behind = f" Read more on the pages of {site}." if rng.random() < 0.3 else ""
        self._inside = rng.sample(self._parts["inside"], rng.randint(0, 2))

    def wear(self, other: Layout) -> None:
        """Take over what all pages of one design have: the head, the menu, the foot."""
        self._glued_menu, self._menu, self._consent_above = other._glued_menu, other._menu, other._consent_above
        self.junction = other.junction
        self._parts |= {part: other._parts[part] for part in ("top", "consent", "foot")}

    def lines(self, story: Story, others: Sequence[str], rng: random.Random) -> list[Line]:
        """The page of a story, a line a block."""
        section = rng.choice(self._menu)
        menu = [" ".join(self._menu)] if self._glued_menu else self._menu
        above = [*self._part("consent"), *self._part("top")] if self._consent_above else self._part("top")
        first, second = self._lists
        lines = [
            *((text, "template", "header") for text in above),
            *((text, "template", "nav") for text in menu),
            (f"Home > {section}" if self._glued_menu else section, "template", "nav"),
            (story.headline, "title", "h1"),
            (self._byline, "template", "div.byline"),
            (self._date, "template", "div.date"),
            *((text, "template", "div.tools") for text in self._part("share")),
            *self._article(story),
            *((text, "template", "div.about") for text in self._part("author")),
            (first, "template", "aside"),
            *((other, "list", "aside") for other in others[:4]),
            *((text, "template", "form") for text in self._part("prompt")),
            *((text, "template", "div.comments") for text in self._part("comments")),
            (second, "template", "aside"),
            *((other, "list", "aside") for other in others[4:9]),
            *((text, "template", "footer") for text in self._part("foot")),
            *((text, "template", "footer") for text in ([] if self._consent_above else self._part("consent"))),
        ]
        return self._glued([Line(_of_the_page(text, story, rng), kind, room) for text, kind, room in lines])  # type: ignore[arg-type]

    def _glued(self, lines: list[Line]) -> list[Line]:
        """The site's words before the first line of the article or behind its last."""
        body = [at for at, line in enumerate(lines) if line.kind == "body"]
        if self._before:
            lines[body[0]] = lines[body[0]]._replace(text=self._before + lines[body[0]].text, cut=self._before)
        if self._behind:
            lines[body[-1]] = lines[body[-1]]._replace(text=lines[body[-1]].text + self._behind, cut=self._behind)
        return lines

    def _part(self, name: str) -> list[str]:
        return self._parts[name]

    def _article(self, story: Story) -> Iterator[tuple[str, LineKind, str]]:
        inside = dict(zip((1, 3), self._inside, strict=False))
        for at, paragraph in enumerate(story.paragraphs):
            yield paragraph, "body", "p"
            if at in inside:
                yield inside[at], "template", "div.promo"


def _drawn(grammar: str, rng: random.Random, site: str, place: str) -> str:
    """The line with its choices made."""
    text = grammar.replace("{site}", site).replace("{place}", place)
    while match := re.search(r"\{([^{}]*)\}", text):
        text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
    return " ".join(text.split())


def _of_the_page(text: str, story: Story, rng: random.Random) -> str:
    """The line with what changes from page to page."""
    slots = {
        "n": str(rng.randint(2, 4800)),
        "date": f"{story.written.day} {story.written:%B %Y}",
        "weekday": f"{story.written + _UNTIL_FETCHED:%A}",
        "today": f"{(story.written + _UNTIL_FETCHED).day} {story.written + _UNTIL_FETCHED:%B %Y}",
        "clock": f"{rng.randint(5, 23)}:{rng.randint(10, 59)}",
        "year": f"{story.written.year}",
        "author": story.author,
    }
    return re.sub(r"<(\w+)>", lambda slot: slots[slot[1]], text)


def _injected(page: DressedPage, token: str, rng: random.Random) -> DressedPage:
    """The page with a spammer's token before its title, in its dateline and behind some of its sentences."""
    lines = []
    first = True
    for line in page.lines:
        if line.kind == "title":
            line = line._replace(text=f"{token}:{line.text}", cut=f"{token}:")
        elif line.kind == "body" and first and "(AP) —" in line.text:
            place, _, rest = line.text.partition(", ")
            line, first = line._replace(text=f"{place},{token} {rest}", cut=f"{token} "), False
        elif line.kind == "body" and line.text.endswith(".") and rng.random() < 0.3:
            line = line._replace(text=f"{line.text} {token}", cut=f" {token}")
        lines.append(line)
    return replace(page, lines=tuple(lines), page_title=f"{token}:{page.page_title}", spam_token=token)


def _as_html(page: DressedPage) -> str:
    """The lines in elements, those of one room together."""
    parts: list[str] = []
    room = ""
    for line in page.lines:
        text = html.escape(line.text)
        tag, _, name = line.room.partition(".")
        attribute = f' class="{name}"' if name else ""
        if line.room in ("h1", "h2", "p", "p.intro"):
            parts += [f"</{room.partition('.')[0]}>"] if room else []
            room = ""
            parts.append(f"<{tag}{attribute}>{text}</{tag}>")
            continue
        if line.room != room:
            parts += [f"</{room.partition('.')[0]}>"] if room else []
            parts.append(f"<{tag}{attribute}>")
            room = line.room
        linked = line.kind == "list" or tag in ("nav", "footer")
        parts.append(f'<div><a href="/x">{text}</a></div>' if linked else f"<div>{text}</div>")
    parts += [f"</{room.partition('.')[0]}>"] if room else []
    title = html.escape(page.page_title)
    return f"<!doctype html><html lang=en><head><title>{title}</title></head><body>\n" + "\n".join(parts) + "\n</body></html>"
