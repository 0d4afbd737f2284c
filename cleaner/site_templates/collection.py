"""The samples of many sites: learned page by page, merged, read and written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from cleaner.errors import InputError
from cleaner.metadata.line_forms import key_of, words_in_form
from cleaner.metadata.named_lines import NamedLine
from cleaner.site_templates.sample import SiteSample, Sketch, day_of, lines_of, page_hash, sketch
from cleaner.site_templates.site import Site, site_of
from cleaner.site_templates.template import PROSE_WORDS
from cleaner.types import Page, Parsed, TextSide

FORMAT = "cleaner site templates 1"
UNKNOWN = "~"  # begins the name of a site whose host no page tells
EDGE_LINES = 8  # at the head and at the foot of a page, by which pages of an unknown host are told apart
LEAST_EDGE = 4  # lines that such a page has at least; with fewer nothing can be told
_SAID = ("page", "fetched", "title", "token", "date_line")  # of a page, as Sketch and JSON call it
_PAGES_OF_A_GROUP = 2  # a page of an unknown host that shares its furniture with no other teaches nothing


class SiteTemplates:
    """What has been seen of many sites, to be handed to a cleaner: ``cleaner_named("combined", sites=templates)``.

    ``learn`` takes pages in any order. Templates that were learned apart from each other merge to the very same as if one
    had seen all pages. Of a site at most ``sample.PAGES`` pages are kept, packed: less than 2 kB each.
    A page whose address is not known belongs to the pages with the same furniture above or below the text.

    Learning changes this object, asking it does not; two threads that learn need a lock around it.
    """

    def __init__(self) -> None:
        self._samples: dict[str, SiteSample] = {}
        self._taught: dict[str, dict[str, bool]] = {}
        self._sites: dict[str, Site] = {}  # worked out when they are asked for; forgotten when their sample changes

    def __len__(self) -> int:
        return len(self.hosts)

    @property
    def hosts(self) -> list[str]:
        """The names of the sites, sorted; those of unknown host begin with ``~``."""
        return sorted({*self._samples, *self._taught})

    @property
    def groups(self) -> list[str]:
        """Those of unknown host among them: pages with the same head are a group, and pages with the same foot."""
        return [host for host in self.hosts if host[0] == UNKNOWN]

    def wants(self, page: Page) -> bool:
        """Whether learning this page could change anything: a site that is well known wants few of its pages.

        Asked before parsing, it saves most of the work of learning. A page without an address is always wanted.
        """
        host = host_of(page.url)
        sample = self._samples.get(host)
        return not host or sample is None or sample.wants(page_hash(page), day_of(page.fetched_at))

    def learn(self, parsed: Parsed) -> None:
        """Take a page into the sample of its site."""
        host = stated_host(parsed)
        sample = self._samples.get(host)
        if sample is not None and not sample.wants(page_hash(parsed.page), day_of(parsed.page.fetched_at)):
            return
        seen = sketch(parsed)
        for name in [host] if host else _names_by_furniture(seen.lines):
            self._add(name, seen)

    def merge(self, other: SiteTemplates) -> None:
        """Take in what another has seen."""
        for host, sample in other._samples.items():
            for seen in sample.sketches():
                self._add(host, seen)
        for host, lines in other._taught.items():
            known = self._taught.get(host, {})
            self.teach(host, {line: stays or known.get(line, False) for line, stays in lines.items()})

    def teach(self, host: str, lines: Mapping[str, bool]) -> None:
        """Have lines of a site stay (True) or go on all of its pages, whatever they repeat; each as ``line_forms`` writes it.

        Where templates that are merged were taught otherwise, the line stays.
        """
        self._taught.setdefault(host, {}).update(lines)
        self._sites.pop(host, None)

    def taught(self, host: str) -> dict[str, bool]:
        """What people said of a site's lines."""
        return dict(self._taught.get(host, {}))

    def prune(self) -> int:
        """Forget pages of unknown host that share their furniture with no other, and say how many they are; a page whose head
        or foot alone is another's is not among them. To be done when all pages are learned.
        """
        unknown = {host: sample for host, sample in self._samples.items() if host[0] == UNKNOWN}
        alone = {host: sample for host, sample in unknown.items() if len(sample) < _PAGES_OF_A_GROUP}
        for host in alone:
            del self._samples[host]
            self._sites.pop(host, None)
        grouped = {page for host, sample in unknown.items() if host not in alone for page in sample.pages}
        return len({page for sample in alone.values() for page in sample.pages} - grouped)

    def pages(self, host: str) -> list[Sketch]:
        """What is kept of a site's pages; empty for a site that is not known."""
        return self._samples[host].sketches() if host in self._samples else []

    def site(self, host: str) -> Site | None:
        """The site of that name; None when no page of it was seen and nothing of it was taught."""
        if host not in self._samples and host not in self._taught:
            return None
        if host not in self._sites:
            self._sites[host] = site_of(host, self._samples.get(host) or SiteSample.empty(), self.taught(host))
        return self._sites[host]

    def site_of(self, parsed: Parsed) -> Site | None:
        """The site that a page belongs to, by its address or else by its furniture; None when it is not known."""
        host = stated_host(parsed)
        if host:
            return self.site(host)
        known = [name for name in _names_by_furniture(lines_of(parsed)) if name in self._samples]
        return self.site(max(known, key=lambda host: len(self._samples[host]))) if known else None

    def to_json(self) -> str:
        """All samples as readable JSON, one site a line between the first and the last: the same pages give the same text."""
        records = {host: _record(self._samples.get(host) or SiteSample.empty(), self.taught(host)) for host in self.hosts}
        rows = [f"{json.dumps(host)}: {json.dumps(record, ensure_ascii=False)}" for host, record in records.items()]
        return f'{{"format": {json.dumps(FORMAT)}, "sites": {{\n' + ",\n".join(rows) + "\n}}\n"

    @classmethod
    def from_json(cls, text: str, name: str = "the templates") -> SiteTemplates:
        """Read what ``to_json`` wrote. Raises InputError, which names the place, for anything else."""
        templates = cls()
        for host, seen, taught in _read(text, name):
            for page in seen:
                templates._add(host, page)
            if taught:
                templates.teach(host, taught)
        return templates

    @classmethod
    def read(cls, path: Path) -> SiteTemplates:
        """Read a file of ``to_json``. Raises InputError when it cannot be read or is something else."""
        try:
            return cls.from_json(path.read_text(encoding="utf-8"), str(path))
        except OSError as error:
            raise InputError(f"the site templates {path} cannot be read: {error.strerror or error}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path} holds no site templates: name a file that 'cleaner sites learn' wrote") from error

    def _add(self, host: str, seen: Sketch) -> None:
        sample = self._samples.get(host)
        if sample is None:
            sample = self._samples[host] = SiteSample.empty()
        if sample.add(seen):
            self._sites.pop(host, None)


