"""What a document looks like as text, Markdown, HTML and JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import escape, unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cleaner.errors import UnknownName
from cleaner.formats import FORMATS, format_named, to_dict, to_html, to_json, to_markdown, to_text, word_count
from cleaner.pipeline import clean
from cleaner.types import Cut, Document, Label, Labelled, Page, Parsed, Reason

COMMONMARK = MarkdownIt("commonmark").enable("table")


class KeepEverything:
    """Keeps every block, so that a test sees the format and no rule."""

    name = "keep-everything"
    version = "1"
    summary = "keeps every block"

    def label(self, parsed: Parsed) -> Labelled:
        return Labelled([Label(True, "test") for _ in parsed.blocks])


class CutWords:
    """Cuts every run of capitals out of the blocks, and drops blocks that begin with "Share"."""

    name = "cut-words"
    version = "1"
    summary = "cuts capitals"

    def label(self, parsed: Parsed) -> Labelled:
        labels = []
        for block in parsed.blocks:
            if block.text.startswith("Share"):
                labels.append(Label(False, "test.share", Reason.SHARE))
                continue
            found = re.finditer(r"\b[A-Z]{2,}\b ?", block.text)
            cuts = tuple(Cut(cut.start(), cut.end(), "test.capitals", Reason.AD) for cut in found)
            labels.append(Label(True, "test.kept", cuts=cuts))
        return Labelled(labels)


def whole(html: str, url: str | None = None) -> Document:
    return clean(Page("page", html, "html", url), cleaner=KeepEverything())


def whole_text(text: str) -> Document:
    return clean(Page("page", text, "text"), cleaner=KeepEverything())


STRUCTURES = {
    "a heading": ("<h2>The <em>second</em> bridge</h2>", "## The *second* bridge"),
    "a heading that wraps another element": ("<h3><div>Inside</div></h3>", "### Inside"),
    "paragraphs": ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
    "a line break": ("<p>Main Street 3<br>Riverside</p>", "Main Street 3\\\nRiverside"),
    "a nested list": (
        "<ul><li>Fruit<ul><li>Apples<li>Pears</ul><li>Bread</ul>",
        "- Fruit\n  - Apples\n  - Pears\n- Bread",
    ),
    "a numbered list with code": (
        "<ol><li><p>Install it:</p><pre>pip install x</pre><li><p>Run it.</p></ol>",
        "1. Install it:\n\n   ```\n   pip install x\n   ```\n\n2. Run it.",
    ),
    "two lists in a row": ("<ul><li>a</ul><ul><li>b</ul>", "- a\n\n* b"),
    "a quote": ("<blockquote><p>Never.</p><p>Not even then.</p></blockquote>", "> Never.\n>\n> Not even then."),
    "code with its language": ('<pre class="language-python">if a:\n    b()</pre>', "```python\nif a:\n    b()\n```"),
    "code with a fence in it": ("<pre>```\nx\n```</pre>", "````\n```\nx\n```\n````"),
    "a table": (
        "<table><tr><th>Year<th>Visitors<tr><td>2021<td>4|5</table>",
        "| Year | Visitors |\n| --- | --- |\n| 2021 | 4\\|5 |",
    ),
    "a table that is page layout": (
        "<table><tr><td><h1>Title</h1><p>Text.</p></td><td>Side</td></tr></table>",
        "# Title\n\nText.\n\nSide",
    ),
    "a picture and its caption": (
        '<figure><img src="b.jpg" alt="A [new] bridge"><figcaption>The bridge.</figcaption></figure>',
        "![A \\[new\\] bridge](b.jpg)\n\n*The bridge.*",
    ),
    "a link with emphasis in it": (
        '<p>See <a href="/a b(c)">the <b>report</b></a>.</p>',
        "See [the **report**](/a%20b%28c%29).",
    ),
    "emphasis with spaces at its edges": ("<p>A<b> bold </b>word</p>", "A **bold** word"),
    "emphasis broken in two": ("<p><b>S</b><b>aving</b> time</p>", "**Saving** time"),
    "emphasis Markdown cannot show": ("<p>x<b>(y)</b>z</p>", "x(y)z"),
    "code in a line": ("<p>Type <code>a`b</code> now</p>", "Type ``a`b`` now"),
    "a definition list": ("<dl><dt>Weir<dd>A low dam.</dl>", "**Weir**\n\nA low dam."),
}


@pytest.mark.parametrize(("html", "markdown"), STRUCTURES.values(), ids=STRUCTURES)
def test_markdown_shows_the_structure_of_the_page(html: str, markdown: str) -> None:
    assert to_markdown(whole(html)) == markdown + "\n"


@pytest.mark.parametrize(
    "line",
    ["# not a heading", "- no item", "+ no item", "1. no item", "1) no item", "> no quote", "---", "===", "~~~", "* * *",
     "a*b*c", "_x_ and snake_case", "____", "[x](y)", "<b>x</b>", "&amp; &#65;", "`x`",
     "C:\\temp\\*", "!\\[x]", "a | b", "http://a.b/c_d_e"],
)  # fmt: skip
def test_text_that_looks_like_markdown_stays_text(line: str) -> None:
    rendered = COMMONMARK.render(to_markdown(whole(f"<p>{escape(line)}</p>")))

    assert rendered == f"<p>{escape(line)}</p>\n"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text("ab _*`[]()<>#-+=|~\\!&;1.\t:é漢", min_size=1, max_size=25), min_size=1, max_size=4))
def test_markdown_reads_back_as_the_same_text(lines: list[str]) -> None:
    document = whole_text("\n".join("x" + line for line in lines))

    rendered = unescape(re.sub(r"<[^>]+>", "", COMMONMARK.render(to_markdown(document))))

    assert rendered.split() == document.text.split()


PAGE = """<h1>Ferry <i>returns</i></h1>
<p>After nine years the <a href="/f">ferry</a> sails again<br>from the old pier.</p>
<ul><li>Adults 4<li><p>Children 2</p><p>Dogs free</p></ul><table><caption>Times</caption><tr><th>Day<th>First<tr><td>Monday<td>7
</table><table><tr><td><p>a<p>b<p>c<p>d</table><dl><dd>odd<dt>order</dl><li>stray item
<blockquote>quoted</blockquote><pre>code  here</pre>"""


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_every_kept_word_is_in_every_format_once(name: str) -> None:
    document = whole(PAGE)

    written = FORMATS[name].render(document)

    if name == "markdown":
        written = COMMONMARK.render(written)
    if name != "text":
        written = unescape(re.sub(r"<[^>]+>", " ", written))
    assert Counter(re.findall(r"\w+", written)) == Counter(re.findall(r"\w+", document.text))


def test_text_sets_paragraphs_apart_and_keeps_lists_and_table_rows_together() -> None:
    html = (
        "<h1>Fares</h1><p>From May.</p><ul><li>Adults<ul><li>seniors</ul><li>Dogs</ul>"
        "<table><tr><th>Day<th>First<tr><td>Mo<td>7</table>"
    )

    assert to_text(whole(html)) == "Fares\n\nFrom May.\n\n- Adults\n  - seniors\n- Dogs\n\nDay\tFirst\nMo\t7\n"


def test_a_flattened_page_keeps_its_lines_and_its_blank_lines() -> None:
    assert to_text(whole_text("One\nTwo\n\n\nThree\n")) == "One\nTwo\n\nThree\n"


def test_a_removed_line_leaves_no_blank_line_behind() -> None:
    document = clean(Page("page", "One\nShare this\nTwo", "text"), cleaner=CutWords())

    assert to_text(document) == "One\nTwo\n"


def test_bullets_of_a_flattened_page_become_a_list_in_markdown() -> None:
    assert to_markdown(whole_text("Bring:\n• a coat\n• boots\nThen go.")) == "Bring:\n\n- a coat\n- boots\n\nThen go.\n"


def test_links_and_emphasis_survive_a_cut_in_their_line() -> None:
    html = '<p>ADVERT The <a href="/p">old BUY NOW pier</a> is <b>open</b>.</p>'

    document = clean(Page("page", html, "html"), cleaner=CutWords())

    assert to_markdown(document) == "The [old pier](/p) is **open**.\n"


def test_relative_targets_become_absolute_where_the_address_is_known() -> None:
    html = (
        '<base href="/docs/"><p><a href="x?y=1#z">a</a> <a href="//cdn.example/q">b</a> <a href="mailto:a@b.example">c</a></p>'
    )

    markdown = to_markdown(whole(html, "https://site.example/deep/page"))

    assert markdown == "[a](https://site.example/docs/x?y=1#z) [b](https://cdn.example/q) [c](mailto:a@b.example)\n"


UNSAFE = [
    "javascript:alert(1)", " JaVaScRiPt:alert(1)", "java&#10;script:alert(1)", "&#1;javascript:alert(1)", "data:text/html,x",
    "vbscript:x", "java&Tab;script:x", "file:///etc/passwd", "blob:x",
]  # fmt: skip


@pytest.mark.parametrize(("target", "url"), [(target, url) for target in UNSAFE for url in (None, "https://site.example/")])
def test_a_link_that_leads_nowhere_safe_is_plain_text(target: str, url: str | None) -> None:
    document = whole(f'<p>Go <a href="{target}">there</a> now</p><p><img src="{target}" alt="x">After.</p>', url)

    assert to_html(document) == "<article>\n<p>Go there now</p>\n<p>After.</p>\n</article>\n"
    assert to_markdown(document) == "Go there now\n\nAfter.\n"


def test_an_address_that_cannot_be_resolved_is_plain_text() -> None:
    assert to_markdown(whole('<p><a href="http://[">there</a></p>', "https://site.example/")) == "there\n"


def test_a_hostile_base_does_not_make_links_unsafe() -> None:
    assert "javascript" not in to_html(whole('<base href="javascript:x/"><p><a href="y">text</a></p>'))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(f"@{name}" for name, _ in attrs)}


def test_html_holds_allowed_tags_and_attributes_only() -> None:
    document = whole(
        '<p onclick="x()" style="color:red" class="c">a &lt;script&gt;x&lt;/script&gt; "quoted"</p>'
        '<img src="a.png" alt=\'"><b>\' onerror="x()"><form><input value="v"><button>Send</button></form>'
        ""
        '<svg><a href="x">s</a></svg><custom-tag>t</custom-tag>'
        '<math><mi>m</mi></math><iframe src="x">f</iframe><p><a href=\'"onmouseover="x\'>l</a></p>'
    )
    tags = _Tags()
    tags.feed(to_html(document))

    assert tags.seen <= {"article", "p", "a", "img", "@href", "@src", "@alt"}


def test_html_keeps_lists_tables_and_quotes() -> None:
    html = to_html(whole("<ul><li>a<ol><li>b</ol></ul><table><tr><th>c<th>d<tr><td>e<td>f</table><blockquote>g</blockquote>"))

    assert re.sub(r"\s+", "", html) == (
        "<article><ul><li>a<ol><li>b</li></ol></li></ul>"
        "<table><tr><th>c</th><th>d</th></tr><tr><td>e</td><td>f</td></tr></table>"
        "<blockquote><p>g</p></blockquote></article>"
    )


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "html",
    ["", "<ul>" * 600 + "x", "<table>" * 300 + "<tr><td>x", "<li>a<dt>b<td>c", "<blockquote>" * 400 + "x" * 50,
     "<a href=x>" * 400 + "x", "<b><i>" * 300 + "x", "<ul><p>a</p><li>b<img src=x></ul><img src=y>",
     "<pre>\n\n</pre><h1></h1>"],
)  # fmt: skip
def test_strange_markup_never_breaks_a_format(name: str, html: str) -> None:
    assert isinstance(FORMATS[name].render(whole(html)), str)


def test_json_has_the_same_keys_for_a_full_and_an_empty_page() -> None:
    full = json.loads(to_json(whole("<title>T</title><p>Some text.</p>")))
    empty = json.loads(to_json(whole("")))

    assert list(full) == list(empty)
    assert (full["status"], full["text"]) == ("ok", "Some text.")
    assert (empty["status"], empty["text"], empty["authors"], empty["agency"]) == ("empty", "", [], None)


def test_json_tells_what_was_removed_as_far_as_it_is_asked() -> None:
    document = clean(Page("page", "Share this\nThe BUY pier", "text"), cleaner=CutWords())

    counts = {"characters": 14, "blocks": 1, "by_reason": {"ad": 1, "share": 1}}
    assert to_dict(document)["removed"] == counts
    summary = to_dict(document, "summary")["removed"]
    assert isinstance(summary, dict)
    assert [(piece["text"], piece["reason"], piece["by"]) for piece in summary["pieces"]] == [
        ("Share this", "share", "test.share"),
        ("BUY ", "ad", "test.capitals"),
    ]
    blocks = to_dict(document, "blocks")["blocks"]
    assert isinstance(blocks, list)
    assert [(block["kept"], block["reason"], block["start"], block["end"], len(block["cuts"])) for block in blocks] == [
        (False, "share", 0, 10, 0),
        (True, None, 11, 23, 1),
    ]


def test_blocks_of_an_html_page_have_a_path_instead_of_offsets() -> None:
    blocks = to_dict(whole('<body><div class="main"><p>Text.'), "blocks")["blocks"]

    assert isinstance(blocks, list)
    assert blocks[0]["path"].endswith("div.main/p")
    assert "start" not in blocks[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [("It rained, twice.", 3), ("", 0), ("下雨了。", 3), ("東京で rain", 4), ("비가 왔다", 2), ("don't", 2), ("¿Qué pasó?", 2)],
)
def test_words_are_counted_by_script(text: str, words: int) -> None:
    assert word_count(text) == words


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="text, markdown, html, json"):
        format_named("pdf")
