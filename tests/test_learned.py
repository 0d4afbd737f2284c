"""The learned and the combined cleaner, on pages that they have not seen."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner import clean
from cleaner.cleaners import cleaner_named, name_with
from cleaner.cleaners.learned import LearnedCleaner
from cleaner.errors import InputError, UnknownName
from cleaner.formats import to_dict
from cleaner.scoring.evaluate import score_sample
from cleaner.scoring.flatten import flatten
from cleaner.scoring.samples import Sample, read_samples
from cleaner.types import Page

SAMPLES = Path(__file__).parents[1] / "samples"
MEGABYTE = 1 << 20

both = pytest.mark.parametrize("name", ["learned", "combined"])

PARAGRAPHS = [
    "Nobody in Corran can say who planted the walnut that stands behind the school, but everyone agrees that it was there "
    "before the school was, and that it should be there after it.",
    "The county disagrees. A survey in May found that the roots have lifted the wall of the gymnasium by four centimetres, "
    "and that the wall, which is younger, has the better papers.",
    "“We are not against trees,” said Orla Feeney, who signed the survey. “We are against walls that fall on children.” She "
    "has proposed to move the gymnasium, which would cost nine times as much.",
    "Until the council votes on 3 June, the pupils have the tree to themselves. They have hung a sign on it, at the height "
    "of the tallest of them, which says that it is listening.",
]
MENU = "".join(f"<li><a href=/{name}>{name.title()}</a></li>" for name in ("news", "sport", "weather", "farming", "letters"))
MORE = "".join(
    f"<li><a href=/{number}>{title}</a></li>"
    for number, title in enumerate(("Bridge closed for a week", "Choir seeks tenors", "Geese return to the weir"))
)
ARTICLE = (
    '<html><head><title>The walnut and the wall - Corran Chronicle</title><meta property="og:type" content="article">'
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The walnut and the wall"}</script></head><body>'
    f"<header><nav><ul>{MENU}</ul></nav></header><main><article><h1>The walnut and the wall</h1>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    + f'</article><section class="related"><h2>More from Corran</h2><ul>{MORE}</ul></section></main>'
    "<footer><p>© Corran Chronicle. All rights reserved.</p></footer></body></html>"
)


def samples() -> Iterator[Sample]:
    return read_samples(SAMPLES)


# Pages as somebody types them into a request: no address, hardly a head, a few sentences.
SHORT_PAGES = {
    "article": (
        "<html><head><title>Ferry to run on Sundays</title></head><body><nav><a href=/>Home</a><a href=/isles>Isles</a></nav>"
        "<article><h1>Ferry to run on Sundays</h1><p class=byline>By Mairi Gunn</p><p>The ferry to Skarra will run on Sundays "
        "from May, for the first time since the pier was built.</p><p>“It took us forty years to agree on a timetable,” said "
        "Donald Reid, who chairs the harbour board.</p><h3>Related stories</h3><ul><li><a href=/1>Pier to be painted</a>"
        "<li><a href=/2>Seal naps on slipway</a></ul></article><footer>© Skarra Post</footer></body></html>"
    ),
    "product": (
        "<html><head><title>Tin lantern | Hearth Supply</title></head><body><main><div class=product><h1>Tin lantern</h1>"
        "<div class=price>€24.00</div><button class=add-to-cart>Add to basket</button><div class=description><p>A lantern of "
        "tinned steel with a glass that slides out for cleaning.</p><ul><li>Height: 31 cm<li>Weight: 640 g</ul></div></div>"
        "<div class=reviews><h2>Reviews</h2><p>Survived three winters on our porch.</p></div></main></body></html>"
    ),
}


@pytest.mark.parametrize("page_type", SHORT_PAGES)
def test_a_short_page_that_tells_nothing_of_itself_is_known_for_what_it_is(page_type: str) -> None:
    document = clean(SHORT_PAGES[page_type])

    assert document.page_type == page_type
    assert "listing-page" not in document.warnings


def test_links_to_other_stories_in_a_short_article_go() -> None:
    document = clean(SHORT_PAGES["article"])

    assert "forty years to agree" in document.text
    assert "Pier to be painted" not in document.text


@both
def test_an_article_is_kept_whole_and_the_page_around_it_goes(name: str) -> None:
    document = clean(ARTICLE, cleaner=name)

    assert all(paragraph in document.text for paragraph in PARAGRAPHS)
    assert not any(word in document.text for word in ("Weather", "Choir seeks tenors", "All rights reserved"))
    assert document.page_type == "article"
    assert document.quality is not None
    assert document.quality > 0.7


@both
@pytest.mark.parametrize("style", ["lines", "paragraphs", "glued", "bullets"])
def test_the_same_holds_for_the_flattened_page(name: str, style: str) -> None:
    document = clean(flatten(ARTICLE, style), cleaner=name)

    assert all(paragraph in document.text for paragraph in PARAGRAPHS)
    assert "Choir seeks tenors" not in document.text


RECIPE = (
    '<html><head><title>Spelt and chestnut soup - Selva kitchen</title><script type="application/ld+json">{"@type": "Recipe", '
    '"name": "Spelt and chestnut soup"}</script></head><body><nav><a href=/1>Starters</a><a href=/2>Soups</a></nav><main>'
    "<h1>Spelt and chestnut soup</h1><p>When the first fog comes, a pot of spelt goes on our fire. The recipe is an "
    "aunt's who weighed nothing, and I had to watch her three times to get the amounts.</p><div><h2>Ingredients</h2>"
    "<p>Serves 4 · Takes an hour</p><ul><li>200 g of spelt<li>150 g of boiled chestnuts<li>some celery</ul><h2>Method</h2>"
    "<ol><li>Fry the celery with some rosemary.<li>Add the spelt and cover it with water.<li>After half an hour add the "
    "chestnuts.</ol><p><strong>Tip:</strong> better on the next day.</p></div><div><h3>You may also like</h3><ul><li>"
    "<a href=/3>Chickpea soup</a><li><a href=/4>Polenta</a></ul></div></main><footer>Follow us</footer></body></html>"
)


def test_a_recipe_beside_its_story_stays_with_ingredients_steps_and_tip() -> None:
    document = clean(RECIPE)

    assert all(part in document.text for part in ("Serves 4", "boiled chestnuts", "cover it with water", "better on the next"))
    assert not any(part in document.text for part in ("Chickpea soup", "Follow us", "Starters"))
    assert document.warnings == ()


def test_the_body_of_an_article_that_is_asked_for_by_name_is_not_filled_up() -> None:
    assert "better on the next" not in clean(RECIPE, cleaner="combined:article").text


def test_everything_removed_has_a_reason_of_its_kind() -> None:
    reasons = {piece.text: piece.reason.value for piece in clean(ARTICLE).removed}

    assert reasons["Weather"] == "navigation"
    assert reasons["Choir seeks tenors"] == "related"
    assert reasons["© Corran Chronicle. All rights reserved."] in ("legal", "footer")


def test_the_json_tells_type_and_quality() -> None:
    record = to_dict(clean(ARTICLE))

    assert record["page_type"] == "article"
    assert 0 < record["quality"]["score"] <= 1  # type: ignore[index]
    assert record["quality"]["warnings"] == []  # type: ignore[index]


@both
def test_modes_keep_more_from_precision_to_recall(name: str) -> None:
    for sample in samples():
        kept = {
            mode: {i for i, label in enumerate(clean(sample.page, cleaner=f"{name}:auto:{mode}").labels) if label.keep}
            for mode in ("precision", "balanced", "recall")
        }
        assert kept["precision"] <= kept["balanced"] <= kept["recall"], sample.id


def test_the_model_is_no_worse_than_the_rules_on_the_samples() -> None:
    figures: dict[str, list[float]] = {"heuristic": [], "combined": []}
    for sample in samples():
        for score in score_sample(sample, list(figures)):
            figures[score.cleaner].append(score.words.f1)
    means = {name: sum(values) / len(values) for name, values in figures.items()}

    assert means["combined"] >= means["heuristic"] - 0.002


def test_most_page_types_of_the_samples_are_told() -> None:
    told = [clean(sample.page).page_type == sample.page_type for sample in samples() if sample.page_type != "none"]

    assert sum(told) >= 0.6 * len(told)


def test_a_profile_or_mode_is_part_of_the_name() -> None:
    assert cleaner_named("learned:article:recall") == LearnedCleaner("article", "recall")
    assert cleaner_named(name_with("learned", "auto", "balanced")) == LearnedCleaner()
    with pytest.raises(UnknownName, match="no profile 'whole': choose one of article, auto, main"):
        cleaner_named("combined:whole")
    with pytest.raises(UnknownName, match="no mode 'greedy'"):
        cleaner_named("combined:main:greedy")
    with pytest.raises(InputError, match="names its profile already"):
        name_with("learned:article", "main", "balanced")
    with pytest.raises(InputError, match="neither profile nor mode"):
        cleaner_named("heuristic:article")


def test_a_process_that_cleans_stays_small() -> None:
    program = (
        "import re, sys; from cleaner import clean; from pathlib import Path\n"
        "for page in sorted(Path(sys.argv[1]).glob('*/*/page.*')): clean(page.read_bytes(), cleaner='learned')\n"
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])"
    )
    output = subprocess.run([sys.executable, "-c", program, str(SAMPLES)], capture_output=True, text=True, check=True).stdout

    assert int(output) * 1024 < 150 * MEGABYTE


THAI = (
    "ประตูน้ำเก่าของหมู่บ้านสร้างขึ้นในฤดูใบไม้ผลิ โดยบริษัทที่ไม่เคยสร้างประตูน้ำมาก่อน บานประตูแขวนอยู่กับเสาไม้ และเสาเหล่านั้นยังคงยืนอยู่จนถึงทุกวันนี้ "
    "มะลิดูแลรังผึ้งมายี่สิบสองปี และจดผึ้งทุกฝูงลงในสมุดปกสีเขียว ในฤดูร้อนที่ดีเธอได้น้ำผึ้งรังละสิบเอ็ดกิโลกรัม"
)


def test_a_page_in_one_line_that_cannot_be_taken_apart_is_not_dropped_whole() -> None:
    assert clean(THAI).text == THAI
    assert clean("Checking your browser before accessing shore.example. Ray ID: 8f2").text == ""


STORIES = tomllib.loads((Path(__file__).parent / "rules" / "articles.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", STORIES)
def test_a_story_in_one_line_or_three_stays_whole(language: str) -> None:
    paragraphs = [*STORIES[language][:2], " ".join(STORIES[language][2:])]
    for story in (" ".join(paragraphs), "\n".join(paragraphs)):
        assert "".join(clean(story).text.split()) == "".join(story.split())


def test_a_story_in_capitals_is_cleaned_as_if_it_were_not() -> None:
    story = (
        "The ferry to Ulsholm has a new bell, the second within ten years, and the crew hopes that this one will last. It was "
        "cast in Morren, weighs as much as two sheep, and can be heard as far as the mill. The old one cracked in January "
        "when a deckhand struck it with a hammer, which he says was the only way to wake the captain. The parish has put it "
        "in the school, where it will ring for dinner."
    )
    kept = [clean(Page("a", text, "text")).text for text in (story, story.upper())]

    assert kept[1] == kept[0].upper()
    assert kept[0].endswith("where it will ring for dinner.")
