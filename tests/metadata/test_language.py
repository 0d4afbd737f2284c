"""The language is that of the kept text."""

from __future__ import annotations

import tomllib
from pathlib import Path

import langdetect  # type: ignore[import-untyped]
import pytest

from cleaner.pipeline import clean
from cleaner.types import Label, Labelled, Page, Parsed
from tests.metadata.pages import described_html

TEXTS = {
    "en": "The old ferry crosses the narrows every morning with four hundred people, and nobody wants a bridge instead.",
    "de": "Die alte Fähre fährt jeden Morgen mit vierhundert Menschen über die Enge, und niemand möchte eine Brücke.",
    "fr": "Le vieux bac traverse le détroit chaque matin avec quatre cents personnes, et personne ne veut d'un pont.",
    "es": "El viejo transbordador cruza el estrecho cada mañana con cuatrocientas personas, y nadie quiere un puente.",
    "uk": "Старий пором щоранку перевозить через протоку чотириста людей, і ніхто не хоче нового мосту.",
    "ja": "古い渡し船は毎朝四百人を乗せて海峡を渡る。橋に替えてほしいと思う人は、この町にはひとりもいないと船長は話した。",
    "zh-Hans": "老渡船每天早上载着四百人渡过海峡，镇上没有一个人希望用一座新桥来代替它，船长这样对我们说。",
    "ar": "تعبر العبّارة القديمة المضيق كل صباح وعلى متنها أربعمئة شخص، ولا أحد في البلدة يريد أن يحلّ محلها جسر جديد.",
}


def language_of(text: str) -> str | None:
    language = clean(Page("page", text, kind="text"), cleaner=KeepsAll()).metadata.language
    return language.value if language else None


class KeepsAll:
    """A cleaner for which everything is text."""

    name = "keeps-all"
    version = "1"
    summary = "keeps all"

    def label(self, parsed: Parsed) -> Labelled:
        return Labelled([Label(True, "test") for _ in parsed.blocks])


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_paragraph_is_told(language: str) -> None:
    assert language_of(TEXTS[language] * 4) == language


def test_the_text_counts_not_what_the_page_claims() -> None:
    language = described_html(lang="pt-BR").language
    assert language is not None
    assert (language.value, language.source) == ("en", "langdetect")


def test_digits_have_no_language() -> None:
    assert language_of("1234567890 " * 30) in (None, "und")


def test_the_same_text_has_the_same_language_whatever_came_before() -> None:
    mixed = "Café crème, menu du jour, restaurant; ferry terminal, ticket office, taxi. " * 5
    first = language_of(mixed)
    for text in TEXTS.values():
        language_of(text)
    assert language_of(mixed) == first


@pytest.mark.parametrize("language", TEXTS)
def test_the_fast_detector_gives_langdetects_own_answers(language: str) -> None:
    fast = pytest.importorskip("langdetect_rs")
    answers = []
    for package in (langdetect, fast):
        factory = package.DetectorFactory()
        factory.load_profile(package.detector_factory.PROFILES_DIRECTORY)
        factory.set_seed(0)
        detector = factory.create()
        detector.append(TEXTS[language])
        answers.append([(found.lang, found.prob) for found in detector.get_probabilities()])
    assert answers[0] == answers[1]


PARAGRAPHS_BY_LANGUAGE = tomllib.loads((Path(__file__).parent / "paragraphs.toml").read_text(encoding="utf-8"))


def test_there_are_paragraphs_in_more_than_thirty_languages() -> None:
    assert len(PARAGRAPHS_BY_LANGUAGE) >= 40


@pytest.mark.parametrize("language", PARAGRAPHS_BY_LANGUAGE)
def test_thirty_words_tell_their_language(language: str) -> None:
    assert language_of(PARAGRAPHS_BY_LANGUAGE[language]) == language


@pytest.mark.parametrize("language", PARAGRAPHS_BY_LANGUAGE)
def test_a_foreign_name_and_an_address_do_not_change_the_language(language: str) -> None:
    assert language_of(f"John Smith, www.harbour-post.example, Tel. 0123: {PARAGRAPHS_BY_LANGUAGE[language]}") == language


@pytest.mark.parametrize("text", ["OK", "12:30 – 14:00", "Ada Quill", "A B C D E F G H I J", "+++ !!! ???", "qwrt zxcv bnmp"])
def test_what_is_no_text_is_undetermined(text: str) -> None:
    assert language_of(text) in (None, "und")


@pytest.mark.parametrize(
    ("text", "stated", "expected"),
    [
        (
            "Ferjan fer frá eyjunni klukkan hálfsjö á hverjum morgni og sá sem missir af henni þarf að bíða til hádegis.",
            "is",
            "is",
        ),
        (
            "Ferija uhartetik goizero sei eta erdietan ateratzen da, eta galtzen duenak eguerdira arte itxaron behar du.",
            "eu",
            "eu",
        ),
        (
            "The ferry leaves the island at half past six every morning, and whoever misses it has to wait until noon.",
            "is",
            "en",
        ),
    ],
)
def test_a_language_without_a_profile_is_believed_unless_the_text_is_another(text: str, stated: str, expected: str) -> None:
    language = clean(f"<html lang='{stated}'><main><p>{text} {text}</p></main></html>").metadata.language
    assert language is not None
    assert language.value == expected


def test_a_language_without_a_profile_is_not_taken_for_its_neighbour() -> None:
    text = "Isikebhe sisuka esiqhingini njalo ekuseni ngesikhathi seqanda, futhi oxoxayo uqala ngoxolo, aqhubeke nengxoxo. " * 3
    assert language_of(text) == "und"


def test_what_the_page_states_otherwise_stays_visible() -> None:
    language = described_html(lang="fr").language
    assert language is not None
    assert (language.value, [(other.value, other.source) for other in language.others]) == ("en", [("fr", "stated")])
