"""The learned model as a cleaner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from cleaner.ml.arrays import Flags, Floats
from cleaner.ml.artefact import Artefact
from cleaner.ml.extent import choose
from cleaner.ml.in_use import model_in_use
from cleaner.ml.model import Looked
from cleaner.ml.units import parts_of_text, together, with_sentences, without_holes
from cleaner.types import Block, Label, Labelled, Parsed, Reason

Profile = Literal["auto", "main", "article"]
Mode = Literal["balanced", "precision", "recall"]

# Probability of an article from which "auto" asks for its body. Flattened text tells less of its page: cross-validated,
# .5 there loses .003 word F1 on pages of all types and wins .001 on news.
LIKELY_ARTICLE = {"html": 0.5, "text": 0.7}
LINK_SHARE = 0.6  # of a block's characters inside links, from which it is a link and not text

_REASON_BY_TAG = {
    "figcaption": Reason.CAPTION,
    "h1": Reason.TITLE,
    "button": Reason.FORM,
    "label": Reason.FORM,
    "select": Reason.FORM,
    "textarea": Reason.FORM,
    "footer": Reason.FOOTER,
    "nav": Reason.NAVIGATION,
}
_REASONS: tuple[Reason | None, ...] = (None, *Reason)
_NUMBERS = {reason: number for number, reason in enumerate(_REASONS)}


@dataclass(frozen=True)
class LearnedCleaner:
    """The trained model alone.

    ``profile`` is the reading asked for: the article's body, without comments and teasers; the page's main content, threads
    and cards among it; or, with "auto", what the page's type asks for. ``mode`` leans towards leaving nothing wrong in
    (precision) or losing nothing right (recall). ``model`` is another one than that which is in use.
    """

    profile: Profile = "auto"
    mode: Mode = "balanced"
    model: Artefact | None = None

    name = "learned"
    summary = "a model trained on annotated pages; HTML and flattened text"

    @property
    def version(self) -> str:
        return self._artefact.version

    @property
    def _artefact(self) -> Artefact:
        return self.model or model_in_use()

    def label(self, parsed: Parsed) -> Labelled:
        looked = self._artefact.models[parsed.kind].look(parsed)
        if looked is None:
            return Labelled([], "none")
        probabilities, keep = chosen(looked, self.profile, self.mode)
        labels = labels_of(parsed, probabilities, keep, reasons_by_markup(looked), self.name)
        return Labelled(labels, looked.page_type if keep.any() else "none", looked.quality(probabilities, keep))


def chosen(looked: Looked, profile: Profile, mode: Mode) -> tuple[Floats, Flags]:
    """Each block's probability under the reading that the profile asks for, and which are kept; tables and lists whole."""
    article = asks_for_body(looked, profile)
    probabilities = looked.probabilities(article=article)
    parts = parts_of_text(looked.view)
    if article and len(parts):
        # What was annotated as article bodies is news, which has few lists; the other reading knows recipes and manuals.
        # Both together: word F1 of WCXB's articles gains .003, newspaper and fundus lose less than .0005.
        probabilities[parts] = (probabilities[parts] + looked.probabilities(article=False, of=parts)) / 2
    probabilities = together(looked.view, probabilities)
    keep = without_holes(looked.view, probabilities, choose(probabilities, looked.words, mode))
    if looked.view.parsed.kind == "text":
        keep = with_sentences(looked.view, probabilities, keep)
    return probabilities, keep


def asks_for_body(looked: Looked, profile: Profile) -> bool:
    """Whether the profile asks for the article's body on this page."""
    likely = LIKELY_ARTICLE[looked.view.parsed.kind]
    return profile == "article" or (profile == "auto" and looked.page_types["article"] >= likely)


def labels_of(parsed: Parsed, probabilities: Floats, keep: Flags, reasons: list[Reason | None], by: str) -> list[Label]:
    """A label a block: the probability is its score, and what goes gets the likeliest reason."""
    name = f"model.{by}"
    return [
        Label(True, name, None, score) if kept else Label(False, name, reason or _reason_by_block(block), 1 - score)
        for block, kept, reason, score in zip(parsed.blocks, keep.tolist(), reasons, probabilities.tolist(), strict=True)
    ]


def reasons_by_markup(looked: Looked) -> list[Reason | None]:
    """For each block what the rooms around it are by tag or name: the outermost that says so."""
    if not looked.view.parsed.elements:
        return [None] * len(looked.view.parsed.blocks)
    rooms = looked.view.rooms
    number = np.array([_NUMBERS[reason] for reason in rooms.said], dtype=np.int64)[rooms.signatures[1]]
    return [_REASONS[found] for found in rooms.outermost(number)[rooms.of_block].tolist()]


def _reason_by_block(block: Block) -> Reason:
    if block.hidden:
        return Reason.HIDDEN
    if block.tag in _REASON_BY_TAG:
        return _REASON_BY_TAG[block.tag]
    return Reason.LINK_LIST if block.link_chars > LINK_SHARE * len(block.text) else Reason.NOT_MAIN_CONTENT
