"""Pages that were corrected come out as they were corrected, others as if nothing had been remembered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cleaner.cleaners.combined import CombinedCleaner
from cleaner.ml.artefact import SHIPPED, load
from cleaner.ml.remembered import NOTHING, Remembered
from cleaner.ml.remembering import remember
from cleaner.pipeline import clean
from cleaner.scoring.metrics import word_match
from cleaner.scoring.samples import Sample, read_samples
from cleaner.types import Document, Page

SAMPLES = Path(__file__).parents[2] / "samples"
SHIPPED_MODEL = load(SHIPPED)
FURNITURE = "Home\nNews\nHarbour office\nSubscribe to our newsletter"
FOOT = "All rights reserved by the Harbour Gazette."
BODY = (
    "The harbour office closed its books on Friday with more barges than in any year since the lock was widened.",
    "Nobody had counted them before, so the keeper counts from the year in which he came, which was a dry one.",
    "(Photo) Most carried gravel, some carried hay, and one carried a piano that nobody has come for until today.",
)


def sample(site: str) -> Sample:
    (found,) = read_samples(SAMPLES / site)
    return found


def text_sample(body: tuple[str, ...], page: str = "", page_type: str = "article") -> Sample:
    """A flattened page, and what a person left of it."""
    content = page or "\n".join((FURNITURE, *BODY, FOOT))
    return replace(
        sample("treadle-forum.example"), page=Page("gazette", content, "text"), body="\n".join(body), page_type=page_type
    )


def cleaned(page: Page, remembered: Remembered, profile: str = "auto") -> Document:
    model = replace(SHIPPED_MODEL, remembered=remembered)
    return clean(page, cleaner=CombinedCleaner(profile, model=model))  # type: ignore[arg-type]


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize(
    "site",
    ["hedgelayers-forum.example", "mugong-luntan.example", "rechnoy-vestnik.example", "treadle-forum.example"],
)
def test_a_corrected_page_comes_out_right_to_the_parts_of_its_lines_and_its_type(site: str) -> None:
    given = sample(site)
    assert word_match(given.body, cleaned(given.page, NOTHING).text).f1 < 0.91
    document = cleaned(given.page, remember(NOTHING, [given]))
    assert word_match(given.body, document.text).f1 == 1
    assert document.page_type == given.page_type


def test_what_a_person_kept_stays_and_what_goes_says_so() -> None:
    kept = (FURNITURE.splitlines()[2], BODY[0], BODY[2].removeprefix("(Photo) "))
    document = cleaned(text_sample(()).page, remember(NOTHING, [text_sample(kept)]))
    assert words(document.text) == words(" ".join(kept))
    told = {removed.text.strip(): removed.by for removed in document.removed}
    assert told[BODY[1]] == "corrected.line"
    assert told["(Photo)"] == "corrected.part"


def test_a_line_of_which_a_word_or_two_are_left_is_found() -> None:
    given = text_sample(
        ("Harbour", BODY[0], "newsletter"), "\n".join(("News", "Harbour (AP)", BODY[0], "Our newsletter: free!", FOOT))
    )
    document = cleaned(given.page, remember(NOTHING, [given]))
    assert words(document.text) == words(given.body)


def test_the_page_is_known_again_with_another_foot_and_head() -> None:
    remembered = remember(NOTHING, [text_sample((BODY[0], BODY[2]))])
    page = "\n".join(("Home", "Today: 4 barges", FURNITURE.splitlines()[-1], *BODY, "Read 31 times", FOOT))
    assert BODY[1] in cleaned(Page("", page, "text"), NOTHING).text
    assert BODY[1] not in cleaned(Page("", page, "text"), remembered).text


def test_another_page_of_the_site_is_cleaned_as_if_nothing_were_remembered() -> None:
    remembered = remember(NOTHING, [text_sample((*FURNITURE.splitlines(), *BODY, FOOT))])
    other = tuple(line.replace("barges", "herons").replace("counted", "seen").replace("carried", "ate") for line in BODY)
    page = Page("", "\n".join((FURNITURE, *other, FOOT)), "text")
    assert cleaned(page, remembered).labels == cleaned(page, NOTHING).labels


def test_who_asks_for_the_other_reading_gets_it() -> None:
    page, remembered = text_sample(()).page, remember(NOTHING, [text_sample((BODY[0],), page_type="forum")])
    assert cleaned(page, remembered, "article").labels == cleaned(page, NOTHING, "article").labels
    assert words(cleaned(page, remembered, "main").text) == words(BODY[0])


def test_a_page_without_content_is_remembered_where_a_person_says_so() -> None:
    page = text_sample(()).page
    assert len(remember(NOTHING, [text_sample(())])) == 0  # an annotation that is missing
    document = cleaned(page, remember(NOTHING, [text_sample((), page_type="none")]))
    assert (document.status, document.page_type) == ("empty", "none")


def test_a_later_correction_holds_and_of_two_that_contradict_each_other_neither() -> None:
    first, second = text_sample(BODY), text_sample((BODY[0], BODY[2]))
    both = cleaned(first.page, remember(remember(NOTHING, [first]), [second]))
    assert BODY[1] not in both.text
    said = cleaned(first.page, remember(NOTHING, [first, second])).labels
    assert [label.by for label in said if label.by.startswith("corrected")] == []


def test_lines_are_written_and_read_and_a_part_of_them_is_refused() -> None:
    remembered = remember(NOTHING, [sample("hedgelayers-forum.example")])
    arrays = remembered.arrays()
    again = Remembered.of_arrays(arrays)
    assert all(np.array_equal(getattr(again, name), getattr(remembered, name)) for name in ("keys", "said", "types", "cuts"))
    assert Remembered.of_arrays(NOTHING.arrays()) is NOTHING
    for name in ("said", "keys"):
        with pytest.raises(ValueError, match="no list of lines"):
            Remembered.of_arrays(arrays | {f"remembered/{name}": arrays[f"remembered/{name}"][::-2]})
