"""What stands under and over pictures: captions and credits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.rules.main_content import is_article
from cleaner.rules.phrasebook import SHORT
from cleaner.rules.reading import Finding, Reading
from cleaner.types import Reason

CREDIT_WORDS = 8  # "Photo: Ana Teixeira / Norte Press" and the like are not longer
CAPTION_WORDS = 40
GALLERY = 3  # different captions at least
GALLERY_SHARE = 0.5  # of the words that no rule has spoken of, in captions: such a page is a gallery
FIGURE_DEPTH = 4  # elements between a caption's text and its figure

_NO_CAPTION = frozenset(("td", "th", "pre"))

_CREDIT = (
    r"(?:photo(?:graph)?s?|foto(?:s|grafía|grafia)?|photo(?:graphie)?|bild|image|picture|imagen|imagem|immagine|crédits?|credits?|"
    r"фото|zdjęcie|fot\.|写真|图片?|圖|صورة|الصورة)"
)
_CREDIT_OPENS = frozenset("pPfFbBiIcCфФzZ写图圖صا[( ")  # what a line that begins with a credit begins with
_CREDIT_LINE = re.compile(rf"^[\[(]?\s?{_CREDIT}(?:\s(?:credit|by|via|courtesy|de|di|von|par|от)\b)?\s?[:：/©|–-]", re.I)
_CREDIT_IN_PARENTHESES = re.compile(rf"[(\[（]\s?{_CREDIT}[^()\[\]（）]{{0,80}}[)\]）]\s*$", re.I)


_CREDIT_AT_END = re.compile(rf"(?:(?<=[.\s]){_CREDIT}\s?[:：/]|©)\s?[^.:：]{{2,60}}\.?$", re.I)


def figure_captions(reading: Reading) -> Iterator[Finding]:
    """``<figure>…<figcaption>The harbour at low tide, on Monday. Photo: Ana Teixeira</figcaption>`` in an article.

    Captions belong to the pictures, not to the text; annotated sets of articles leave four of five out. A quotation in a
    figure is no caption, nor is what is said of it. In a gallery the captions are the text.
    """
    if not reading.html or not is_article(reading):
        return
    captions = _captions(reading)
    different = {reading.keys[index]: reading.words[index] for index in captions if reading.blocks[index].tag == "figcaption"}
    words = sum(different.values())
    if (
        len(different) >= GALLERY
        and max(different.values()) <= CAPTION_WORDS
        and words > GALLERY_SHARE * sum(reading.words[index] for index in reading.open)
    ):
        return
    for index in captions:
        yield Finding(index, Reason.CAPTION, 0.8)


def _captions(reading: Reading) -> list[int]:
    captions: dict[int, None] = {}  # in order, once each
    quoting = {element.parent for element in reading.parsed.elements if element.tag == "blockquote"}
    for number, element in enumerate(reading.parsed.elements):
        if element.tag not in ("figure", "figcaption") or element.end - element.first > FIGURE_DEPTH:
            continue
        if not quoting.isdisjoint((number, element.parent)):
            continue
        for index in range(element.first, element.end):
            if reading.is_open(index) and reading.blocks[index].tag not in _NO_CAPTION:
                captions[index] = None
    return list(captions)


def credit_line(reading: Reading) -> Iterator[Finding]:
    """ "Photo: Ana Teixeira/Norte Press", "The minister on her way out (photo: harbour-gazette.example)", "[Foto: Privat]"."""
    for index in reading.open:
        words, text = reading.words[index], reading.texts[index]
        if words > SHORT:
            continue
        if words <= CREDIT_WORDS and text[0] in _CREDIT_OPENS and _CREDIT_LINE.match(text):
            yield Finding(index, Reason.PHOTO_CREDIT, 0.9)
        elif (text[-1] in ")]）" and _CREDIT_IN_PARENTHESES.search(text[-120:])) or (
            words <= CAPTION_WORDS and _ends_with_credit(text[-90:])
        ):
            yield Finding(index, Reason.CAPTION, 0.8)


def _ends_with_credit(text: str) -> bool:
    return ("©" in text or ":" in text or "/" in text or "：" in text) and _CREDIT_AT_END.search(text) is not None
