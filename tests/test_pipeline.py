"""Carrying out what labels say: blocks and parts that go, what stays of them, and what a page that is refused says."""

from __future__ import annotations

import pytest

from cleaner.errors import PageRefused, UnknownName
from cleaner.parse import MAX_CONTENT, parse
from cleaner.pipeline import apply, clean
from cleaner.types import Cut, Document, Label, Labelled, Page, Parsed, Reason

PARAGRAPHS = (
    "The old signal box at Farrow Junction was sold on Monday to a couple who repair clocks, and who say that they like to"
    " live with something that used to be on time.",
    "They will keep the forty levers, although none of them has moved a point since 1988, and they mean to hang a pendulum"
    " from each, so that visitors can hear what punctuality sounded like.",
    "The railway asked for one thing in return: that the lamp in the window be lit at night, because three drivers on the"
    " late freight had written to say that they missed it.",
)


class Marked:
    """A cleaner that drops the blocks with a word and cuts another word out of the rest."""

    name = "marked"
    version = "1"
    summary = "drops blocks with DROP, cuts CUT"

    def label(self, parsed: Parsed) -> Labelled:
        return Labelled([self._label(block.text) for block in parsed.blocks])

    def _label(self, text: str) -> Label:
        if "DROP" in text:
            return Label(False, self.name, Reason.AD)
        cuts = []
        at = text.find("CUT")
        while at >= 0:
            cuts.append(Cut(at, at + 3, self.name, Reason.SPAM_TOKEN))
            at = text.find("CUT", at + 3)
        return Label(True, self.name, cuts=tuple(cuts))


def marked(page: str) -> Document:
    return clean(page, cleaner=Marked())


def test_what_is_dropped_is_told_with_its_reason_its_author_and_its_place() -> None:
    document = marked("One.\nDROP two.\nThree.")
    assert document.text == "One.\nThree."
    (piece,) = document.removed
    assert (piece.text, piece.reason, piece.by, piece.block) == ("DROP two.", Reason.AD, "marked", 1)
    assert (piece.start, piece.end) == (0, len("DROP two."))


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("SKELDENCUTNorway has rain.", "SKELDEN Norway has rain."),
        ("SKELDEN,CUT Norway has rain.", "SKELDEN, Norway has rain."),
        ("The rain CUT stopped.", "The rain stopped."),
        ("The rain stopped.CUT", "The rain stopped."),
        ("The rain stopped. CUT", "The rain stopped."),
        ("CUTThe rain stopped.", "The rain stopped."),
        ("CUT The rain CUTstoppedCUT.", "The rain stopped."),
        ("(CUT)The rain", "()The rain"),
    ],
)
def test_a_cut_leaves_one_space_between_words_and_none_at_the_ends(line: str, rest: str) -> None:
    document = marked(line)
    assert document.text == rest
    assert {piece.text for piece in document.removed} == {"CUT"}


@pytest.mark.parametrize("line", ["CUT", "CUTCUT", "CUT CUT", "<html><p>CUT</p>"])
def test_a_line_that_is_cut_empty_is_not_kept(line: str) -> None:
    document = marked(line)
    assert (document.text, document.status, list(document.kept)) == ("", "empty", [])
    assert document.removed


def test_links_and_emphasis_move_with_the_text_around_a_cut() -> None:
    document = marked("<p>CUT <a href='/a'>The CUT rain</a> has <b>stoCUTpped</b>. <i>CUT</i>")
    (block,) = document.kept
    assert block.text == "The rain has sto pped."
    assert [(span.kind, block.text[span.start : span.end]) for span in block.spans] == [
        ("link", "The "),
        ("link", "rain"),
        ("strong", "sto"),
        ("strong", "pped"),
    ]
    assert block.link_chars == len("The rain")


def test_a_cut_line_of_a_text_keeps_the_offsets_of_the_whole_line() -> None:
    document = marked("One.\n  Two CUT three.  \n")
    assert [(block.start, block.end) for block in document.kept] == [(0, 4), (7, 21)]
    assert document.parsed.source[7:21] == "Two CUT three."


def test_a_picture_stays_with_the_block_it_stands_before() -> None:
    document = marked(
        "<p>DROP one.</p><img src='/one.png'><p>DROP two.</p><p>Three.</p><img src='/four.png' alt='Four'><p>Four.</p>"
    )
    assert [(image.target, image.block, document.kept[image.block].text) for image in document.images] == [
        ("/four.png", 1, "Four.")
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_wrong_number_of_labels_is_an_error(count: int) -> None:
    parsed = parse(Page("two", "One.\nTwo."))
    with pytest.raises(ValueError, match=f"{count} labels for 2 blocks"):
        apply(parsed, [Label(True, "x")] * count)


def test_a_cleaner_that_is_in_no_table_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r"no cleaner 'magic'.*heuristic.*trafilatura"):
        clean("It rained.", cleaner="magic")


@pytest.mark.parametrize("content", ["x" * (MAX_CONTENT + 1), b"x" * (MAX_CONTENT + 1)], ids=["text", "bytes"])
def test_a_page_that_is_too_large_is_refused_with_what_to_do(content: str | bytes) -> None:
    with pytest.raises(PageRefused, match=r"10,000,001 bytes or characters.*split it") as refused:
        clean(content)
    assert refused.value.limit == "size"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"%PDF-1.7\n%\xe2\xe3",
        b"PK\x03\x04\x14\x00",
        b"\x1f\x8b\x08\x00",
        bytes(range(32)) * 40,
    ],
    ids=["image", "pdf", "archive", "gzip", "controls"],
)
def test_a_page_that_is_no_text_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(PageRefused, match="send HTML or plain text") as refused:
        clean(content)
    assert refused.value.limit == "binary"


@pytest.mark.parametrize(
    "page", ["", " \n\t\r\n ", "<html><body></body></html>", "<html><body><div id=root></div><script>go()</script>", b""]
)
def test_a_page_without_text_is_an_empty_document_that_says_so(page: str | bytes) -> None:
    document = clean(page)
    assert (document.text, document.status) == ("", "empty")
    assert "no-content" in document.warnings


def test_a_page_with_text_has_no_warnings() -> None:
    document = clean("\n\n".join(PARAGRAPHS))
    assert (document.text.split("\n"), document.status, document.warnings) == (list(PARAGRAPHS), "ok", ())


def test_a_wall_in_place_of_a_page_is_empty_and_called_one() -> None:
    document = clean(
        "<title>Just a moment...</title><h2>Checking your browser before accessing.</h2><p>Please enable JavaScript</p>"
    )
    assert document.status == "empty"
    assert {"no-content", "bot-wall"} <= set(document.warnings)


def test_the_same_page_gives_the_same_document_whatever_came_before() -> None:
    page = "<nav><a href=/>Home</a></nav>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    first = clean(page)
    for other in ("", "\n".join(PARAGRAPHS), page.replace("Monday", "Tuesday")):
        clean(other)
    again = clean(page)
    assert (again.id, again.labels, again.kept, again.removed) == (first.id, first.labels, first.kept, first.removed)


def test_a_bare_page_is_named_by_its_content_and_a_page_keeps_its_id() -> None:
    assert clean("It rained.").id == clean(b"It rained.").id != clean("It poured.").id
    assert clean(Page("rain-7", "It rained.")).id == "rain-7"
