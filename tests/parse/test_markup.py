"""HTML into blocks: what holds together, what is apart, what a browser would not show, and what the head says."""

from __future__ import annotations

import pytest

from cleaner.errors import PageRefused
from cleaner.parse import parse
from cleaner.parse.markup import MAX_ATTRIBUTES, MAX_NODES
from cleaner.types import Block, Page, Parsed


def parsed(html: str) -> Parsed:
    return parse(Page("page", html, "html"))


def blocks(html: str) -> list[tuple[str, str]]:
    """Each block's element and text."""
    return [(block.tag, block.text) for block in parsed(html).blocks]


def texts(html: str) -> list[str]:
    return [block.text for block in parsed(html).blocks]


def only(html: str) -> Block:
    (block,) = parsed(html).blocks
    return block


def spans(block: Block) -> list[tuple[str, str, str]]:
    return [(span.kind, block.text[span.start : span.end], span.target) for span in block.spans]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>rai<b>ny</b> days</p>", "rainy days"),
        ("<p><span>R</span>ain <i>fell</i>.</p>", "Rain fell."),
        ("<p>rain <b>fell</b></p>", "rain fell"),
        ("<p>rain<b> fell</b> here</p>", "rain fell here"),
        ("<p>rain <b> fell </b> here</p>", "rain fell here"),
        ("<p>rain\n\t  fell\u2009here</p>", "rain fell here"),
        ("<p>H<sub>2</sub>O and x<sup>2</sup></p>", "H2O and x2"),
        ("<p>rain<!-- ad -->fall</p>", "rainfall"),
        ("<p>rain<wbr>fall</p>", "rainfall"),
        ("<p>rain<script>go()</script>fall<style>p{}</style></p>", "rainfall"),
        ("<p>Fish &amp; chips &#8211; caf&eacute;&nbsp;au lait</p>", "Fish & chips – café au lait"),
        ("<p>漢<ruby>字<rt>じ</rt></ruby></p>", "漢字じ"),
    ],
)
def test_inline_elements_neither_break_a_word_nor_glue_two(html: str, text: str) -> None:
    assert texts(html) == [text]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("<div>One<div>Two</div>Three</div>", ["One", "Two", "Three"]),
        ("<p>One<br>Two</p>", ["One\nTwo"]),
        ("<p>One<br><br>Two</p>", ["One", "Two"]),
        ("<p>One<br> \n <br/><br />Two</p>", ["One", "Two"]),
        ("<p>One<hr>Two", ["One", "Two"]),
        ("<b>One<br><br>Two</b>", ["One", "Two"]),
        ("One<p>Two", ["One", "Two"]),
        ("<p>One<p>Two<p>Three", ["One", "Two", "Three"]),
        ("<custom-card>One</custom-card><custom-card>Two</custom-card>", ["One", "Two"]),
        ("<p> </p><p>&nbsp;</p><p>\u200b</p><p>One</p>", ["One"]),
    ],
)
def test_a_block_is_a_run_of_text_in_one_element(html: str, expected: list[str]) -> None:
    assert texts(html) == expected


def test_items_cells_terms_and_buttons_are_blocks_of_their_own() -> None:
    html = """<ul><li>One<li>Two</ul><dl><dt>Term<dd>Meaning</dl><table><tr><th>Year<td>1931</table>
    <button>Send</button><figure><figcaption>A ferry</figcaption></figure><blockquote>Rain.</blockquote><h2>Tides</h2>"""
    assert blocks(html) == [
        ("li", "One"),
        ("li", "Two"),
        ("dt", "Term"),
        ("dd", "Meaning"),
        ("th", "Year"),
        ("td", "1931"),
        ("button", "Send"),
        ("figcaption", "A ferry"),
        ("blockquote", "Rain."),
        ("h2", "Tides"),
    ]


def test_an_item_that_holds_a_list_keeps_its_own_text_apart() -> None:
    assert texts("<ul><li>Boats<ul><li>Ferry<li>Barge</ul>and more</ul>") == ["Boats", "Ferry", "Barge", "and more"]


def test_empty_cells_keep_their_place_in_a_table() -> None:
    page = parsed("<table><tr><td>1</td><td></td><td>3</td></tr></table>")
    cells = [element for element in page.elements if element.tag == "td"]
    assert [(cell.first, cell.end) for cell in cells] == [(0, 1), (1, 1), (1, 2)]


