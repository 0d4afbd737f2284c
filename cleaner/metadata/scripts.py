"""Languages that their signs alone tell: Greek letters are Greek, kana is Japanese, ї and є are Ukrainian."""

from __future__ import annotations

import re

_LETTERS_LOOKED_AT = 400
_SHARE = 0.6  # of the letters, above which a script is that of the text and not of a quotation in it
_KANA_SHARE = 0.1  # Japanese is written mostly in ideographs; Chinese has no kana at all

_OWN_SHARE = 0.002  # one letter in 400: a quoted name has fewer

_RANGES = {
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "hy": "\u0530-\u058f",
    "he": "\u0590-\u05ff",
    "bn": "\u0980-\u09ff",
    "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "or": "\u0b00-\u0b7f",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff",
    "th": "\u0e00-\u0e7f",
    "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f",
    "ka": "\u10a0-\u10ff",
    "am": "\u1200-\u137f",
    "km": "\u1780-\u17ff",
    "ko": "\u1100-\u11ff\uac00-\ud7af",
}
_BEYOND_LATIN = re.compile("[\u0370-\u1dff\u2e80-\ud7ff\uf900-\ufdff\ufe70-\ufefc]")
_KANA = re.compile("[\u3040-\u30ff]")
_IDEOGRAPH = re.compile("[\u3400-\u9fff]")
# Signs of everyday words that the other kind of Chinese writes otherwise.
_SIMPLIFIED = frozenset(
    "这们国来时会对说过还后点为个东车书长问间门见话语请让谁没发经从关开电业务华买卖边运动难题风飞鱼鸟马龙岁"
)
_TRADITIONAL = frozenset(
    "這們國來時會對說過還後點為個東車書長問間門見話語請讓誰沒發經從關開電業務華買賣邊運動難題風飛魚鳥馬龍歲"
)
_OWN_LETTERS = {"uk": frozenset("їєґ"), "be": frozenset("ў"), "mk": frozenset("ѓќѕ"), "sr": frozenset("ђћ")}
_SCRIPTS = {language: re.compile(f"[{ranges}]") for language, ranges in _RANGES.items()}


def language_of_script(text: str) -> str:
    """The language that the script of most letters tells; empty where a script is shared, as Latin and Arabic are.

    >>> language_of_script("Το φέρι φεύγει από το νησί (ferry)"), language_of_script("The ferry leaves")
    ('el', '')
    """
    if not _BEYOND_LATIN.search(text):
        return ""
    letters = [sign for sign in text if sign.isalpha()][:_LETTERS_LOOKED_AT]
    beginning = "".join(letters)
    if not letters:
        return ""
    if len(_KANA.findall(beginning)) >= _KANA_SHARE * len(letters):
        return "ja"
    if len(_IDEOGRAPH.findall(beginning)) >= _SHARE * len(letters):
        simplified, traditional = (sum(sign in signs for sign in letters) for signs in (_SIMPLIFIED, _TRADITIONAL))
        return "zh" if simplified == traditional else "zh-Hans" if simplified > traditional else "zh-Hant"
    for language, own in _OWN_LETTERS.items():
        if sum(sign in own for sign in letters) >= _OWN_SHARE * len(letters):
            return language
    middle = beginning[len(beginning) // 2 :]
    for language, pattern in _SCRIPTS.items():
        if pattern.search(middle) and len(pattern.findall(beginning)) >= _SHARE * len(letters):
            return language
    return ""
