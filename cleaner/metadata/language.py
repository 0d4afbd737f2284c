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

    None for a page of which nothing was kept and that does not state its language.
    """
    sample = _sample(facts)
    stated, _ = stated_language(facts)
    stated = stated if stated in KNOWN_LANGUAGES else ""
    size = sum(map(str.isalpha, sample)) + _LETTERS_OF_AN_IDEOGRAPH * ideographs(sample)
    detected, probability = _detected(sample) if size else ("", 0.0)
    if detected and probability >= SURE and size >= ENOUGH:
        differs = stated and stated not in (detected.partition("-")[0], _TAGS.get(detected, detected))
        others = (Other(_TAGS.get(stated, stated), "stated", round(1 - probability, 2)),) if differs else ()
        return Value(_TAGS.get(detected, detected), "langdetect", round(probability, 2), others=others)
    if stated and (size < ENOUGH or detected.partition("-")[0] == stated):
        tag = detected if detected.startswith("zh") and stated == "zh" else stated
        return Value(_TAGS.get(tag, tag), "stated", 0.6)
    return Value(UNDETERMINED, "langdetect", round(probability, 2)) if size else None


def _sample(facts: Facts) -> str:
    """The beginning of the kept text, without what the labels cut."""
    pieces: list[str] = []
    length = 0
    for index, label in enumerate(facts.labels):
        if label.keep and length < SAMPLE:
            text = facts.kept_text(index)
            pieces.append(text)
            length += len(text) + 1
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
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(0)
    return factory
