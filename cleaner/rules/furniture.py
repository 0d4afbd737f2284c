"""Furniture of a site that says what it is: prompts, walls, bars, labels, found by the phrase lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.rules.main_content import is_article
from cleaner.rules.phrasebook import PART_WORDS, Hit
from cleaner.rules.reading import PROSE_WORDS, Finding, Reading, ends_sentence
from cleaner.types import HEADINGS, Reason

BY_START = 0.85  # how sure a phrase is that a block begins with
SURE_SPACES = 2  # in a phrase of three words and more, which says what is to be followed
START_WORDS = 25  # a prompt that begins with its phrase is not longer; a paragraph is
SIGNOFF_LINES = 3  # sentences below an agency's rule
SIGNOFF_WORDS = 45
HEADING_WORDS = 2  # "Top tip", "Photo credits": as much may name a section of any text
LABEL_WORDS = 4  # a line that short, which begins with a phrase, is a label
PART_SHARE = 0.3  # of a block's characters that its phrases must cover to make it a prompt
PART_SHARE_OF_MANY = 0.1  # the same where two or more phrases stand in the block
RESIDUE_WORDS = 8
CONTACT_WORDS = 90
BOX_WORDS = 90  # of what is said about an author below "The author"; a text that begins so is longer

_CELLS = frozenset(("td", "th", "dt"))
_CLAIMS = ("©", "(c) ", "copyright ©", "copyright (c)", "all rights reserved")
_LEADS_ON = re.compile(r"[>/»›‹|→:：]")
_EMAIL = re.compile(r"[\w.+-]{1,40}@[\w-]{1,40}\.[\w.]{2,30}")
_PHONE = re.compile(r"(?<!\w)\+?\d[\d ()/-]{5,16}\d(?!\w)")
_BY_NOBODY = re.compile(r"\W{0,3}(?:Reporting|Editing|Writing) by [a-z]")  # "Reporting by post took eleven days"
_AD_LABELS = ("advertisement", "anzeige", "publicité", "publicidade", "publicidad", "реклама", "spot_img")
_RESIDUE = re.compile(
    r"""^(?:
        ([a-z]{2,20}_[a-z]{2,20})(?:\s?\1){1,9}            # spot_imgspot_img
      | \[/?(?-i:[a-z][a-z_-]{2,30})(?:\s[^\]=]{1,40}=[^\]]{0,200})?\]  # [gallery ids=12,13]; "[Chorus]" is sung
      | (?!\w+$)(?:[\s–-]{0,4}(?:"""
    + "|".join(_AD_LABELS)
    + r""")[\s–-]{0,4}){1,9}
      | \{\{[^{}]{1,80}\}\}                               # {{ad_slot}}
      | (?:div-gpt-ad|google_ad)[\w-]{0,40}
    )$""",
    re.VERBOSE | re.IGNORECASE,
)


def newsletter_prompt(reading: Reading) -> Iterator[Finding]:
    """ "Close Sign up for our free newsletter Get the latest delivered straight to your inbox … Success! Almost finished…"."""
    return _prompts(reading, Reason.NEWSLETTER)


def subscription_prompt(reading: Reading) -> Iterator[Finding]:
    """ "Already a subscriber? Log in", "Support independent journalism: donate today"."""
    return _prompts(reading, Reason.SUBSCRIPTION)


def consent_wall(reading: Reading) -> Iterator[Finding]:
    """ "To display this content from X, you must enable advertisement tracking", "We value your privacy", "Accept all"."""
    return _prompts(reading, Reason.CONSENT)


def share_bar(reading: Reading) -> Iterator[Finding]:
    """ "Share post:", "Share via", "Copy link", "Facebook", "Follow us on Instagram".

    "Follow us up the back stairs, the stewards say, and mind the cat." names no network and is a sentence of the text.
    """
    for finding in _prompts(reading, Reason.SHARE):
        index = finding.block
        if finding.score == BY_START and reading.prose[index] and ends_sentence(reading.texts[index]):
            phrase = reading.start_phrase(index, Reason.SHARE)
            behind = reading.keys[index][len(phrase) :].replace(",", " ").replace(".", " ").split()
            if phrase.count(" ") < SURE_SPACES and all(reading.book.line.get(word) is not Reason.SHARE for word in behind):
                continue
        yield finding


def navigation_label(reading: Reading) -> Iterator[Finding]:
    """ "Skip to content", "Menu", "Back to top", "Next page"."""
    return _prompts(reading, Reason.NAVIGATION)


def breadcrumb_line(reading: Reading) -> Iterator[Finding]:
    """ "You are here: Home > News > Region"; "Home renovating" and "Top tip" have nothing that leads on."""
    for finding in _prompts(reading, Reason.BREADCRUMB):
        text = reading.texts[finding.block]
        if _LEADS_ON.search(text) or reading.keys[finding.block] in reading.book.line:
            yield finding


def advertisement_label(reading: Reading) -> Iterator[Finding]:
    """ "Advertisement", "Story continues below", "We may earn a commission from links on this page"."""
    return _prompts(reading, Reason.AD)


def legal_footer(reading: Reading) -> Iterator[Finding]:
    """ "© 2031 Harbour Media. All rights reserved. This material may not be published, broadcast or rewritten."."""
    for index in reading.open:
        if reading.words[index] < START_WORDS and reading.keys[index].startswith(_CLAIMS) and not _is_of_a_list(reading, index):
            yield Finding(index, Reason.LEGAL, 0.95)
    for finding in _prompts(reading, Reason.LEGAL):
        if not _is_of_a_list(reading, finding.block):
            yield finding


def _is_of_a_list(reading: Reading, index: int) -> bool:
    """ "(c) cash above £200" below "(b) anything that ticks"."""
    return reading.keys[index].startswith("(c)") and any(
        text.startswith("(b)") for text in reading.texts[max(0, index - 2) : index]
    )


def comment_form(reading: Reading) -> Iterator[Finding]:
    """ "Leave a reply", "Your email address will not be published", "Log in to comment", "3 comments"."""
    return _prompts(reading, Reason.COMMENTS)


def author_box(reading: Reading) -> Iterator[Finding]:
    """ "About the author", "View all posts by Ines Halloran"; a block that begins so: "The author ↵ Ines Halloran is …"."""
    yield from _prompts(reading, Reason.AUTHOR_BOX)
    lines = {index: reading.texts[index].split("\n", 1)[0] for index in reading.open if "\n" in reading.texts[index]}
    for index, key in zip(lines, reading.book.keys(list(lines.values())), strict=True):
        if reading.book.line.get(key) is Reason.AUTHOR_BOX and reading.words[index] <= BOX_WORDS:
            yield Finding(index, Reason.AUTHOR_BOX, 0.85)


def download_prompt(reading: Reading) -> Iterator[Finding]:
    """ "Download our app", "Available on the App Store"."""
    return _prompts(reading, Reason.DOWNLOAD_APP)


def site_contact(reading: Reading) -> Iterator[Finding]:
    """ "The Dispatch is an online news outlet … reach us at 0555 0100 or info@dispatch.example".

    Below an article only: on a service page the addresses are the content. A line of a word or two above is the brand.
    """
    yield from _prompts(reading, Reason.CONTACT)
    if not is_article(reading):
        return
    for index in reading.open:
        text = reading.texts[index]
        if "@" not in text or reading.words[index] > CONTACT_WORDS or reading.blocks[index].tag == "pre":
            continue
        ways = len(_EMAIL.findall(text)) + len(_PHONE.findall(text))
        if ways > 1:
            yield Finding(index, Reason.CONTACT, 0.85)
            if index and reading.words[index - 1] <= 2 and reading.is_open(index - 1):
                yield Finding(index - 1, Reason.CONTACT, 0.7)


def read_more_label(reading: Reading) -> Iterator[Finding]:
    """ "Read more", "Continue reading", "Show more"; a sentence with its full stop that begins so stays."""
    for finding in _prompts(reading, Reason.READ_MORE):
        index = finding.block
        if not reading.prose[index] or not ends_sentence(reading.blocks[index].text):
            yield finding


def widget_residue(reading: Reading) -> Iterator[Finding]:
    """ "spot_imgspot_img", "[gallery ids=12,13]", "{{ad_slot}}", "div-gpt-ad-1": what a theme's shortcodes leave behind."""
    for index in reading.open:
        text, key = reading.texts[index], reading.keys[index]
        if (
            reading.words[index] <= RESIDUE_WORDS
            and ("_" in key or "-ad" in key or text[0] in "[{" or key.startswith(_AD_LABELS))
            and _RESIDUE.match(text)
            and reading.blocks[index].tag not in ("pre", "code")
        ):
            yield Finding(index, Reason.WIDGET_RESIDUE, 0.9)


