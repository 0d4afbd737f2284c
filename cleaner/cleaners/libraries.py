"""Other people's extractors as cleaners: their text is brought back to labels on our blocks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec

from cleaner.cleaners.alignment import shares_in
from cleaner.errors import CleanerFailed, PageRefused
from cleaner.parse import parse
from cleaner.parse.decode import without_controls
from cleaner.types import Label, Labelled, Page, Parsed, Reason

# Limits on what these libraries are given, as none of them has any. 2,400 annotated pages stay within them.
MAX_CHARACTERS = 6_000_000  # of source; the largest of them has 5.4 million
MAX_TEXT = 1_000_000  # characters of text
MAX_TAGS = 60_000  # opening and closing; the largest of them has 22,000
MAX_DEPTH = 250  # of nested elements; lxml drops what stands deeper than 255 without a word
MAX_NESTING = (
    1_000_000  # depths of all elements added up; 50,000 elements 200 deep (10 million) take 40 s, the largest has 230,000
)

KEPT_SHARE = 0.5  # of a block's words that the library must have kept


class TrafilaturaCleaner:
    """trafilatura, without comments, with tables. It cannot read flattened text and keeps nothing of it."""

    name = "trafilatura"
    summary = "trafilatura's main text; HTML only"

    def __init__(self) -> None:
        self.version = version("trafilatura")

    def label(self, parsed: Parsed) -> Labelled:
        """Raises PageRefused for a page that trafilatura should not see, CleanerFailed where it breaks."""
        return Labelled(_labels(self.name, trafilatura_text, parsed))


class ReadabilityCleaner:
    """readability-lxml, the port of Arc90's reader view. It cannot read flattened text and keeps nothing of it."""

    name = "readability"
    summary = "readability-lxml's summary; HTML only"

    def __init__(self) -> None:
        self.version = version("readability-lxml")

    def label(self, parsed: Parsed) -> Labelled:
        """Raises PageRefused for a page that readability should not see, CleanerFailed where it breaks."""
        return Labelled(_labels(self.name, readability_text, parsed))


def trafilatura_text(html: str) -> str:
    """What trafilatura itself makes of the page, a line a block; empty where it finds nothing."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
    # deduplicate stays off: its cache lives as long as the process, so a page would depend on those before it
    return trafilatura.extract(html, include_comments=False, include_tables=True, deduplicate=False) or ""


def readability_text(html: str) -> str:
    """The text of the HTML which readability-lxml makes of the page, a line a block; without the headline."""
    import readability

    logging.getLogger("readability").setLevel(logging.CRITICAL + 1)
    summary = readability.Document(html).summary(html_partial=True)
    return "\n".join(block.text for block in parse(Page("summary", summary, kind="html")).blocks)


def trafilatura_fast_text(html: str) -> str:
    """The same without trafilatura's comparison with other algorithms."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
    return trafilatura.extract(html, include_comments=False, include_tables=True, deduplicate=False, fast=True) or ""


def justext_text(html: str) -> str:
    """What jusText holds for no boilerplate, a line a paragraph; with its English stop words."""
    import justext

    paragraphs = justext.justext(html, justext.get_stoplist("English"))
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


def resiliparse_text(html: str) -> str:
    """resiliparse's main content, without comments; needs the extra ``bench``."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=True, comments=False))


RAW_EXTRACTORS: dict[str, Callable[[str], str]] = {
    "trafilatura-raw": trafilatura_text,
    "trafilatura-fast-raw": trafilatura_fast_text,
    "readability-raw": readability_text,
    "justext-raw": justext_text,
}
if find_spec("resiliparse"):
    RAW_EXTRACTORS["resiliparse-raw"] = resiliparse_text


def _labels(name: str, extract: Callable[[str], str], parsed: Parsed) -> list[Label]:
    if parsed.kind != "html" or not parsed.blocks:
        return [Label(False, name, Reason.NOT_MAIN_CONTENT) for _ in parsed.blocks]
    _refuse_what_hangs(name, parsed)
    try:
        text = extract(without_controls(parsed.source))
    except Exception as error:  # what these libraries raise is not documented
        message = f"{name} broke on page {parsed.page.id}: {error!r}; clean this page with another cleaner"
        raise CleanerFailed(message) from error
    return [_label(name, share) for share in shares_in(text, parsed.blocks)]


def _label(name: str, share: float) -> Label:
    if share >= KEPT_SHARE:
        return Label(True, name, score=share)
    return Label(False, name, Reason.NOT_MAIN_CONTENT, score=1 - share)


def _refuse_what_hangs(name: str, parsed: Parsed) -> None:
    """Raises PageRefused, naming the limit, for a page that takes these libraries minutes or loses its text in them."""
    depths = _depths(parsed)
    measures = (
        ("characters", len(parsed.source), MAX_CHARACTERS),
        ("text", sum(len(block.text) for block in parsed.blocks), MAX_TEXT),
        ("tags", parsed.source.count("<"), MAX_TAGS),
        ("depth", max(depths, default=0), MAX_DEPTH),
        ("nesting", sum(depths), MAX_NESTING),
    )
    for limit, measured, allowed in measures:
        if measured > allowed:
            message = f"{limit} of the page: {measured:,}, {name} takes {allowed:,} at most; clean it with another cleaner"
            raise PageRefused(limit, message)


def _depths(parsed: Parsed) -> list[int]:
    """For each block-level element with text, how many such elements it stands in, itself counted."""
    depths: list[int] = []
    for element in parsed.elements:
        depths.append(1 + (depths[element.parent] if element.parent >= 0 else 0))
    return depths