def test_preformatted_text_keeps_its_spaces_and_lines() -> None:
    block = only("<pre>\n  if rain:\n\n\tstay( <b>in</b> )  \n\n</pre>")
    assert block.text == "  if rain:\n\n\tstay( in )"
    assert spans(block) == [("strong", "in", "")]


def test_links_and_emphasis_are_spans_of_the_text() -> None:
    block = only("<p>The <a href=' /rain '>wet <b>day</b></a> was <em>long</em> and <code>x = 1</code>.</p>")
    assert sorted(spans(block)) == [
        ("code", "x = 1", ""),
        ("em", "long", ""),
        ("link", "wet day", "/rain"),
        ("strong", "day", ""),
    ]
    assert block.link_chars == len("wet day")


def test_a_span_does_not_hold_the_space_before_it() -> None:
    assert spans(only("<p>The <a href='/r'> rain </a> fell</p>")) == [("link", "rain", "/r")]


def test_a_block_inside_a_link_keeps_the_link_on_every_part() -> None:
    first, second, third = parsed("<a href='/r'>One<div>Two</div>Three</a>").blocks
    assert [spans(block) for block in (first, second, third)] == [
        [("link", "One", "/r")],
        [("link", "Two", "/r")],
        [("link", "Three", "/r")],
    ]


def test_an_anchor_without_a_target_is_no_link() -> None:
    assert only("<p><a name='top'>Rain</a></p>").link_chars == 0


@pytest.mark.parametrize(
    ("html", "mark"),
    [
        ("<p hidden>Rain</p>", "hidden"),
        ("<div style='color: red; DISPLAY : none'><p>Rain</p></div>", "style"),
        ("<p style='visibility:hidden'>Rain</p>", "style"),
        ("<span class='icon sr-only'>Rain</span>", "class"),
        ("<body><noscript><p>Rain</p></noscript>", "noscript"),
        ("<template><p>Rain</p></template>", "template"),
        ("<select><option>Rain<option>Snow</select>", "control"),
        ("<textarea>Rain</textarea>", "control"),
        ("<dialog><p>Rain</p></dialog>", "dialog"),
        ("<p>Rain</p>", ""),
        ("<p hidden='until-found'>Rain</p>", ""),
        ("<dialog open><p>Rain</p></dialog>", ""),
    ],
)
def test_text_that_a_browser_would_not_show_is_kept_and_marked(html: str, mark: str) -> None:
    block = parsed(html).blocks[0]
    assert block.text.startswith("Rain")
    assert block.hidden == mark


def test_a_hidden_part_of_a_line_is_a_block_of_its_own() -> None:
    first, second, third = parsed("<p>Rain <span hidden>and snow</span> fell</p>").blocks
    assert [(block.text, block.hidden) for block in (first, second, third)] == [
        ("Rain", ""),
        ("and snow", "hidden"),
        ("fell", ""),
    ]


def test_choices_of_a_list_are_apart() -> None:
    assert texts("<select><option>Oltern</option><option>Cleeve</option></select>") == ["Oltern Cleeve"]


def test_scripts_styles_and_pictures_in_code_leave_no_text() -> None:
    html = "<style>p{}</style><script>rain()</script><svg><text>Rain</text></svg><iframe>Rain</iframe><p>Snow</p>"
    assert texts(html) == ["Snow"]


def test_no_control_character_reaches_text_names_or_targets() -> None:
    page = parsed("<p class='a\x01b'>Ra\x02in <a href='/\x03x'>fell</a></p><pre>a\x04b</pre>")
    assert [block.text for block in page.blocks] == ["Ra in fell", "a b"]
    assert spans(page.blocks[0]) == [("link", "fell", "/ x")]
    assert [element.names for element in page.elements if element.tag == "p"] == ["a b"]


def test_blocks_know_the_elements_around_them_by_tag_and_names() -> None:
    page = parsed("<html><body><div id='Main' class='Post  wide' role=main><p>Rain</p></div><div></div></body></html>")
    (block,) = page.blocks
    assert [(element.tag, element.names) for element in page.ancestors(block.element)] == [
        ("p", ""),
        ("div", "post wide main main"),
        ("body", ""),
        ("html", ""),
    ]
    assert page.path(block) == "html/body/div.post/p"


