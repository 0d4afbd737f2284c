"""Site, address, description, picture, tags and agency."""

from __future__ import annotations

import json

import pytest

from cleaner.pipeline import clean
from cleaner.types import Page
from tests.metadata.pages import PARAGRAPHS, TITLE, described_html, described_text

URL = "https://www.post.example/ports/ferry?ref=mail"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="og:site_name" content="Harbour &amp; Post">', "Harbour & Post"),
        ('<meta name="application-name" content="Harbour Post">', "Harbour Post"),
        ('<script type="application/ld+json">{"@type":"WebSite","name":"Harbour Post"}</script>', "Harbour Post"),
        (
            '<script type="application/ld+json">[{"@type":"Article","publisher":{"name":"Harbour Post"}}]</script>',
            "Harbour Post",
        ),
        (f"<title>{TITLE} - Harbour Post</title>", "Harbour Post"),
        (f"<title>{TITLE}</title>", None),
    ],
)
def test_the_site_is_named_as_it_names_itself(head: str, expected: str | None) -> None:
    site = described_html(head=head).site_name
    assert (site.value if site else None) == expected


def test_who_wrote_the_page_is_no_site() -> None:
    assert described_html(head=f"<title>{TITLE}, by Ada Quill</title>").site_name is None


def test_a_flattened_page_names_its_site_beside_the_repeated_title() -> None:
    site = described_text([f"Home > Ports > {TITLE} -Harbour Post", TITLE]).site_name
    assert site is not None
    assert site.value == "Harbour Post"


def test_the_copyright_line_confirms_a_name_in_the_first_lines() -> None:
    site = described_text(
        ["Harbour Post  Ports  Weather", TITLE], after=["© 2024 Harbour Post Ltd. All rights reserved."]
    ).site_name
    assert site is not None
    assert site.value == "Harbour Post"


@pytest.mark.parametrize(
    ("holder", "expected"),
    [("Harbour Post Ltd", "Harbour Post"), ("The Harbour Post", "Harbour Post"), ("Saltmere Media Inc", None)],
)
def test_a_flattened_page_is_its_copyright_holders_where_the_host_is_called_so(holder: str, expected: str | None) -> None:
    text = "\n".join([TITLE, *PARAGRAPHS, f"© 2024 {holder}. All rights reserved."])
    site = clean(Page("page", text, kind="text", url="https://www.harbourpost.example/ports/ferry")).metadata.site_name
    assert (site.value if site else None) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="canonical" href="/ports/ferry">', "https://www.post.example/ports/ferry"),
        ('<base href="https://cdn.example/x/"><link rel="canonical" href="ferry">', "https://cdn.example/x/ferry"),
        ('<meta property="og:url" content="https://post.example/ferry">', "https://post.example/ferry"),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="http://[broken">', None),
        ("", None),
    ],
)
def test_the_canonical_address_is_absolute_and_http(head: str, expected: str | None) -> None:
    canonical = described_html(head=head, url=URL).canonical_url
    assert (canonical.value if canonical else None) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="og:image" content="/i/ferry.jpg">', "https://www.post.example/i/ferry.jpg"),
        ('<meta name="twitter:image" content="//cdn.example/f.jpg">', "https://cdn.example/f.jpg"),
        (
            '<script type="application/ld+json">{"@type":"Article","image":[{"url":"https://cdn.example/f.jpg"}]}</script>',
            "https://cdn.example/f.jpg",
        ),
        ('<meta property="og:image" content="data:image/png;base64,AAAA">', None),
    ],
)
def test_the_picture_has_an_absolute_address(head: str, expected: str | None) -> None:
    image = described_html(head=head, url=URL).image
    assert (image.value if image else None) == expected


def test_the_description_is_the_pages_own_in_plain_text() -> None:
    description = described_html(head='<meta name="description" content="Chains &amp;amp; <i>rust</i>">').description
    assert description is not None
    assert description.value == "Chains & rust"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            '<meta property="article:tag" content="Ferries"><meta property="article:tag" content="Saltmere">',
            ["Ferries", "Saltmere"],
        ),
        ('<meta name="keywords" content="ferries, Saltmere,, Ferries">', ["ferries", "Saltmere"]),
        (
            '<script type="application/ld+json">{"@type":"Article","keywords":["ferries","chains"]}</script>',
            ["ferries", "chains"],
        ),
        ("", []),
    ],
)
def test_tags_are_listed_once_each(head: str, expected: list[str]) -> None:
    assert [tag.value for tag in described_html(head=head).tags] == expected


