"""What a page says about itself, with the source of each value: a field a file, candidates first, then one decision."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.metadata.access import find_access
from cleaner.metadata.agency import find_agency
from cleaner.metadata.authors import find_authors
from cleaner.metadata.by_site import with_site
from cleaner.metadata.comments import find_comments
from cleaner.metadata.customs import customs_of
from cleaner.metadata.dates import find_dates
from cleaner.metadata.description import find_description
from cleaner.metadata.facts import Facts
from cleaner.metadata.image import find_image
from cleaner.metadata.language import find_language
from cleaner.metadata.license import find_license
from cleaner.metadata.nearby import Nearby
from cleaner.metadata.pictures import find_pictures
from cleaner.metadata.section import find_section
from cleaner.metadata.site import find_canonical_url, find_site_name
from cleaner.metadata.tags import find_tags
from cleaner.metadata.title import find_title
from cleaner.types import NO_FACTS, Label, Metadata, Parsed, SiteFacts


def find_metadata(parsed: Parsed, labels: Sequence[Label], site: SiteFacts = NO_FACTS) -> Metadata:
    """The metadata of a parsed and labelled page; absent where the page does not tell.

    The labels help where they can: a block labelled as title or byline is one, cut spam tokens are cut from the title's
    other sources too, and the language is that of the kept text. ``site`` is what is known of the site from its other pages.
    """
    facts = Facts(parsed, labels, site)
    title = find_title(facts)
    language = find_language(facts)
    customs = customs_of(facts, language.value if language else "")
    nearby = Nearby(facts, title, customs)
    published, modified = find_dates(facts, nearby)
    metadata = Metadata(
        title=title,
        authors=find_authors(facts, nearby),
        date_published=published,
        date_modified=modified,
        language=language,
        site_name=find_site_name(facts, title),
        canonical_url=find_canonical_url(facts),
        description=find_description(facts),
        image=find_image(facts),
        images=find_pictures(facts, nearby),
        tags=find_tags(facts, nearby),
        section=find_section(facts, nearby, title),
        agency=find_agency(facts),
        license=find_license(facts),
        access=find_access(facts, nearby),
        comments=find_comments(facts, nearby),
    )
    return with_site(metadata, facts, customs)