def test_elements_know_the_range_of_their_blocks_and_stand_after_their_parents() -> None:
    page = parsed("<main><section><h2>One</h2><p>Two</p></section><section><p>Three</p></section></main><footer>Four</footer>")
    ranges = {(element.tag, element.first, element.end) for element in page.elements}
    assert {("main", 0, 3), ("section", 0, 2), ("section", 2, 3), ("footer", 3, 4)} <= ranges
    assert all(element.parent < index for index, element in enumerate(page.elements))
    for index, block in enumerate(page.blocks):
        assert all(element.first <= index < element.end for element in page.ancestors(block.element))


def test_pictures_stand_before_a_block_with_their_real_source_and_text() -> None:
    html = """<p>One</p><img src='/dot.gif' data-src='/ferry.jpg' alt=' A  ferry '><p>Two</p>
    <img src='data:image/gif;base64,AAAA'><img src='/last.png'>"""
    assert [(image.block, image.target, image.text) for image in parsed(html).images] == [
        (1, "/ferry.jpg", "A ferry"),
        (2, "/last.png", ""),
    ]


def test_the_head_is_read_as_written() -> None:
    head = parsed(
        """<html lang=de-AT><head><title> Regen \n am See </title><base href="https://oltern.example/">
        <meta property="OG:Title" content="Regen"><meta name=empty content=""><link rel=Canonical href=" /regen ">
        <script type="application/ld+json">{"a": 1}</script><script>var b = 2</script></head>
        <body><time datetime=2031-03-02>Sonntag</time> <span class=author-name>Ada Quill</span></body></html>"""
    ).head
    assert (head.title, head.language, head.base) == ("Regen am See", "de-AT", "https://oltern.example/")
    assert head.meta == (("og:title", "Regen"),)
    assert head.links == (("canonical", "/regen", ""),)
    assert head.json_ld == ('{"a": 1}',)
    assert head.times == (("2031-03-02", "Sonntag", 0),)
    assert head.marked == (("author-name", "Ada Quill", 0),)


def test_inline_elements_say_what_they_are_by_property_and_rel() -> None:
    head = parsed(
        """<p><span property="dc:date dc:created" content="2031-03-02">Sunday</span> <i property=schema:author>Ada Quill</i>
        <a rel="category tag" href=/ports title="All on ports">Ports</a> <a rel="nofollow tag" href=/t/ferry>Ferry</a>
        <a href=/cc rel=license>Some rights</a> <a rel=nofollow href=/x>Elsewhere</a></p>"""
    ).head
    assert head.marked == (
        ("dc:date dc:created", "2031-03-02", 0),
        ("schema:author", "Ada Quill", 0),
        ("category tag", "Ports", 0),
        ("tag", "Ferry", 0),
        ("license", "/cc", 0),
    )


def test_unclosed_and_misnested_elements_lose_no_text() -> None:
    assert texts("<div><p>One <b>two<p>three</b> four</div><table>six<tr><td>seven") == [
        "One two",
        "three four",
        "six",
        "seven",
    ]


@pytest.mark.parametrize(
    ("html", "limit"),
    [
        ("<b>" * (MAX_NODES + 1), "nodes"),
        ("<p " + " ".join(f"a{i}" for i in range(MAX_ATTRIBUTES + 1)) + ">Rain", "attributes"),
    ],
    ids=["nodes", "attributes"],
)
def test_a_page_beyond_a_limit_is_refused_and_the_limit_named(html: str, limit: str) -> None:
    with pytest.raises(PageRefused) as refused:
        parsed(html)
    assert refused.value.limit == limit


def test_a_button_amid_a_sentence_is_of_the_sentence_and_one_behind_a_sentence_or_a_link_is_not() -> None:
    assert blocks("<p>Press <button>Save</button> and wait.</p>") == [("p", "Press Save and wait.")]
    assert blocks("<p>Did it help? <button>Yes</button></p>") == [("p", "Did it help?"), ("button", "Yes")]
    assert blocks('<li><a href="/">Piers</a> <button>Open</button></li>') == [("li", "Piers"), ("button", "Open")]


def test_a_button_that_folds_an_answer_away_is_the_heading_s_text() -> None:
    found = blocks('<h2><button aria-expanded="false">How much?</button></h2><div><p>Ten coins.</p><button>Buy</button></div>')
    assert found == [("h2", "How much?"), ("p", "Ten coins."), ("button", "Buy")]
