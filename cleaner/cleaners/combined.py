"""Rules and model together: each does what it does best."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from cleaner import rules
from cleaner.cleaners.heuristic import HeuristicCleaner
from cleaner.cleaners.learned import Mode, Profile, asks_for_body, chosen, labels_of, reasons_by_markup
from cleaner.ml.artefact import shipped
from cleaner.ml.model import Looked
from cleaner.types import Label, Labelled, Parsed

# Rules that are believed against the model, as measured on annotated pages: see "How rules and model are joined" in
# cleaner/README.md. Their cuts always hold; the model cannot cut.
BELIEVED = frozenset(
    (
        "rules.furniture.advertisement_label",
        "rules.furniture.author_box",
        "rules.furniture.consent_wall",
        "rules.furniture.newsletter_prompt",
        "rules.furniture.read_more_label",
        "rules.furniture.share_bar",
        "rules.furniture.subscription_prompt",
        "rules.furniture.widget_residue",
        "rules.furniture.wire_signoff",
        "rules.glued.glued_buttons",
        "rules.spam.injected_token",
    )
)
BELIEVED_OF_ARTICLES = frozenset(  # and when an article's body is asked for; a shop's or a forum's content looks like these
    (
        "rules.furniture.breadcrumb_line",
        "rules.furniture.comment_form",
        "rules.furniture.download_prompt",
        "rules.furniture.navigation_label",
        "rules.furniture.site_contact",
        "rules.lists.headlines_at_the_end",
        "rules.lists.related_list",
        "rules.pictures.figure_captions",
        "rules.stamps.byline",
        "rules.stamps.date_line",
        "rules.title.headline",
    )
)
BELIEVED_OFF_FORUMS = frozenset(("rules.furniture.legal_footer", "rules.rooms.named_rooms"))  # a thread is called comments
BELIEVED_OF_TEXT = frozenset(("rules.lists.comments_below", "rules.pictures.credit_line", "rules.stamps.counter"))
BELIEVED_OF_LITTLE = frozenset(("rules.rooms.hidden_text", "rules.walls.nothing_but_a_wall"))
LITTLE = 200  # words that the model keeps; with more, a wall is a text about walls, and what is hidden may be the thread
SMALL_PAGE = 50  # words; the model has seen whole pages, and takes one or two sentences for what is left of one


@dataclass(frozen=True)
class CombinedCleaner:
    """The model decides what is content; rules cut inside lines, take out what only they know, and say why things went.

    ``profile`` and ``mode`` are those of the learned cleaner.
    """

    profile: Profile = "auto"
    mode: Mode = "balanced"

    name = "combined"
    summary = "the model decides, rules cut inside lines and explain; HTML and flattened text"

    @property
    def version(self) -> str:
        return f"{HeuristicCleaner.version}.{shipped().version}"

    def label(self, parsed: Parsed) -> Labelled:
        looked = shipped().models[parsed.kind].look(parsed)
        if looked is None:
            return Labelled([], "none")
        by_rules = rules.label(parsed)
        probabilities, keep = chosen(looked, self.profile, self.mode)
        if not keep.any() and float(looked.words.sum()) < SMALL_PAGE:
            keep = np.array([rule.keep for rule in by_rules])
        reasons = [rule.reason or markup for rule, markup in zip(by_rules, reasons_by_markup(looked), strict=True)]
        by_model = labels_of(parsed, probabilities, keep, reasons, self.name)
        believed = _believed(looked, self.profile, kept_words=float(looked.words[keep].sum()))
        labels = [_joined(model, rule, believed) for model, rule in zip(by_model, by_rules, strict=True)]
        return Labelled(labels, looked.page_type if keep.any() else "none", looked.quality(probabilities, keep))


def _believed(looked: Looked, profile: Profile, *, kept_words: float) -> Collection[str]:
    """The rules that are believed against the model on this page."""
    believed = BELIEVED
    if asks_for_body(looked, profile):
        believed |= BELIEVED_OF_ARTICLES
    if looked.page_type != "forum":
        believed |= BELIEVED_OFF_FORUMS
    if looked.view.parsed.kind == "text":
        believed |= BELIEVED_OF_TEXT
    if kept_words < LITTLE:
        believed |= BELIEVED_OF_LITTLE
    return believed


def _joined(model: Label, rule: Label, believed: Collection[str]) -> Label:
    """A believed rule decides; else the model, with the rule's cuts, and with the rule's name and reason where they agree."""
    if model.keep:
        return rule if not rule.keep and rule.by in believed else model._replace(cuts=rule.cuts)
    return model if rule.keep else rule._replace(score=max(model.score, rule.score))
