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
FIGURE_DEPTH = 4  # elements between a caption's text and its figure

_CREDIT = (
    r"(?:photo(?:graph)?s?|foto(?:s|grafía|grafia)?|photo(?:graphie)?|bild|image|picture|imagen|imagem|immagine|crédits?|credits?|"
    r"фото|zdjęcie|fot\.|写真|图片?|圖|صورة|الصورة)"
)
_CREDIT_LINE = re.compile(rf"^[\[(]?\s?{_CREDIT}(?:\s(?:credit|by|via|courtesy|de|di|von|par|от)\b)?\s?[:：/©|–-]", re.I)
_CREDIT_IN_PARENTHESES = re.compile(rf"[(\[（]\s?{_CREDIT}[^()\[\]（）]{{0,80}}[)\]）]\s*$", re.I)


_CREDIT_AT_END = re.compile(rf"(?:(?<=[.\s]){_CREDIT}\s?[:：/]|©)\s?[^.:：]{{2,60}}\.?$", re.I)


def figure_captions(reading: Reading) -> Iterator[Finding]:
    """``<figure>…<figcaption>The harbour at low tide, on Monday. Photo: Ana Teixeira</figcaption>`` in an article.

    Captions belong to the pictures, not to the text; annotated sets of articles leave four of five out.
    """
    if not reading.html or not is_article(reading):
        return
    figures = _inside_figures(reading)
    for index, block in enumerate(reading.blocks):
        if figures[block.element] and reading.is_open(index) and block.tag not in ("td", "th", "pre"):
            yield Finding(index, Reason.CAPTION, 0.8)


def credit_line(reading: Reading) -> Iterator[Finding]:
    """ "Photo: Ana Teixeira/Norte Press", "The minister on her way out (photo: harbour-gazette.example)", "[Foto: Privat]"."""
    for index, block in enumerate(reading.blocks):
        if reading.words[index] > SHORT or not reading.is_open(index):
            continue
        if reading.words[index] <= CREDIT_WORDS and _CREDIT_LINE.match(block.text):
            yield Finding(index, Reason.PHOTO_CREDIT, 0.9)
        elif _CREDIT_IN_PARENTHESES.search(block.text[-120:]) or (
            reading.words[index] <= CAPTION_WORDS and _CREDIT_AT_END.search(block.text[-90:])
        ):
            yield Finding(index, Reason.CAPTION, 0.8)


def _inside_figures(reading: Reading) -> list[bool]:
    inside: list[bool] = []
    for element in reading.parsed.elements:
        figure = element.tag in ("figure", "figcaption") and element.end - element.first <= FIGURE_DEPTH
        inside.append(figure or (element.parent >= 0 and inside[element.parent]))
    return inside