def wire_signoff(reading: Reading) -> Iterator[Finding]:
    """ "Follow AP's Africa coverage at: https://…", "Reporting by A. Writer; editing by B. Editor", the rule "____" above.

    What stands below such a rule at the end of the text is the agency's, whatever its words.
    """
    findings = [
        finding
        for finding in _prompts(reading, Reason.WIRE_SIGNOFF)
        if not _BY_NOBODY.match(reading.blocks[finding.block].text)
    ]
    for finding in findings:
        above = finding.block - 1
        if above >= 0 and _is_rule(reading.blocks[above].text):
            yield Finding(above, Reason.WIRE_SIGNOFF)
    yield from findings
    rules = [index for index, text in enumerate(reading.texts) if "_" in text and _is_rule(text)]
    if rules and is_article(reading):
        below = [index for index in range(rules[-1] + 1, len(reading)) if reading.sentence[index]]
        if len(below) <= SIGNOFF_LINES and all(reading.words[index] <= SIGNOFF_WORDS for index in below):
            for index in (rules[-1], *below):
                yield Finding(index, Reason.WIRE_SIGNOFF, 0.7)


def _is_rule(text: str) -> bool:
    """A line of underscores, dashes or asterisks: the rule between a story and what the agency says about it."""
    return len(text) > 2 and not text.strip("_-–—=*~ ")


