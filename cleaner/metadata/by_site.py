"""What the page's site adds to its metadata: where its pages have their bylines and dates, and whom not to trust."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cleaner.metadata.agency import agency_in
from cleaner.metadata.date_reading import Customs, dates_written_in
from cleaner.metadata.facts import Facts
from cleaner.metadata.line_forms import form_of
from cleaner.metadata.named_lines import named_lines, names_by_form
from cleaner.metadata.tidy import letters, tidy
from cleaner.types import Metadata, Value

IN_ITS_PLACE = 0.7  # confidence of a day or a name that stands where the site's other pages have theirs
OF_A_SPAM_HOST = 0.2  # what a host that puts its token into other people's texts says of their author and day
_LINE = 110  # characters


def with_site(metadata: Metadata, facts: Facts, customs: Customs) -> Metadata:
    """The metadata, filled and doubted by what is known of the site; unchanged where nothing is.

    A missing day is looked for in lines of the form that most of the site's pages have for it. Whom the page names where the
    site names its authors takes the place of authors who are less sure than that. The site itself is no author beside others;
    alone it may be a person's. Of a site that injects its token, days and authors get a low confidence: they are when it
    copied, and whom it made up. The agency that it copied is that of any dateline on the page.
    """
    site = facts.site
    if metadata.date_published is None and site.date_lines:
        metadata = replace(metadata, date_published=next(_days(facts, customs), None))
    if site.name:
        persons = tuple(author for author in metadata.authors if letters(author.value) != letters(site.name))
        metadata = replace(metadata, authors=persons or metadata.authors)
    if site.author_forms:
        metadata = replace(metadata, authors=_with_named(metadata.authors, next(_authors(facts), ())))
    if not site.spam_token:
        return metadata
    return replace(
        metadata,
        agency=next(_agencies(facts), metadata.agency),
        authors=tuple(_doubted(author) for author in metadata.authors),
        date_published=_doubted(metadata.date_published) if metadata.date_published else None,
        date_modified=_doubted(metadata.date_modified) if metadata.date_modified else None,
    )


def _days(facts: Facts, customs: Customs) -> Iterator[Value]:
    for text in _lines_of_form(facts, facts.site.date_lines):
        for reading in dates_written_in(text, customs):
            yield Value(reading.iso, "site:date-line", IN_ITS_PLACE, tidy(reading.raw, 100), reading.ambiguous)


def _with_named(found: tuple[Value, ...], named: tuple[Value, ...]) -> tuple[Value, ...]:
    """The authors that were found, without those less sure than a name in its place that has another there."""
    names = {letters(one.value) for one in named}
    kept = tuple(one for one in found if not named or one.confidence >= IN_ITS_PLACE or letters(one.value) in names)
    return kept or named


def _authors(facts: Facts) -> Iterator[tuple[Value, ...]]:
    named = named_lines(facts.parsed)
    for form in facts.site.author_forms:
        if persons := [name for name in names_by_form(named, form) if not facts.is_site_name(name)]:
            yield tuple(Value(name, _SOURCES[form.side], IN_ITS_PLACE, tidy(form.told, 300)) for name in persons)


_SOURCES = {"above": "site:byline", "below": "site:author-box"}


def _agencies(facts: Facts) -> Iterator[Value]:
    for index, label in enumerate(facts.labels):
        if label.keep and (name := agency_in(facts.text_of_title(index))):
            yield Value(name, "dateline", 0.9)


def _lines_of_form(facts: Facts, forms: tuple[str, ...]) -> Iterator[str]:
    """The page's lines of the forms that most pages of its site have, the most frequent form first."""
    texts = [block.text for block in facts.parsed.blocks if len(block.text) <= _LINE and not block.hidden]
    found = [(form_of(text), text) for text in texts]
    for form in forms:
        yield from (text for own, text in found if own == form)


def _doubted(value: Value) -> Value:
    return replace(value, confidence=min(value.confidence, OF_A_SPAM_HOST))
