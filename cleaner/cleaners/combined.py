"""Rules and model together: each does what it does best."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from cleaner import rules
from cleaner.cleaners.by_site import joined_cuts, labels_by_site
from cleaner.cleaners.filling import filled
from cleaner.cleaners.heuristic import HeuristicCleaner
from cleaner.cleaners.learned import Mode, Profile, asks_for_body, chosen, labels_of, reasons_by_markup
from cleaner.copies import CopyEvidence, Shared, own_pieces
from cleaner.ml.artefact import Artefact
from cleaner.ml.in_use import model_in_use
from cleaner.ml.model import Looked
from cleaner.parse.plain import FEW_LINES
from cleaner.site_templates import TAUGHT, Repeats, SiteTemplates, find_repeats
from cleaner.types import NO_FACTS, Cut, Label, Labelled, Parsed, Reason

# Rules that are believed against the model, as measured on annotated pages: see "How rules and model are joined" in
# cleaner/README.md. Their cuts always hold; the model cannot cut.
BELIEVED = frozenset(
    (
        "rules.engines.head_of_a_post",
        "rules.engines.parts_of_an_engine",
        "rules.engines.quoted_posts",
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
        "rules.lists.pointer_amid_text",
        "rules.rooms.off_screen_text",
        "rules.spam.injected_token",
    )
)
BELIEVED_OF_ARTICLES = frozenset(  # and when an article's body is asked for; a shop's or a forum's content looks like these
    (
        "rules.furniture.breadcrumb_line",
        "rules.furniture.comment_form",
        "rules.furniture.download_prompt",
        "rules.furniture.navigation_label",
        "rules.lists.headlines_at_the_end",
        "rules.lists.related_list",
        "rules.pictures.figure_captions",
        "rules.stamps.byline",
        "rules.stamps.date_line",
        "rules.title.headline",
    )
)
BELIEVED_OFF_FORUMS = frozenset(("rules.furniture.legal_footer", "rules.rooms.named_rooms"))  # a thread is called comments
BELIEVED_OF_TEXT = frozenset(
    ("rules.furniture.site_contact", "rules.lists.comments_below", "rules.pictures.credit_line", "rules.stamps.counter")
)
BELIEVED_TO_STAY = frozenset(("rules.bare_text.nothing_but_sentences", "rules.engines.edit_link"))
BELIEVED_OF_LITTLE = frozenset(("rules.rooms.hidden_text", "rules.walls.nothing_but_a_wall"))
# What repeats on a site is believed against the model, as measured on annotated pages: where an article's body is asked for
# always; on flattened pages of these types below a chance. Shops and lists repeat labels that belong to their content.
ALWAYS = 2.0
REPEATED = 0.7
REPEATING = frozenset(("service", "documentation", "forum"))
BY_TEACHING = f"by_site.{TAUGHT.told}"
LITTLE = 200  # words that the model keeps; with more, a wall is a text about walls, and what is hidden may be the thread
LIKELY = 0.9  # probability of a line that a rule keeps, for the foretold quality
SMALL_PAGE = 50  # words; the model has seen whole pages, and takes one or two sentences for what is left of one


@dataclass(frozen=True)
class CombinedCleaner:
    """The model decides what is content; rules cut inside lines, take out what only they know, and say why things went.

    ``profile`` and ``mode`` are those of the learned cleaner. Where ``sites`` has other pages of the page's site, what they
    repeat goes, whatever rules and model say; where ``copies`` has copies of its text on other sites, what those lack.
    """

    profile: Profile = "auto"
    mode: Mode = "balanced"
    sites: SiteTemplates | None = None
    copies: CopyEvidence | None = None
    model: Artefact | None = None

    name = "combined"
    summary = "the model decides, rules cut inside lines and explain; HTML and flattened text"

    @property
    def version(self) -> str:
        return f"{HeuristicCleaner.version}.{self._artefact.version}"

    @property
    def _artefact(self) -> Artefact:
        return self.model or model_in_use()

    def label(self, parsed: Parsed) -> Labelled:
        looked = self._artefact.models[parsed.kind].look(parsed)
        if looked is None:
            return Labelled([], "none")
        by_rules = rules.label(parsed)
        probabilities, keep = chosen(looked, self.profile, self.mode)
        if not keep.any() and (float(looked.words.sum()) < SMALL_PAGE or _is_in_few_lines(parsed)):
            keep = np.array([rule.keep for rule in by_rules])
        stays = np.array([rule.keep and rule.by in BELIEVED_TO_STAY for rule in by_rules])
        keep, probabilities = keep | stays, np.where(stays, np.maximum(probabilities, LIKELY), probabilities)
        reasons = [rule.reason or markup for rule, markup in zip(by_rules, reasons_by_markup(looked), strict=True)]
        by_model = labels_of(parsed, probabilities, keep, reasons, self.name)
        believed = _believed(looked, self.profile, kept_words=float(looked.words[keep].sum()))
        labels = [_joined(model, rule, believed) for model, rule in zip(by_model, by_rules, strict=True)]
        if self.profile == "auto" and self.mode != "precision":
            labels = filled(looked, labels, by_rules)
        site = self.sites.site_of(parsed) if self.sites else None
        if site:
            repeats = find_repeats(parsed, site)
            labels = _with_repeats(labels, repeats, probabilities.tolist(), _repeats_believed(looked, self.profile))
        shared = self.copies.shared(parsed.page.id) if self.copies else None
        if shared:
            labels = _without_own_pieces(parsed, labels, shared)
        page_type, quality = looked.page_type, looked.quality(probabilities, keep)
        known = self._artefact.remembered.page(parsed, looked.words)
        if known and self.profile in ("auto", known.reading):
            corrected = known.corrected(labels, by_rules, reasons)
            labels = [old if old.by == BY_TEACHING else new for old, new in zip(labels, corrected, strict=True)]
            page_type, quality = known.page_type, known.share + (1 - known.share) * quality
        if not any(label.keep for label in labels):
            page_type = "none"
        return Labelled(labels, page_type, quality, site.facts if site else NO_FACTS)


def _is_in_few_lines(parsed: Parsed) -> bool:
    """A flattened page that could not be taken apart, as in Thai: the model would have to keep or drop it whole."""
    return parsed.kind == "text" and len(parsed.blocks) <= FEW_LINES


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


def _with_repeats(labels: Sequence[Label], repeats: Repeats, chances: Sequence[float], believed: float) -> list[Label]:
    """The labels, but what repeats on the site goes unless its chance to be content reaches ``believed``.

    What went already keeps the reason of a rule, which says more. What people said of a line holds.
    """
    joined = []
    for label, repeat, chance in zip(labels, labels_by_site(repeats), chances, strict=True):
        if repeat.by == BY_TEACHING:
            joined.append(repeat._replace(cuts=label.cuts) if repeat.keep and label.keep else repeat)
        elif label.keep and repeat.keep:
            joined.append(label._replace(cuts=joined_cuts(label.cuts, repeat.cuts)))
        elif repeat.keep or label.by.startswith("rules.") or (label.keep and chance >= believed):
            joined.append(label)
        else:
            joined.append(repeat)
    return joined


def _without_own_pieces(parsed: Parsed, labels: Sequence[Label], shared: Shared) -> list[Label]:
    """The labels, but what no copy of the text has on another site goes: furniture around it, and words put into it."""
    joined = list(labels)
    kept = [at for at, label in enumerate(labels) if label.keep]
    pieces = own_pieces([parsed.blocks[at].text for at in kept], shared)
    for line in pieces.lines:
        joined[kept[line]] = Label(False, "copies.only_here", Reason.ONLY_IN_THIS_COPY)
    for found, by, reason in (
        (pieces.parts, "copies.only_here", Reason.ONLY_IN_THIS_COPY),
        (pieces.tokens, "copies.put_in", Reason.SPAM_TOKEN),
    ):
        for line, places in found.items():
            label = joined[kept[line]]
            cuts = [Cut(start, end, by, reason) for start, end in places]
            joined[kept[line]] = label._replace(cuts=joined_cuts(label.cuts, cuts)) if label.keep else label
    return joined


def _repeats_believed(looked: Looked, profile: Profile) -> float:
    """The chance to be content, by the model, that a line which repeats on its site must reach to stay."""
    if asks_for_body(looked, profile):
        return ALWAYS
    return REPEATED if looked.view.parsed.kind == "text" and looked.page_type in REPEATING else 0.0
