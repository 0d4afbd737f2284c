"""What a caller should know before trusting a result: machine-readable warnings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaner.types import NO_FACTS, Block, Label, Parsed, Reason, SiteFacts

SHELL_WORDS = 60  # visible words a page built by scripts has at most
PROSE_WORDS = 20  # words of a removed block that ends like a sentence, from which it counts as text
ARTICLE_WORDS = 150  # words of removed text in a run that would be an article of its own
UNKNOWN_WORDS = 40  # words that no rule knows to be furniture, in a run, from which they may be a page's content, and
UNKNOWN_SHARE = 0.5  # of the kept words: with fewer of them little is lost
ENDS_OPEN = ("…", "...", "[…]", "[...]", "(...)")
CLOSES = ".!?:;…。！？؟۔।\"'”’»)）」』"
CUT_WORDS = 8  # a last block of fewer is a caption or a label
LISTS = frozenset(("listing", "collection"))

_NOT_FREE = re.compile(r'"isAccessibleForFree"\s{0,9}:\s{0,9}"?false', re.I)
_PAYWALL_NAME = re.compile(r"paywall|regwall|piano-offer|subscriber-only|premium-wall|metered")
_UNKNOWN = frozenset((None, Reason.NOT_MAIN_CONTENT))
_ELSEWHERE = frozenset((Reason.COMMENTS, Reason.LEGAL, Reason.CONSENT, Reason.HIDDEN, Reason.DUPLICATE, Reason.AUTHOR_BOX))


def find_warnings(
    parsed: Parsed, labels: Sequence[Label], kept: Sequence[Block], page_type: str, site: SiteFacts = NO_FACTS
) -> tuple[str, ...]:
    """The warnings of a cleaned page, in the order of this list; most pages have none.

    no-content: nothing was kept. js-shell: the page is built by scripts and came without its text. bot-wall: an error page
    or a check of the browser. paywall-evidence: the page says that it is not free, or ends in a subscription prompt.
    truncated: the text breaks off. removed-looks-like-article: what went holds a text as long as what stayed, or a run half as
    long of which no rule knows what it is.
    injected-token: a spam site's token was cut out. spam-host: the site does so on most of its pages. listing-page: a list of
    other pages.
    """
    tests = {
        "no-content": not kept,
        "js-shell": not kept and _is_shell(parsed),
        "bot-wall": not kept and any(label.reason is Reason.ERROR_PAGE for label in labels),
        "paywall-evidence": _has_paywall(parsed, labels),
        "truncated": bool(kept) and _breaks_off(parsed, labels, kept[-1]),
        "removed-looks-like-article": _loses_a_text(parsed, labels, _words(kept)),
        "injected-token": any(cut.reason is Reason.SPAM_TOKEN for label in labels for cut in label.cuts),
        "spam-host": bool(site.spam_token),
        "listing-page": bool(kept) and page_type in LISTS,
    }
    return tuple(name for name, holds in tests.items() if holds)


def _is_shell(parsed: Parsed) -> bool:
    """Scripts, and hardly a word that a reader would see."""
    visible = sum(len(block.text.split()) for block in parsed.blocks[:SHELL_WORDS] if not block.hidden)
    return parsed.kind == "html" and visible < SHELL_WORDS and "<script" in parsed.source.lower()


def _has_paywall(parsed: Parsed, labels: Sequence[Label]) -> bool:
    if any(_NOT_FREE.search(script) for script in parsed.head.json_ld):
        return True
    if any(
        _PAYWALL_NAME.search(element.names)
        for element in parsed.elements
        if "wall" in element.names or "piano" in element.names
    ):
        return True
    last = max((index for index, label in enumerate(labels) if label.keep), default=-1)
    below = labels[last + 1 : last + 4] if last >= 0 else []
    return any(label.reason is Reason.SUBSCRIPTION for label in below)


def _breaks_off(parsed: Parsed, labels: Sequence[Label], last_kept: Block) -> bool:
    """The last block kept trails off, or has no end and a "read more" stands below it."""
    if len(last_kept.text.split()) < CUT_WORDS:
        return False
    if last_kept.text.endswith(ENDS_OPEN):
        return True
    last = max(index for index, label in enumerate(labels) if label.keep)
    below = labels[last + 1 : last + 3]
    return last_kept.text[-1] not in CLOSES and any(label.reason is Reason.READ_MORE for label in below)


def _loses_a_text(parsed: Parsed, labels: Sequence[Label], kept_words: int) -> bool:
    if _longest_removed(parsed, labels) > max(ARTICLE_WORDS, kept_words):
        return True
    return bool(kept_words) and _longest_unknown(parsed, labels) > max(UNKNOWN_WORDS, UNKNOWN_SHARE * kept_words)


def _longest_unknown(parsed: Parsed, labels: Sequence[Label]) -> int:
    """Words of the longest run that went for no reason of its own: a menu's dishes, a recipe's steps; no links."""
    longest = run = 0
    for block, label in zip(parsed.blocks, labels, strict=True):
        if label.keep or label.reason not in _UNKNOWN or block.hidden or block.link_chars * 2 > len(block.text):
            run = 0
        else:
            run += len(block.text.split())
            longest = max(longest, run)
    return longest


def _longest_removed(parsed: Parsed, labels: Sequence[Label]) -> int:
    """Words of the longest run of removed sentences, in blocks that follow each other."""
    longest = run = 0
    for block, label in zip(parsed.blocks, labels, strict=True):
        if label.keep:
            run = 0
        elif label.reason not in _ELSEWHERE and len(block.text) > 80 and block.link_chars * 2 < len(block.text):
            words = len(block.text.split())
            if words >= PROSE_WORDS and block.text[-1] in CLOSES:
                run += words
                longest = max(longest, run)
    return longest


def _words(blocks: Sequence[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)
