"""What a page says about itself, with the source of each value."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.metadata.agency import find_agency
from cleaner.metadata.authors import find_authors
from cleaner.metadata.dates import find_dates
from cleaner.metadata.facts import Facts
from cleaner.metadata.title import find_title
from cleaner.types import Label, Metadata, Parsed


def find_metadata(parsed: Parsed, labels: Sequence[Label]) -> Metadata:
    """The metadata of a parsed and labelled page; absent where the page does not tell."""
    facts = Facts(parsed, labels)
    published, modified = find_dates(facts)
    return Metadata(
        title=find_title(facts),
        authors=find_authors(facts),
        date_published=published,
        date_modified=modified,
        agency=find_agency(facts),
    )
