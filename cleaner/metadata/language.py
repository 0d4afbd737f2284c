"""The language of what was kept, by langdetect's n-grams; the page's own statement only helps where the text is short.

langdetect draws its n-grams at random; the seed is fixed and every call makes a fresh detector, so the same text gives
the same answer whatever was detected before.
"""

from __future__ import annotations

from functools import cache

try:  # the same answers, bit for bit, in a sixteenth of the time; not built for every platform
    from langdetect_rs import DetectorFactory, LangDetectException  # type: ignore[import-untyped]
    from langdetect_rs.detector_factory import PROFILES_DIRECTORY  # type: ignore[import-untyped]
except ImportError:  # pragma: no cover
    from langdetect import DetectorFactory, LangDetectException  # type: ignore[import-untyped]
    from langdetect.detector_factory import PROFILES_DIRECTORY  # type: ignore[import-untyped]

from cleaner.metadata.customs import KNOWN_LANGUAGES, stated_language
from cleaner.metadata.facts import Facts
from cleaner.metadata.scripts import language_of_script
from cleaner.metadata.tidy import ideographs
from cleaner.types import Other, Value

SAMPLE = 700  # characters; more changed no answer on 500 pages in 30 languages
TRIALS = 3  # draws of n-grams, of which the mean counts; 7, the default, changed none either
ENOUGH = 40  # letters; below, n-grams guess
SURE = 0.9  # of the probability; mixed and foreign texts stay below
UNDETERMINED = "und"

_TAGS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant", "nb": "no", "iw": "he"}
_LETTERS_OF_AN_IDEOGRAPH = 2  # beside the one it is


def find_language(facts: Facts) -> Value | None:
    """The language as a BCP 47 tag: the primary subtag, with the script for Chinese; ``und`` when the text does not settle it.

    A script of its own tells the language. The page's statement is believed where the text is short, and for languages that
    langdetect has no profile of; elsewhere what it says differently is one of the ``others``. None for a page of which
    nothing was kept and that does not state its language.
    """
    sample = _sample(facts)
    stated, _ = stated_language(facts)
    stated = stated if stated in KNOWN_LANGUAGES else ""
    if by_script := language_of_script(sample):
        return Value(by_script, "script", 0.99, others=_differing(stated, by_script, 0.99))
    size = SAMPLE if len(sample) == SAMPLE else sum(map(str.isalpha, sample)) + _LETTERS_OF_AN_IDEOGRAPH * ideographs(sample)
    detected, probability = _detected(sample) if size else ("", 0.0)
    if detected in _FOREIGN_TO and sum(sign in _FOREIGN_TO[detected] for sign in sample) > _FOREIGN_SHARE * size:
        detected, probability = "", 0.0
    primary = detected.partition("-")[0]
    if (
        stated
        and stated not in _profiles()
        and stated not in _TAGS.values()
        and (probability < SURE or _alike(stated, primary))
    ):
        return Value(stated, "stated", 0.7, others=(Other(detected, "langdetect", 0.3),) if detected else ())
    if detected and probability >= SURE and size >= ENOUGH:
        tag = _TAGS.get(detected, detected)
        return Value(tag, "langdetect", round(probability, 2), others=_differing(stated, primary, probability))
    if stated and (size < ENOUGH or primary == stated):
        tag = detected if detected.startswith("zh") and stated == "zh" else stated
        return Value(_TAGS.get(tag, tag), "stated", 0.6)
    return Value(UNDETERMINED, "langdetect", 0.0) if size else None


def _differing(stated: str, found: str, probability: float) -> tuple[Other, ...]:
    differs = stated and _TAGS.get(stated, stated) != _TAGS.get(found, found)
    return (Other(_TAGS.get(stated, stated), "stated", round(1 - probability, 2)),) if differs else ()


def _alike(stated: str, detected: str) -> bool:
    """Whether a text that langdetect takes for one language may be in a related one that it does not know."""
    return not detected or detected in _RELATIVES.get(stated, ())


_FOREIGN_SHARE = 0.003  # of the letters; names have fewer
_FOREIGN_TO = {"sw": "qxQX"}  # Zulu and Xhosa, which have no profile, look like Swahili, which has no clicks

_RELATIVES = {
    "is": ("da", "no", "sv", "nl", "fi", "hu", "sk", "et"),
    "ga": ("en", "fr", "cy", "so"),
    "eu": ("es", "fi", "tl", "id", "et", "sw"),
    "gl": ("pt", "es"),
    "sr": ("mk", "hr", "sl", "bg", "ru"),
    "bs": ("hr", "sl"),
    "be": ("uk", "ru", "bg"),
    "az": ("tr",),
    "uz": ("tr", "id", "az"),
    "ms": ("id", "tl"),
    "kk": ("ru", "bg", "mk"),
    "fil": ("tl",),
}


def _sample(facts: Facts) -> str:
    """The beginning of the kept text, without what the labels cut."""
    pieces: list[str] = []
    length = 0
    for index, label in enumerate(facts.labels):
        if label.keep:
            text = facts.kept_text(index)
            pieces.append(text)
            length += len(text) + 1
            if length >= SAMPLE:
                break
    return "\n".join(pieces)[:SAMPLE]


def _detected(sample: str) -> tuple[str, float]:
    detector = _factory().create()
    detector.n_trial = TRIALS
    detector.append(sample)
    try:
        best = detector.get_probabilities()[:1]
    except LangDetectException:  # nothing in the text that its profiles know: digits, signs, an unknown script
        return "", 0.0
    return (best[0].lang, best[0].prob) if best else ("", 0.0)


@cache
def _profiles() -> frozenset[str]:
    return frozenset(language.partition("-")[0] for language in _factory().get_lang_list())


@cache
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(0)
    return factory
