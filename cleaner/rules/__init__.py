"""The rules in the order they are asked. The first to speak of a block decides; cuts add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from cleaner.rules import (
    bare_text,
    engines,
    furniture,
    glued,
    lists,
    main_content,
    pictures,
    plain_text,
    rooms,
    spam,
    stamps,
    title,
    walls,
)
from cleaner.rules.reading import Finding, Reading
from cleaner.types import Cut, Label, Parsed, Reason


@dataclass(frozen=True)
class Rule:
    """A rule with its name, as it stands in labels: the theme and what it looks for."""

    find: Callable[[Reading], Iterator[Finding]]

    @cached_property
    def name(self) -> str:
        return f"rules.{self.find.__module__.rsplit('.', 1)[-1]}.{self.find.__name__}"

    @property
    def summary(self) -> str:
        """The first line of the rule's docstring: the text that taught it."""
        return (self.find.__doc__ or "").strip().split("\n", 1)[0]


RULES: tuple[Rule, ...] = tuple(
    Rule(find)
    for find in (
        rooms.off_screen_text,
        engines.parts_of_an_engine,
        engines.quoted_posts,
        engines.head_of_a_post,
        engines.heading_anchor,
        engines.edit_link,
        rooms.hidden_text,
        rooms.named_rooms,
        walls.nothing_but_a_wall,
        glued.menu_in_front,
        glued.head_in_front,
        glued.glued_buttons,
        glued.glued_tail,
        stamps.glued_date,
        furniture.widget_residue,
        furniture.consent_wall,
        furniture.newsletter_prompt,
        furniture.subscription_prompt,
        furniture.share_bar,
        furniture.comment_form,
        furniture.legal_footer,
        furniture.advertisement_label,
        furniture.wire_signoff,
        furniture.author_box,
        furniture.site_contact,
        furniture.download_prompt,
        furniture.breadcrumb_line,
        furniture.navigation_label,
        furniture.read_more_label,
        stamps.counter,
        stamps.date_line,
        stamps.byline,
        pictures.credit_line,
        spam.injected_token,
        spam.token_between_sentences,
        title.headline,
        lists.pointer_amid_text,
        lists.related_list,
        lists.cut_off_teasers,
        lists.comments_below,
        lists.headlines_at_the_end,
        pictures.figure_captions,
        bare_text.nothing_but_sentences,
        plain_text.lines_of_furniture,
        main_content.lone_links,
        main_content.outside_content_room,
        main_content.after_the_article,
        main_content.before_the_article,
        main_content.rest_is_content,
    )
)


def label(parsed: Parsed, rules: tuple[Rule, ...] = RULES) -> list[Label]:
    """One label a block, by the rules in their order.

    Raises ValueError when the rules leave a block without a label (the last one must speak of every block).
    """
    reading = Reading(parsed)
    labels = reading.labels
    cuts: dict[int, list[Cut]] = {}
    given_so_far: dict[tuple[str, Reason | None, float], Label] = {}  # a verdict on many blocks is one object
    for rule in rules:
        name = rule.name
        findings = list(rule.find(reading))
        for block, reason, score, cut in findings:
            if cut is not None and reason is not None:
                cuts.setdefault(block, []).append(Cut(*cut, name, reason))
            elif labels[block] is None:
                verdict = name, reason, score
                if verdict not in given_so_far:
                    given_so_far[verdict] = Label(reason is None, *verdict)
                labels[block] = given_so_far[verdict]
        if findings:
            reading.open = [block for block in reading.open if labels[block] is None]
    if reading.open:
        raise ValueError(f"no rule spoke of block {reading.open[0]}: the last rule must")
    for block, made in cuts.items():
        if given := labels[block]:
            labels[block] = _with_cuts(given, made if given.keep else [cut for cut in made if cut.reason is Reason.SPAM_TOKEN])
    return [given for given in labels if given]


def _with_cuts(label: Label, cuts: list[Cut]) -> Label:
    """The label with its cuts sorted and freed of overlap: the earlier one holds, a later one keeps what is left of it."""
    clear: list[Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, -cut.end)):
        start = max(cut.start, clear[-1].end) if clear else cut.start
        if start < cut.end:
            clear.append(Cut(start, cut.end, cut.by, cut.reason))
    return Label(label.keep, label.by, label.reason, label.score, tuple(clear))
