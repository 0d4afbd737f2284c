"""The title is what the headline says, without site, section and spam."""

from __future__ import annotations

import pytest

from cleaner import clean
from cleaner.types import Reason
from tests.metadata.pages import PARAGRAPHS, TITLE, described_html, described_text

SITE = '<meta property="og:site_name" content="Harbour Post">'


@pytest.mark.parametrize(
    "head",
    [
        f"<title>{TITLE} - Harbour Post</title>{SITE}",
        f"<title>{TITLE} | Ports | Harbour Post</title>{SITE}<meta property='article:section' content='Ports'>",
        f"<title>Harbour Post » {TITLE}</title>{SITE}",
        f"<title>Ten more years of chains</title><meta property='og:title' content='{TITLE} | Harbour Post'>",
        "<title>Ferry news you cannot miss today</title>",
        "",
    ],
)
def test_the_visible_headline_is_the_title_whatever_the_head_adds(head: str) -> None:
    title = described_html(head=head).title
    assert title is not None
    assert title.value == TITLE
    assert title.source == "h1"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (f"<title>{TITLE} - Harbour Post</title>{SITE}", TITLE),
        (f"<title>{TITLE} | Harbour Post</title>", TITLE),
        ("<title>Salt &amp; Chains: a ferry&#39;s year</title>", "Salt & Chains: a ferry's year"),
        ("<meta property='og:title' content='Chains &amp;amp; rust'>", "Chains & rust"),
        (
            "<script type='application/ld+json'>{'@type': broken}</script><title>The ferry that stays</title>",
            "The ferry that stays",
        ),
        (
            '<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"Harbour Post"},'
            '{"@type":["NewsArticle"],"headline":"The ferry that stays"}]}</script>',
            "The ferry that stays",
        ),
        (
            "<title>老渡船再开十年_港口新闻_港口报</title><meta name='application-name' content='港口报'>",
            "老渡船再开十年",
        ),
    ],
)
def test_a_page_without_a_headline_is_titled_by_its_head(head: str, expected: str) -> None:
    title = described_html(head=head, title="").title
    assert title is not None
    assert title.value == expected


@pytest.mark.parametrize(
    ("head", "title", "expected"),
    [
        ("<title>Markup Guide</title>", "<h1>&lt;gauge&gt;: how to show a level</h1>", "<gauge>: how to show a level"),
        ("<title>&lt;gauge&gt;: how to show a level | Markup Guide</title>", "", "<gauge>: how to show a level"),
        ("<title>Map Talk - View topic - Old maps of the narrows</title>", "", "Old maps of the narrows"),
        ("<title>Map Talk</title>", "<h1>Thread: Old maps of the narrows</h1>", "Old maps of the narrows"),
        ("<title>Barn.example: Brass tap for water tanks</title>", "", "Brass tap for water tanks"),
        ("<title>Imprimir</title>", "<h2>La torre vuelve a asomar</h2>", "La torre vuelve a asomar"),
        (
            "<meta property='og:title' content='Narrows: Chain ferry stays for ten years'>",
            "<h1><span>Narrows</span><span>Chain ferry stays for ten years</span></h1>",
            "Narrows: Chain ferry stays for ten years",
        ),
        (
            "<meta property='og:title' content='Board votes to keep the old ferry after a summer with...'>",
            "<h2 class='article-title'>Board votes to keep the old ferry after a summer without rain</h2>",
            "Board votes to keep the old ferry after a summer without rain",
        ),
    ],
)
def test_what_engines_shops_and_print_views_do_to_a_title_is_undone(head: str, title: str, expected: str) -> None:
    url = "https://www.barn.example/pages/brass"
    found = described_html(head=head, title=title, url=url).title
    assert found is not None
    assert found.value == expected


def test_a_step_of_the_pages_trail_is_no_part_of_its_title() -> None:
    trail = (
        '<div class="breadcrumbs"><a href="/">Index</a> » <a href="/f2">Hardware</a> » <b>Pump noise after upgrade</b></div>'
    )
    head = "<title>Pump noise after upgrade / Hardware / Pumpworks</title>"
    title = described_html(head=head, above=trail, title="", url="https://pumpworks.example/viewtopic?id=31").title
    assert title is not None
    assert title.value == "Pump noise after upgrade"


def test_the_sites_name_in_an_h1_is_not_the_title() -> None:
    above = "<header><h1>Harbour Post</h1></header>"
    title = described_html(head=f"<title>{TITLE} - Harbour Post</title>", above=above, title=f"<h2>{TITLE}</h2>").title
    assert title is not None
    assert title.value == TITLE


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The seven best ferries on the coast in 2026", "The seven best ferries on the coast in 2026"),
        ("What the ferry carried on 5 March 2024", "What the ferry carried on 5 March 2024"),
        ("- Saltmere keeps its chain ferry", "Saltmere keeps its chain ferry"),
        ("# Saltmere keeps its chain ferry", "Saltmere keeps its chain ferry"),
        ("Saltmere votes. The ferry stays.", "Saltmere votes. The ferry stays."),
    ],
)
def test_a_headline_may_end_with_a_year_or_a_stop_and_begin_with_the_mark_of_an_item(line: str, expected: str) -> None:
    title = described_text(["Home", "Ports", line, "By Ada Quill", "5 March 2024"]).title
    assert title is not None
    assert title.value == expected


