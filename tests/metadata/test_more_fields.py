"""Section, licence, access, comments, pictures; and what sources say that disagree."""

from __future__ import annotations

import pytest

from cleaner.formats.record import to_dict
from cleaner.pipeline import clean
from cleaner.types import Picture
from tests.metadata.pages import PARAGRAPHS, TITLE, described_html, described_text

URL = "https://www.post.example/ports/ferry"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"


def data(facts: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {facts}}}</script>'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="article:section" content="Ports &amp; Ferries">', "Ports & Ferries"),
        (data('"articleSection": ["Ports", "Saltmere"]'), "Ports"),
        (
            '<script type="application/ld+json">{"@type": "BreadcrumbList", "itemListElement": ['
            '{"name": "Home"}, {"name": "Ports"}, {"name": "Saltmere keeps its chain ferry"}]}</script>',
            "Ports",
        ),
        (f'<meta property="article:section" content="{TITLE}">', None),
        ('<meta property="og:site_name" content="Harbour Post"><meta name="section" content="Harbour Post">', None),
        ("", None),
    ],
)
def test_the_section_is_stated_and_neither_title_nor_site(head: str, expected: str | None) -> None:
    section = described_html(head=head).section
    assert (section.value if section else None) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (f'<link rel="license" href="{CC_BY}">', CC_BY),
        (data(f'"license": "{CC_BY}"'), CC_BY),
        ('<meta name="dcterms.license" content="CC BY-SA 4.0">', "CC BY-SA 4.0"),
        ('<meta name="dc.rights" content="© 2024 Harbour Post. All rights reserved.">', None),
        ("", None),
    ],
)
def test_a_licence_is_one_only_if_it_gives_rights(head: str, expected: str | None) -> None:
    found = described_html(head=head, url=URL).license
    assert (found.value if found else None) == expected


def test_a_link_that_calls_itself_the_licence_states_it() -> None:
    found = described_html(below='<p>Text: <a rel="license" href="/reuse">you may reuse it</a></p>', url=URL).license
    assert found is not None
    assert (found.value, found.source) == ("https://www.post.example/reuse", "rel:license")


def test_a_link_to_a_licence_in_the_footer_states_it() -> None:
    footer = f'<footer><p>Text under <a href="{CC_BY}">CC BY 4.0</a></p></footer>'
    page = f"<main><h1>{TITLE}</h1>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</main>{footer}"
    found = clean(page, url=URL).metadata.license
    assert found is not None
    assert (found.value, found.source) == (CC_BY, "footer")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (data('"isAccessibleForFree": false'), "paid"),
        (data('"isAccessibleForFree": "True"'), "free"),
        (data('"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False"}'), "paid"),
        ('<meta property="article:content_tier" content="metered">', "metered"),
        ('<meta property="article:content_tier" content="of gold">', None),
        ("", None),
    ],
)
def test_access_is_what_the_page_states(head: str, expected: str | None) -> None:
    access = described_html(head=head).access
    assert (access.value if access else None) == expected


def test_a_wall_below_the_text_is_evidence_of_a_paid_page() -> None:
    access = described_text([TITLE], after=["Subscribe now to continue reading"]).access
    assert access is not None
    assert (access.value, access.source) == ("paid", "line")


def test_an_article_about_subscribers_is_not_behind_a_wall() -> None:
    assert described_text([TITLE, "Some subscribers of the ferry's newsletter like reading about chains."]).access is None


@pytest.mark.parametrize(
    ("below", "head", "expected"),
    [
        ("<div>1,204 Comments</div>", "", "1204"),
        ("<div>Kommentare (12)</div>", "", "12"),
        ("<div>Ada Quill | 3 commentaires</div>", "", "3"),
        ("<div>3件</div>", "", None),
        ("", data('"commentCount": 7'), "7"),
        ("", data('"interactionStatistic": {"interactionType": "CommentAction", "userInteractionCount": "8"}'), "8"),
        ("<div>Leave a comment</div>", "", None),
        ("<div>There were 12 comments from the board that night</div>", "", None),
    ],
)
def test_comments_are_counted_where_the_page_counts_them(below: str, head: str, expected: str | None) -> None:
    comments = described_html(head=head, below=below).comments
    assert (comments.value if comments else None) == expected


def test_pictures_have_their_words_and_decoration_is_none() -> None:
    below = (
        '<img src="/icons/share-icon.png" alt="Share">'
        '<figure><img src="/i/ferry.jpg" alt="A ferry on two chains"><figcaption>The ferry in 1998</figcaption></figure>'
        '<img src="chart.png" alt="">'
    )
    assert described_html(below=below, url=URL).images == (
        Picture("https://www.post.example/i/ferry.jpg", "A ferry on two chains", "The ferry in 1998"),
        Picture("https://www.post.example/ports/chart.png", "", ""),
    )


def test_what_sources_disagree_on_stays_visible() -> None:
    found = described_html(
        head='<meta property="og:title" content="The ferry that stays: chains win the vote in Saltmere">'
        "<title>The ferry that stays: chains win the vote in Saltmere</title>"
        '<link rel="canonical" href="/ports/ferry"><meta property="og:url" content="https://m.post.example/ferry">',
        url=URL,
    )
    assert found.title is not None
    assert found.canonical_url is not None
    assert {found.title.value, *(other.value for other in found.title.others)} >= {
        TITLE,
        "The ferry that stays: chains win the vote in Saltmere",
    }
    assert [(other.value, other.source) for other in found.canonical_url.others] == [("https://m.post.example/ferry", "og:url")]


def test_two_days_of_publication_are_a_choice_and_an_other() -> None:
    published = described_html(head=data('"datePublished": "2024-03-05"'), below="<div>7 February 2024</div>").date_published
    assert published is not None
    assert {published.value, *(other.value for other in published.others)} == {"2024-03-05", "2024-02-07"}


def test_the_record_counts_minutes_and_comments_as_numbers_and_shows_conflicts() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = f"<h1>{TITLE}</h1><div>12 comments</div><div>7 February 2024</div>{text}"
    record = to_dict(clean(data('"datePublished": "2024-03-05"') + page))
    assert (record["comments"], record["reading_minutes"]) == (12, 1)
    assert isinstance(record["sources"], dict)
    assert record["sources"]["date_published"]["others"][0]["value"] in ("2024-03-05", "2024-02-07")
