"""What repeats over a site's pages goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleaner.site_templates import TAUGHT, Repeats, SiteTemplates, find_repeats
from cleaner.types import Cut, Label, Labelled, Parsed, Reason


@dataclass(frozen=True)
class BySiteCleaner:
    """Drops what the page's site repeats, says how often, and keeps everything else; all of a page whose site is not known.

    A label's ``by`` ends in the pages that have the line: "by_site.8_of_10" is 8 of the 10 pages that have the same layout.
    What people said of a line by correcting a page ("by_site.taught") holds whatever repeats.
    """

    sites: SiteTemplates | None = None

    name = "by_site"
    version = "2"
    summary = "what repeats over a site's pages goes, where other pages of the site are known; HTML and flattened text"

    def label(self, parsed: Parsed) -> Labelled:
        site = self.sites.site_of(parsed) if self.sites else None
        if site is None:
            return Labelled([Label(True, self.name) for _ in parsed.blocks])
        return Labelled(labels_by_site(find_repeats(parsed, site)), site=site.facts)


def labels_by_site(repeats: Repeats) -> list[Label]:
    """A label a block; the score of a line that goes is the share of the pages that have it."""
    labels = []
    for at, line in enumerate(repeats.lines):
        if line:
            labels.append(Label(False, f"by_site.{line.told}", Reason.REPEATS_ON_SITE, line.share))
        elif at in repeats.stay:
            labels.append(Label(True, f"by_site.{TAUGHT.told}"))
        else:
            labels.append(Label(True, "by_site", cuts=cuts_by_site(repeats, at)))
    return labels


def cuts_by_site(repeats: Repeats, at: int) -> tuple[Cut, ...]:
    """The parts of a block that repeat on the site or are its spam, in order and apart."""
    cuts: list[Cut] = []
    for reason, by, found in (
        (Reason.SPAM_TOKEN, "by_site.injected_token", repeats.tokens),
        (Reason.REPEATS_ON_SITE, "by_site.repeated_part", repeats.parts),
    ):
        cuts += [Cut(start, end, by, reason) for start, end in found.get(at, ())]
    return joined_cuts((), cuts)


def joined_cuts(first: Sequence[Cut], second: Sequence[Cut]) -> tuple[Cut, ...]:
    """Both, in order; of two that overlap the one that starts earlier, or is longer."""
    clear: list[Cut] = []
    for cut in sorted((*first, *second), key=lambda cut: (cut.start, -cut.end)):
        if not clear or cut.start >= clear[-1].end:
            clear.append(cut)
        elif cut.end > clear[-1].end:
            clear.append(cut._replace(start=clear[-1].end))
    return tuple(clear)
