"""What a page says of itself outside of its text: title, meta tags, links, JSON of its scripts, marked elements."""

from __future__ import annotations

from collections.abc import Mapping

from cleaner.parse.attributes import MAX_NAMES, names_of
from cleaner.parse.decode import without_controls
from cleaner.types import Head

MAX_JSON = 2_000_000  # characters of JSON kept over all scripts
_JSON_LD, _JSON = "application/ld+json", "application/json"

Attributes = tuple[tuple[str, str | None], ...]


def is_json(attrs: Attributes) -> bool:
    """Whether a script with these attributes is JSON that is kept."""
    return _script_type(attrs) in (_JSON_LD, _JSON)


class PageFacts:
    """Takes what the elements of a page say, in the order of the page. A place is the number of blocks before it."""

    def __init__(self) -> None:
        self.json_ld: list[str] = []
        self.data: list[str] = []  # JSON that the page's own programs draw it from
        self._meta: list[tuple[str, str]] = []
        self._links: list[tuple[str, str, str]] = []
        self._times: list[tuple[str, str, int]] = []
        self._marked: list[tuple[str, str, int]] = []
        self._title = self._language = self._base = ""
        self._json_size = 0

    def head(self) -> Head:
        return Head(
            title=self._title,
            language=self._language,
            base=self._base,
            meta=tuple(self._meta),
            links=tuple(self._links),
            json_ld=tuple(self.json_ld),
            times=tuple(self._times),
            marked=tuple(self._marked),
        )

    def add_title(self, text: str) -> None:
        self._title = self._title or " ".join(text.split())

    def add_json(self, text: str, attrs: Attributes) -> None:
        """The text of a script that ``is_json``."""
        self._json_size += len(text)
        if self._json_size <= MAX_JSON:
            (self.data if _script_type(attrs) == _JSON else self.json_ld).append(text)

    def add_meta(self, attrs: Attributes) -> None:
        attributes = dict(attrs)
        name = (
            attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or attributes.get("http-equiv")
        )
        content = attributes.get("content")
        if name and content:
            self._meta.append((name.strip().lower(), without_controls(content).strip()))

    def add_link(self, attrs: Attributes) -> None:
        attributes = dict(attrs)
        rel, href = attributes.get("rel"), attributes.get("href")
        if rel and href:
            self._links.append((rel.strip().lower(), without_controls(href).strip(), attributes.get("hreflang") or ""))

    def add_base(self, attrs: Attributes) -> None:
        self._base = self._base or without_controls(dict(attrs).get("href") or "").strip()

    def add_inline(self, mark: str, content: str, text: str, place: int) -> None:
        """An inline element of this mark, with its text and what it says for machines instead."""
        if mark == "time":
            self._times.append((content, text, place))
        elif text or content:
            self._marked.append((mark, content or text, place))

    def add_room(self, tag: str, attributes: Mapping[str, str | None], place: int) -> None:
        """What a room says of the page: its language on ``html``, ``content`` with an ``itemprop`` or a ``property``."""
        if tag == "html":
            self._language = self._language or (attributes.get("lang") or attributes.get("xml:lang") or "").strip()
        if "content" in attributes and (content := attributes["content"]):
            if attributes.get("itemprop"):
                self._marked.append((names_of(attributes), without_controls(content), place))
            elif named := attributes.get("property"):
                self._marked.append((named[:MAX_NAMES].lower(), without_controls(content), place))


def _script_type(attrs: Attributes) -> str:
    return next((value or "" for name, value in attrs if name == "type"), "").strip().lower()
