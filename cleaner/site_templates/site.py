"""One site as a cleaner asks it: its template, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cleaner.site_templates.facts import facts_of
from cleaner.site_templates.sample import SiteSample
from cleaner.site_templates.template import SiteTemplate, template_of
from cleaner.types import SiteFacts


@dataclass(frozen=True, slots=True)
class Site:
    """A site's name here (its host, or "~" and a hash where no host is known), its template and its facts.

    ``taught`` has the forms of lines of which people said whether they stay.
    """

    host: str
    template: SiteTemplate
    facts: SiteFacts
    taught: Mapping[str, bool]


def site_of(host: str, sample: SiteSample, taught: Mapping[str, bool]) -> Site:
    sketches = sample.sketches()
    return Site(host, template_of(sketches), facts_of(sketches, host), taught)
