"""Which charset a page is read with, what settles it, and whether it is HTML or text."""

from __future__ import annotations

import pytest

from cleaner.parse import kind_of, parse
from cleaner.types import Page

GERMAN = "Der Fährmann fährt früh über den Fluß, grüßt die Möwen und überläßt dem Wind die Segel. " * 5
RUSSIAN = "Паромщик рано утром выходит на реку, здоровается с чайками и отдаёт парус ветру. " * 5
JAPANESE = "渡し守は朝早く川に出て、かもめに挨拶をし、帆を風にまかせる。" * 9


def read(content: bytes, transport: str | None = None) -> tuple[str, str, str]:
    """The text, the charset's name and what settled it."""
    parsed = parse(Page("page", content, charset=transport))
    text = parsed.source.strip() if parsed.kind == "text" else "\n".join(block.text for block in parsed.blocks)
    return text, parsed.charset.name, parsed.charset.source


def with_meta(text: str, label: str) -> str:
    return f"<html><head><meta charset={label}></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [(b"\xef\xbb\xbf", "utf-8", "utf-8"), (b"\xff\xfe", "utf-16-le", "utf-16le"), (b"\xfe\xff", "utf-16-be", "utf-16be")],
)
def test_a_byte_order_mark_comes_before_every_label(mark: bytes, codec: str, name: str) -> None:
    content = mark + with_meta(GERMAN, "windows-1251").encode(codec)
    assert read(content, "iso-8859-1") == (GERMAN.strip(), name, "bom")


def test_the_transport_comes_before_the_meta_element() -> None:
    content = with_meta(RUSSIAN, "windows-1252").encode("windows-1251")
    assert read(content, "windows-1251") == (RUSSIAN.strip(), "windows-1251", "transport")


def test_the_meta_element_is_believed_where_the_transport_says_nothing() -> None:
    for label, codec in (("shift_jis", "shift_jis"), ("euc-jp", "euc_jp")):
        text, name, source = read(with_meta(JAPANESE, label).encode(codec))
        assert (text, name, source) == (JAPANESE, label, "meta")


def test_a_meta_element_behind_long_scripts_is_found() -> None:
    content = f"<html><head><script>{'x' * 3000}</script><meta charset=koi8-r></head><body><p>{RUSSIAN}".encode("koi8-r")
    assert read(content) == (RUSSIAN.strip(), "koi8-r", "meta")


def test_an_old_style_meta_element_is_believed() -> None:
    head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head>'
    assert read(f"{head}<body><p>{RUSSIAN}".encode("windows-1251")) == (RUSSIAN.strip(), "windows-1251", "meta")


@pytest.mark.parametrize("label", ["windows-1252", "shift_jis", "windows-1251"])
def test_a_label_that_the_bytes_contradict_is_not_believed(label: str) -> None:
    assert read(with_meta(GERMAN, label).encode(), label) == (GERMAN.strip(), "utf-8", "detector")


def test_a_label_of_utf8_on_other_bytes_gives_way_to_the_detector() -> None:
    text, _, source = read(with_meta(RUSSIAN, "utf-8").encode("windows-1251"), "utf-8")
    assert (text, source) == (RUSSIAN.strip(), "detector")


@pytest.mark.parametrize("label", ["klingon", "", "utf-99", "charset", "\u2603"])
def test_an_unknown_label_counts_as_none(label: str) -> None:
    assert read(GERMAN.encode(), label) == (GERMAN.strip(), "utf-8", "detector")


@pytest.mark.parametrize(
    ("text", "codec"), [(RUSSIAN, "windows-1251"), (RUSSIAN, "koi8-r"), (JAPANESE, "shift_jis"), (GERMAN, "utf-8")]
)
def test_unlabelled_bytes_are_told_by_the_detector(text: str, codec: str) -> None:
    found, _, source = read(text.encode(codec))
    assert (found, source) == (text.strip(), "detector")


def test_one_broken_byte_does_not_make_a_label_a_lie() -> None:
    content = GERMAN.encode() + b" \xff " + GERMAN.encode() * 3
    text, name, source = read(content, "utf-8")
    assert (name, source) == ("utf-8", "transport")
    assert "Fährmann" in text
    assert text.count("\ufffd") == 1


def test_plain_letters_are_what_their_label_says() -> None:
    assert read(b"It rained all night.", "iso-8859-1")[2] == "transport"
    assert read(b"It rained all night.") == ("It rained all night.", "utf-8", "detector")


def test_text_that_was_decoded_already_is_taken_as_it_is() -> None:
    parsed = parse(Page("page", "\ufeffIt rained – all night.", charset="shift_jis"))
    assert (parsed.source, parsed.charset.source) == ("It rained – all night.", "text")


def test_no_control_character_or_lone_surrogate_reaches_a_block() -> None:
    for content in ("It\x00rained\x1b[31m all\udcff night.\x85", "<p title='\x07'>It\x01rained\x0e all\udcff night.</p>"):
        for block in parse(Page("a\x00b", content)).blocks:
            assert not any(ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) < 0xE000 for char in block.text)
            assert "rained" in block.text


def test_the_pages_id_and_address_lose_their_control_characters() -> None:
    page = parse(Page("a\x00b", "It rained.", url="https://x.example/\x1b[2J")).page
    assert (page.id, page.url) == ("a b", "https://x.example/ [2J")


@pytest.mark.parametrize(
    "source",
    [
        "<!DOCTYPE html><p>It rained.",
        "\n\n  <HTML><body>It rained.",
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>It rained.</p></body></html>',
        "<!-- saved -->It rained.",
        "<p>It rained.</p><p>It poured.</p>",
        "<div class='post'><a href='/'>Home</a>",
        "Intro<br>and<br/>more<br />lines",
        "x " * 20_000 + "<p>It rained.</p><p>It poured.</p>" + " x" * 19_000,
    ],
    ids=["doctype", "upper case", "xhtml", "comment", "fragment", "fragment with links", "line breaks", "tags in the middle"],
)
def test_what_is_written_in_tags_is_html(source: str) -> None:
    assert kind_of(source) == "html"


@pytest.mark.parametrize(
    "source",
    [
        "",
        "It rained all night.",
        "The tag <p> begins a paragraph, and nobody closes it.",
        "If a < b and b > c, then a <= c; i <3 maths.",
        "Write to Ada <ada@quill.example> or <mailto:tom@reyes.example>.",
        "See <https://quill.example/rain> for <em>all</em> the rain, <sic> and <unverified> rumours, <sic> again.",
        "std::vector<int> and Map<String, List<Integer>> are types.",
        "&lt;p&gt;It rained.&lt;/p&gt;&lt;p&gt;It poured.&lt;/p&gt;",
    ],
    ids=["empty", "prose", "a quoted tag", "signs", "addresses", "notes", "types", "escaped tags"],
)
def test_text_that_only_speaks_of_tags_is_text(source: str) -> None:
    assert kind_of(source) == "text"


def test_what_the_caller_says_about_the_kind_holds() -> None:
    assert parse(Page("page", "<p>It</p><p>rained</p>", "text")).blocks[0].text == "<p>It</p><p>rained</p>"
    assert [block.text for block in parse(Page("page", "It <b>rained</b>", "html")).blocks] == ["It rained"]