def test_links_by_the_text_that_call_themselves_tags_are_tags() -> None:
    below = (
        '<p>Filed under <a rel="category tag" href="/p">Ports</a>, <a rel="tag" href="/f">ferries</a>, '
        '<a href="/x">more</a></p>'
    )
    found = described_html(below=below, head='<meta name="keywords" content="news, saltmere">')
    assert [(tag.value, tag.source) for tag in found.tags] == [("ferries", "rel:tag")]
    assert found.section is not None
    assert (found.section.value, found.section.source) == ("Ports", "rel:category")


def test_authors_and_dates_marked_by_property_are_read() -> None:
    below = (
        '<div>Sent <span property="dc:date dc:created" content="2031-03-02T10:00:00Z">on Sunday</span> by '
        '<a property="schema:author" href="/u">Ada Quill</a></div>'
    )
    found = described_html(below=below)
    assert found.date_published is not None
    assert found.date_published.value == "2031-03-02T10:00:00+00:00"
    assert [author.value for author in found.authors] == ["Ada Quill"]


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("SALTMERE, Norway (AP) — ", "AP"),
        ("(REUTERS) – ", "Reuters"),
        ("ROMA (ANSA) - ", "ANSA"),
        ("Berlin (dpa/afp) - ", "dpa"),
        ("SALTMERE (AFP) ", "AFP"),
        ("The harbour board (HB) — ", None),
        ("The agencies, among them AP and Reuters, reported that ", None),
    ],
)
def test_the_dateline_tells_the_wire_agency(opening: str, expected: str | None) -> None:
    agency = described_text([TITLE, opening + PARAGRAPHS[1]]).agency
    assert (agency.value if agency else None) == expected


def test_an_agency_given_as_author_is_the_agency_and_no_person() -> None:
    found = described_html(head='<meta name="author" content="The Associated Press">')
    assert found.agency is not None
    assert (found.agency.value, found.authors) == ("AP", ())


@pytest.mark.parametrize(
    "script",
    [
        "[" * 10_000 + "]" * 10_000,
        '{"@graph":' * 10_000 + "[]" + "}" * 10_000,
        '{"@type": "Article", "author": ' + '{"name":' * 900 + '"x"' + "}" * 900 + "}",
        json.dumps([{"@type": "Article", "headline": f"Other {n}"} for n in range(5_000)]),
        '{"@type": "Article", "headline": null, "author": [[], {}, 3, null], "image": [], "keywords": {"a": 1}}',
        '{"@type": 7, "@graph": {"@id": ["x"]}, "author": {"@id": {"deep": []}}}',
        "/* nothing */",
        "",
    ],
)
def test_no_json_ld_however_strange_breaks_the_page(script: str) -> None:
    title = described_html(head=f'<script type="application/ld+json">{script}</script>').title
    assert title is not None
    assert title.value == TITLE


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "Article", "description": "Chains and rust",}',
        '<!-- {"@type": "Article", "description": "Chains and rust"} -->',
        '//<![CDATA[\n{"@type": "Article", "description": "Chains and rust"}\n//]]>',
        '{"@type": "Article",\n"description": "Chains\nand rust"};',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;description&quot;: &quot;Chains and rust&quot;}",
        '{"@type": "WebSite", "name": "Harbour Post"}\n{"@type": "Article", "description": "Chains and rust"}',
        '{"@graph": [{"@type": "WebPage", "mainEntity": {"@type": "Book", "description": "Chains and rust"}}]}',
    ],
)
def test_json_ld_with_the_usual_faults_is_read(script: str) -> None:
    description = described_html(head=f'<script type="application/ld+json">{script}</script>').description
    assert description is not None
    assert description.value == "Chains and rust"


def test_no_value_holds_a_control_character_or_a_lone_surrogate() -> None:
    bad = "Chains\\u0000 and \\ud800 rust\\u0007"
    data = f'{{"@type":"Article","headline":"{bad}","description":"{bad}","keywords":"{bad}","author":"Ada\\u0001 Quill"}}'
    found = described_html(head=f'<script type="application/ld+json">{data}</script>', title="", below="")
    values = [found.title, found.description, *found.tags, *found.authors]
    assert len(values) == 4
    for value in values:
        assert value is not None
        assert all(character.isprintable() for character in value.value)
        assert value.raw is None or all(character.isprintable() for character in value.raw)