def host_of(url: str | None) -> str:
    """The host of an address in small letters without ``www.``; empty where there is none."""
    try:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:
        return ""
    return host if not host.startswith(UNKNOWN) else ""


def stated_host(parsed: Parsed) -> str:
    """The host of a page by its address, or by the address that it gives itself; empty where none is known."""
    head = parsed.head
    canonical = (href for rel, href, _ in head.links if rel == "canonical")
    shared = (content for name, content in head.meta if name == "og:url")
    return next((host for url in (parsed.page.url, *canonical, *shared) if (host := host_of(url))), "")


def _names_by_furniture(forms: Sequence[str]) -> list[str]:
    """The names of the groups that a page of unknown host belongs to: by a line of its head, and by one of its foot.

    Of each edge the label with the smallest hash names it (a MinHash of one number).
    """
    lines = list(dict.fromkeys(forms))
    if len(lines) < LEAST_EDGE:
        return []
    edges = (lines[:EDGE_LINES], lines[-EDGE_LINES:])
    named_by = ([form for form in edge if 1 < words_in_form(form) < PROSE_WORDS] or edge for edge in edges)
    return sorted({f"{UNKNOWN}{min(map(key_of, labels)):016x}" for labels in named_by})


def _record(sample: SiteSample, taught: Mapping[str, bool]) -> dict[str, object]:
    """A sample as JSON: each line once, and for each page the places of its lines in that list; and what was taught."""
    sketches = sample.sketches()
    lines = sorted({line for seen in sketches for line in seen.lines})
    place = {line: number for number, line in enumerate(lines)}
    pages = [
        {key: getattr(it, key) for key in _SAID}
        | {"named": it.named, "lines": [place[line] for line in it.lines]}
        | ({"running": it.running} if it.running else {})
        for it in sketches
    ]
    return {"lines": lines, "pages": pages} | ({"taught": dict(sorted(taught.items()))} if taught else {})


def _read(text: str, name: str) -> Iterator[tuple[str, list[Sketch], dict[str, bool]]]:
    try:
        written = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: this is not valid JSON: {error}") from error
    if not isinstance(written, dict) or written.get("format") != FORMAT or not isinstance(written.get("sites"), dict):
        raise InputError(f"{name} holds no site templates ({FORMAT!r}): make them with 'cleaner sites learn'")
    for host, record in written["sites"].items():
        try:
            lines = [_text(line) for line in record["lines"]]
            taught = record.get("taught", {})
            if not all(isinstance(stays, bool) for stays in taught.values()):
                raise TypeError("a line that was taught stays (true) or goes (false)")
            yield host, [_sketch(page, lines) for page in record["pages"]], taught
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            raise InputError(f"{name}: the site {host!r} is damaged ({error!r}): learn it again") from error


def _sketch(page: Mapping[str, object], lines: list[str]) -> Sketch:
    hash_of_page, fetched, title, token, date_line = (_text(page[key]) for key in _SAID)
    if len(hash_of_page) != 16 or int(hash_of_page, 16) < 0 or (fetched and date.fromisoformat(fetched).isoformat() != fetched):
        raise ValueError(f"page {hash_of_page!r} of {fetched!r}")
    numbers = page["lines"]
    if not isinstance(numbers, list) or not all(isinstance(number, int) and 0 <= number < len(lines) for number in numbers):
        raise ValueError(f"the lines of page {hash_of_page}")
    named = tuple(_named_line(*line) for line in page.get("named", ()))  # type: ignore[attr-defined]
    running = _text(page.get("running", ""))
    return Sketch(hash_of_page, fetched, title, token, date_line, named, tuple(lines[number] for number in numbers), running)


def _named_line(side: object, before: object, form: object, after: object, names: object) -> NamedLine:
    if side not in ("above", "below") or not isinstance(names, list):
        raise ValueError(f"a line that names {names!r} {side!r} the text")
    known: TextSide = "above" if side == "above" else "below"
    return NamedLine(known, _text(before), _text(form), _text(after), tuple(map(_text, names)))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a string is expected, not {value!r:.40}")
    return value
