"""Lines of which people said whether they stay: they hold on all pages of the site, whatever repeats."""

from __future__ import annotations

import random

import pytest

from cleaner import clean
from cleaner.cleaners import cleaner_named
from cleaner.errors import InputError
from cleaner.hand_cleaning import first_draft, labels_by_hand, lines_for_site
from cleaner.site_templates import SiteTemplates
from cleaner.types import Page

HOST = "lock.example"
NOTICE = "The lock office answers letters on Thursdays and hears complaints about the wash of passing barges."
STORY = (
    "The lock keeper of Varnholm opened the upper gate at dawn, and by noon forty barges had gone through, more than on any "
    "day since the flood of the year before last."
)


LABELS = "Home News Sport Weather Tides Letters Markets Contact".split()
FRAME = "".join(f"<li><a href=/{label}>{label} of the lock</a>" for label in LABELS)
NOTICE_AT = len(LABELS) + 1


def page(name: str, story: str = STORY) -> Page:
    return Page(
        name, f"<nav><ul>{FRAME}</ul></nav><main><p>{story}</p><p>{NOTICE}</p></main>", "html", f"https://{HOST}/{name}"
    )


def another_story(number: int) -> str:
    words = STORY.split()
    random.Random(number).shuffle(words)  # noqa: S311  # no secret
    return " ".join(words) + "."


def taught(stays: bool = False) -> SiteTemplates:
    """Templates that were taught by a page on which a person took the notice out (or put it back)."""
    document = clean(page("a"))
    hand = first_draft(document)
    assert hand.removed == set(range(len(LABELS)))
    labels = labels_by_hand(document.parsed, type(hand)(hand.removed | {NOTICE_AT}))
    _, go = lines_for_site(document.parsed, labels, document.labels)
    templates = SiteTemplates()
    templates.teach(HOST, dict.fromkeys(go, stays))
    return templates


@pytest.mark.parametrize("cleaner", ["by_site", "combined"])
def test_a_line_that_a_person_took_out_goes_on_the_sites_other_pages_and_on_no_other_site(cleaner: str) -> None:
    chosen = cleaner_named(cleaner, sites=taught())
    other = page("b", STORY.replace("forty", "sixty"))
    document = clean(other, cleaner=chosen)
    assert NOTICE not in document.text
    assert document.labels[NOTICE_AT].by == "by_site.taught"
    assert "sixty barges" in document.text
    assert NOTICE in clean(Page("c", other.content, "html", "https://elsewhere.example/"), cleaner=chosen).text


@pytest.mark.parametrize("cleaner", ["by_site", "combined"])
def test_a_line_that_a_person_keeps_stays_though_all_pages_have_it(cleaner: str) -> None:
    templates = SiteTemplates()
    for number in range(10):
        templates.learn(clean(page(str(number), another_story(number))).parsed)
    assert NOTICE not in clean(page("b"), cleaner=cleaner_named(cleaner, sites=templates)).text
    templates.merge(taught(stays=True))
    document = clean(page("b"), cleaner=cleaner_named(cleaner, sites=templates))
    assert NOTICE in document.text
    assert document.labels[NOTICE_AT].by == "by_site.taught"


def test_what_was_taught_is_written_read_and_merged_and_in_doubt_a_line_stays() -> None:
    templates = taught()
    read = SiteTemplates.from_json(templates.to_json())
    assert read.to_json() == templates.to_json()
    assert read.hosts == [HOST]
    for one, other in ((taught(), taught(stays=True)), (taught(stays=True), taught())):
        one.merge(other)
        assert set(one.taught(HOST).values()) == {True}
    assert SiteTemplates().taught(HOST) == {}


@pytest.mark.parametrize("damaged", ['"taught": []', '"taught": {"a line": "yes"}', '"taught": 3'])
def test_what_was_taught_and_is_damaged_is_told(damaged: str) -> None:
    written = f'{{"format": "cleaner site templates 1", "sites": {{"{HOST}": {{"lines": [], "pages": [], {damaged}}}}}}}'
    with pytest.raises(InputError, match=f"'{HOST}' is damaged"):
        SiteTemplates.from_json(written)
