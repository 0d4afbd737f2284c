"""From bytes to blocks: everything that is in doubt about a page is settled here."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from cleaner.errors import PageRefused
from cleaner.parse.decode import decode, without_controls
from cleaner.parse.markup import parse_markup
from cleaner.parse.plain import parse_plain
from cleaner.types import Kind, Page, Parsed

MAX_CONTENT = 10_000_000  # bytes or characters; the largest of 2,400 annotated pages has 4.7 million

_HTML_OPENING = re.compile(r"\s{0,1000}<(?:!doctype|html|head|body|\?xml|!--)", re.I)
_HTML_TAG = re.compile(
    r"</?(?:html|head|body|div|p|span|a|ul|ol|li|table|tr|td|h[1-6]|br|hr|img|script|style|meta|link|title|article|section|nav"
    r"|header|footer|main|form|input|button|b|i|em|strong|font|center|pre|blockquote|figure|svg|iframe|template)(?=[\s/>])",
    re.I,
)
_PROBE = 20_000  # characters looked at to tell HTML from text
_TAGS_OF_HTML = 3  # an article that quotes a tag or two is still text


def parse(page: Page) -> Parsed:
    """Settle charset and kind, and take the page apart into blocks; its id and address lose their control characters.

    Raises PageRefused when the page is larger than MAX_CONTENT, is no text at all, or goes beyond a limit of
    ``parse.markup``.
    """
    if len(page.content) > MAX_CONTENT:
        raise PageRefused(
            "size", f"the page has {len(page.content):,} bytes or characters, the limit is {MAX_CONTENT:,}: split it"
        )
    page = replace(page, id=without_controls(page.id), url=without_controls(page.url) if page.url else None)
    source, charset = decode(page.content, page.charset)
    kind = page.kind or kind_of(source)
    if kind == "html":
        return parse_markup(page, source, charset)
    return parse_plain(page, without_controls(source), charset)


def kind_of(source: str) -> Kind:
    """Tell HTML from flattened text: it begins with a tag, or has three tags near its head or its middle."""
    if _HTML_OPENING.match(source) or _HTML_TAG.match(source.lstrip()[:_PROBE]):
        return "html"
    middle = len(source) // 2
    for probe in (source[:_PROBE], source[middle : middle + _PROBE]):
        if len(list(islice(_HTML_TAG.finditer(probe), _TAGS_OF_HTML))) == _TAGS_OF_HTML:
            return "html"
    return "text"
