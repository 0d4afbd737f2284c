"""What repeats over the pages of a site, learned from them: see ``SiteTemplates``."""

from cleaner.site_templates.collection import SiteTemplates, host_of, stated_host
from cleaner.site_templates.repeats import TAUGHT, Repeat, Repeats, find_repeats
from cleaner.site_templates.site import Site

__all__ = ["TAUGHT", "Repeat", "Repeats", "Site", "SiteTemplates", "find_repeats", "host_of", "stated_host"]