def test_a_credit_above_the_text_is_no_title() -> None:
    title = described_text([TITLE, "Photographs by Bo Fenn"]).title
    assert title is not None
    assert title.value == TITLE


def test_the_books_name_in_an_h1_is_not_the_chapters_title() -> None:
    head = "<title>Mending a Chain - The Ferryman's Handbook</title>"
    title = described_html(head=head, above="<h1>The Ferryman's Handbook</h1>", title="<h2>Mending a Chain</h2>").title
    assert title is not None
    assert title.value == "Mending a Chain"


def test_a_page_that_is_only_text_has_no_title() -> None:
    assert described_text([]).title is None


@pytest.mark.parametrize(
    "line", ["Wednesday, January 29, 2025", "Date:", "Home", "spot_imgspot_img", "Ports Fishing Weather Sport."]
)
def test_a_date_a_label_or_a_menu_above_the_text_is_no_title(line: str) -> None:
    assert described_text([line]).title is None


@pytest.mark.parametrize(
    "lines",
    [
        [TITLE],
        ["Wednesday, January 29, 2025", TITLE, "Date:"],
        [f"Current: Home > Ports > {TITLE} - Harbour Post", TITLE, "Date: 2024-03-05 10:20:00"],
        ["Home", "Ports", "About us", TITLE, "By Ada Quill", "5 March 2024"],
        [TITLE, "The ferry at its berth last winter. Photo: Bo Fenn"],
        [f"{TITLE} | Harbour Post", "Ada Quill, 5 March 2024"],
    ],
)
def test_the_headline_of_a_flattened_page_is_its_title(lines: list[str]) -> None:
    title = described_text(lines).title
    assert title is not None
    assert title.value == TITLE


def test_a_short_title_is_known_by_the_breadcrumbs_that_end_with_it() -> None:
    title = described_text(["Guide", "Recipes", "Home › Guide › Chain tension", "Chain tension", "Edit this page"]).title
    assert title is not None
    assert title.value == "Chain tension"


@pytest.mark.parametrize("token", ["Quillrank:", "Quillrank ", "[Quillrank] ", "【Quillrank】", "Quillrank"])
def test_a_spam_token_that_was_cut_is_cut_from_the_title(token: str) -> None:
    lines = [f"Home > Ports > {token}{TITLE} -HarbourWorld", f"{token}{TITLE}", "Date:2024-03-05 10:20:00"]
    title = described_text(lines, cuts={token: Reason.SPAM_TOKEN}).title
    assert title is not None
    assert title.value == TITLE


def test_a_spam_token_that_was_cut_from_the_text_alone_is_cut_from_the_title_too() -> None:
    text = PARAGRAPHS[0].replace("Saltmere", "Saltmere, Quillrank", 1)
    title = described_text([f"Quillrank:{TITLE}", text], cuts={" Quillrank": Reason.SPAM_TOKEN}).title
    assert title is not None
    assert title.value == TITLE


def test_a_title_is_one_clean_line_of_bounded_length() -> None:
    title = described_html(
        head=f"<meta property='og:title' content='Bell\x07 <b>and</b>\n  chain {'again ' * 200}'>", title=""
    ).title
    assert title is not None
    assert title.value.startswith("Bell and chain again")
    assert len(title.value) <= 300


def test_what_a_rule_takes_out_of_a_text_as_its_headline_is_its_title() -> None:
    text = (
        "Home\nNews\nLog in\nMarsh road sinks again\nBy Ada Quill\n12 May 2021\n"
        "The road across the marsh at Low Ferring has sunk by nine centimetres since the winter, the county said on Tuesday.\n"
        "Two buses a day will take the long way round by the mill until the surface has been laid once more.\n"
    )
    document = clean(text)
    assert any(piece.reason is Reason.TITLE and piece.text == "Marsh road sinks again" for piece in document.removed)
    assert document.metadata.title is not None
    assert document.metadata.title.value == "Marsh road sinks again"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Reabre el puente de Piedralta",
            [
                "El Ayuntamiento de Piedralta reabrió el sábado el viejo puente de piedra.",
                "La alcaldesa dice que la reforma costó 3,8 millones de euros.",
            ],
        ),
        (
            "Мост в Каменке снова открыт",
            [
                "Посёлок Каменка в субботу открыл старый каменный мост после четырёх лет ремонта.",
                "Глава посёлка говорит, что работы обошлись в 38 миллионов рублей.",
            ],
        ),
        (
            "石橋鎮古橋重新開放",
            ["石橋鎮公所週六重新開放整修四年的古老石橋。", "鎮長林美玉表示，整修工程花費三千八百萬元，居民等了很久。"],
        ),
    ],
)
def test_a_flattened_notice_of_short_sentences_has_the_title_above_them(title: str, text: list[str]) -> None:
    found = clean("\n".join([title, "12/03/2024", *text])).metadata.title
    assert found is not None
    assert found.value == title
    assert found.confidence < 0.9


@pytest.mark.parametrize("token", ["Quillrank:", "Quillrank Wealth Society|", "Ada B. Lorn-"])
def test_a_token_that_stands_above_the_text_alone_is_cut_from_the_title(token: str) -> None:
    lines = [f"Current:Home > reviews{token}{TITLE} -The Daily Weir", f"{token}{TITLE}", "Date:2026-03-04 10:11:12"]
    document = clean("\n".join((*lines, *PARAGRAPHS)))
    assert document.metadata.title is not None
    assert document.metadata.title.value == TITLE
    assert "injected-token" in document.warnings