def _prompts(reading: Reading, reason: Reason) -> Iterator[Finding]:
    """Blocks that one reason's phrases make out to be furniture: the whole line, a short block's start, or most of a block.

    An article about the matter stays: a phrase quoted in a paragraph covers too little of it, and a paragraph is longer.
    """
    for index in reading.spoken_for[reason]:
        if not reading.is_open(index) or reading.texts[index][0] in "\"“„«‹'‘":
            continue  # a quoted phrase is spoken about
        if _names_what_follows(reading, index, reason):
            continue
        score = _score(reading.hits[index], reason, reading.words[index], len(reading.keys[index]))
        if score:
            yield Finding(index, reason, score)


def _names_what_follows(reading: Reading, index: int, reason: Reason) -> bool:
    """``<h3>Cookies</h3>`` over how to bake them, ``<td>Print</td>`` beside what the key does: the text's own words.

    A longer one, and a heading over a prompt, are the prompt's; layout is made of tables, too.
    """
    tag = reading.blocks[index].tag
    if reading.words[index] > HEADING_WORDS:
        return False
    return tag in _CELLS or (tag in HEADINGS and all(hit.reason is not reason for hit in reading.hits.get(index + 1, ())))


def _score(hits: list[Hit], reason: Reason, words: int, length: int) -> float:
    mine = [hit for hit in hits if hit.reason is reason]
    if any(hit.place == "line" for hit in mine):
        return 0.95
    if words <= START_WORDS and any(hit.place == "start" and (words <= LABEL_WORDS or _is_sure(hit.phrase)) for hit in mine):
        return BY_START
    parts = {hit.phrase for hit in hits if hit.place == "part"}
    covered = sum(map(len, parts))
    if not any(hit.place == "part" for hit in mine) or words > PART_WORDS:
        return 0.0
    if covered >= PART_SHARE * length or (len(parts) > 1 and covered >= PART_SHARE_OF_MANY * length):
        return 0.9
    return 0.8 if words < PROSE_WORDS else 0.0


def _is_sure(phrase: str) -> bool:
    """More than one word, or a script without spaces: "share", "advertising" alone begin good sentences too."""
    return " " in phrase or (not phrase.isascii() and len(phrase) > 4 and phrase[0] > "\u2fff")
