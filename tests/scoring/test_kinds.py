"""Where a cleaner and the truth part, block by block."""

from __future__ import annotations

from cleaner.parse import parse
from cleaner.scoring.kinds import BlockTruth, KindCount
from cleaner.scoring.samples import Sample
from cleaner.types import Label, Page, Reason

LINES = (
    "Skip to main content",
    "It rained all night on the moor, and by the morning the river had risen by a metre, says the warden of the lock.",
    "The ferry did not run, and the school bus took the long way round by the old bridge, which had been closed since May.",
    "Photo: the river at noon",
    "Accept all cookies",
)
SAMPLE = Sample(
    "moor", Page("moor", "".join(f"<p>{line}</p>" for line in LINES), "html"), "\n".join(LINES[1:3]), optional=(LINES[3],)
)
KEPT, GONE = Label(True, "by", None, 0.7), Label(False, "rule", Reason.RELATED, 0.9)


def test_what_was_lost_and_left_in_is_told_with_its_kind_and_optional_lines_are_neither() -> None:
    truth = BlockTruth(SAMPLE)
    lost, left = truth.mistakes([KEPT, GONE, KEPT, KEPT, GONE])[::-1]
    assert (lost.text, lost.lost, lost.kind, lost.by, lost.score) == (LINES[1], True, "related", "rule", 0.9)
    assert (left.text, left.lost, left.kind, left.by) == (LINES[0], False, "navigation", "by")
    assert truth.mistakes([GONE, KEPT, KEPT, GONE, GONE]) == ()


def test_kinds_count_words_and_those_that_went() -> None:
    assert BlockTruth(SAMPLE).kinds([KEPT, KEPT, KEPT, KEPT, GONE]) == {
        "consent": KindCount(3, 3),
        "navigation": KindCount(4, 0),
    }


def test_a_page_that_is_refused_has_no_blocks() -> None:
    truth = BlockTruth(Sample("photo", Page("photo", b"\x89PNG\r\n\x1a\n"), "Eels"))
    assert truth.mistakes([]) == ()
    assert parse(SAMPLE.page).blocks
