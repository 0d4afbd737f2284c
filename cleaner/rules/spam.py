"""A spam site's own token, put before copied titles and into copied text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice

from cleaner.rules.reading import PROSE_WORDS, SENTENCE_END, Finding, Reading
from cleaner.types import Parsed, Reason

TITLE_LINES = 10  # blocks at the head of a flattened page among which its title stands
LINES_ABOVE = 60  # among which a flattened page's title stands where consent walls and menus come first
TOKEN_WORDS = 3
MARKED_WORDS = 6  # of a token that a mark with no space behind it parts from the title: "Zelbit Wealth Think Tank|Dams go"
TOKEN_LETTERS = 3  # "(415) 263-9024" and "[4]" are no tokens; Chinese writes one in fewer
MOST_PLACES = 1000  # at which a token is looked at, in a page for a first look and in each block
SUSPECTED_IN = 200_000  # characters of a page in which a suspected token is looked for
MOST_SUSPECTED = 10  # tokens whose every place is looked at
NEEDED = 1.0  # points of the text itself: one paragraph that begins with "Update" under "Update:…" is none
SURE = 2.0  # points of evidence; a legitimate prefix such as "Analysis:" reaches 1.5

_OPEN, _CLOSE = r"[\[(（【]", r"[\])）】]"
_BRACKETED = re.compile(rf"^{_OPEN}\s?([^\]\[()（）【】]{{2,30}}?)\s?{_CLOSE}")
_MARKS = ":：|｜"  # behind a token
_MARKED_PREFIX = re.compile(rf"^([^\s{_MARKS}][^{_MARKS}]{{1,40}}?)\s?[{_MARKS}](\s?)(?=\S)")
_BEFORE_TITLE = r"-(?=[\"“‘'$\dA-ZА-ЯЁІЇЄҐ])"  # a hyphen that parts the token from a title
_CAPITALISED = re.compile(r"\w[^\W_A-ZА-ЯЁІЇЄҐ]+")  # "Top-Rated", "Anti-Tax"
_HYPHEN_PREFIX = re.compile(rf"^([^\s{_MARKS}][^{_MARKS}]{{1,40}}?){_BEFORE_TITLE}")
_SUFFIX = re.compile(r"\s[-–—|]\s?(\S{3,30}(?:\s\S{1,20}){0,2})$")
_POINTS = {
    "glued": 2.0,
    "bracketed": 1.5,
    "displaced": 1.0,
    "before a sentence": 0.5,
    "start": 0.0,
    "label": 0.0,
    "round brackets": 0.0,
    "sentence": -2.0,
}
BOTH_ENDS = 1.5  # points for a token that the title begins and ends with
OWN_LINE = 1.0  # points for a line of nothing but such a word of letters and digits, or of it and what it advertises
GLUED_ABOVE = 1.5  # points for the token between a section's name and the title: "Home > reviewsZelbit:Why small dams go"
IN_A_WORD = 0.5  # points for a token at the end of a word, "lapsedZelbit"; brands are written so, too, always behind one word
IN_ANOTHER_WORD = 1.5  # points for each different word more
WORDS_WITH_TOKEN = 3  # different words of the text with one ending make it a token that no title needs to show
_MARKS_BEFORE = ("\n", ",", "،", ", ", ".", ". ", "! ", "? ", "[", "(", "【", "（", "– ", "— ", "- ", "” ", "» ", "。", "！")
_DASHES = "—–-"
_COMMAS = (",", "，", "،")
_GOES_ON = ",;'’"  # behind a word that its sentence needs
_SMALL = "a-zß-öø-ÿа-яёіїєґ"  # letters
_IN_WORDS = re.compile(rf"(?<![^\W_])([{_SMALL}]{{2,20}})([A-ZА-ЯЁІЇЄҐ][{_SMALL}]{{4,20}})(?=[ .,;])")
_MIXED = re.compile(r"(?=.{0,20}[^\W\d_])(?=.{0,20}\d)^\w{5,20}$")  # "qz77club": letters and digits in one word
_SMALL_WORDS = re.compile(rf"(?<=[{_SMALL}][.!?”\"] )((?:[{_SMALL}][\w-]{{1,20}} ){{1,4}})(?=[“\"«„]?[A-ZА-ЯЁІЇЄҐ])")
_HAS_DIGIT = re.compile(rf"[{_SMALL}]\d")


def injected_token(reading: Reading) -> Iterator[Finding]:
    """ "Zelbit:Why small dams go" … "TRONDHEIM,Zelbit Norway (AP) — When…": the same token where no sentence needs it.

    A token is what stands before (or behind) the title. It is spam when the text repeats it where a sentence is complete
    without it: glued to a comma, inside a dateline, behind a full stop. A prefix that sentences use stays.
    """
    titles = _title_lines(reading)
    page = "\n".join(reading.texts)
    open_page = "\n".join([reading.texts[index] for index in reading.open])
    in_words = _in_words(reading)
    tokens = {token: 0.0 for token, words in in_words.items() if len(words) >= WORDS_WITH_TOKEN}
    tokens |= {token: points for title in titles for token, points in _tokens(title)}
    for token in sorted(tokens, key=len, reverse=True):
        words = in_words.get(token, frozenset())
        above = GLUED_ABOVE if _is_glued_above(token, titles) else 0.0
        if not (words or above or _is_displaced(token, open_page)) or _is_small_word(token, page):
            continue
        evidence = _evidence(reading, titles, token) + above
        if evidence <= 0 and not (words and tokens[token] >= SURE):
            continue  # names of functions are written so: "getBuffer", "setBuffer", "hasBuffer"
        if words:
            evidence += IN_A_WORD + IN_ANOTHER_WORD * (len(words) - 1)
        if evidence < NEEDED or tokens[token] + evidence < SURE:
            continue
        pattern = re.compile(_with_mark(token) + _glued_to_words(token))
        for index, text in enumerate(reading.texts):
            for match in pattern.finditer(text):
                if match.start() == 0 and text[match.end() :].lstrip()[:1] in tuple(_DASHES):
                    yield Finding(index, Reason.SPAM_TOKEN, 0.8)  # "qz77club – Free slots every day!"
                start, end = _with_space(text, match.start(), match.end())
                yield Finding(index, Reason.SPAM_TOKEN, 0.9, (start, end))
                if end == len(text):
                    reading.ends_at(index, start)
        return


def token_between_sentences(reading: Reading) -> Iterator[Finding]:
    """ "…of wet snow. slot gacor88 No one was inside…": small words with a number, twice where a sentence has ended."""
    found = [(index, match) for index in reading.open for match in _between_sentences(reading.texts[index])]
    times = Counter(match[1] for _, match in found)
    for index, match in found:
        if times[match[1]] > 1:
            yield Finding(index, Reason.SPAM_TOKEN, 0.9, match.span(1))


def _between_sentences(text: str) -> Iterator[re.Match[str]]:
    """Where small words stand between a full stop and a capital, one of them of letters and digits: "qz77club"."""
    if not _HAS_DIGIT.search(text):
        return
    for match in islice(_SMALL_WORDS.finditer(text), MOST_PLACES):
        if any(_MIXED.match(word) for word in match[1].split()):
            yield match


def _in_words(reading: Reading) -> dict[str, frozenset[str]]:
    """What stands with a capital at the end of small words of sentences, and behind which: "lapsedZelbit", "inZelbit"."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for index in reading.open:
        if reading.sentence[index]:
            for word, token in islice(_IN_WORDS.findall(reading.texts[index]), MOST_PLACES):
                found[token].add(word)
    return {token: frozenset(words) for token, words in found.items()}


def _glued_to_words(token: str) -> str:
    """Alternatives of a pattern: the token at the end of a small word, and right before a sentence: "ZelbitThe charter"."""
    if not (token[0].isupper() and token[-1].islower()):
        return ""
    spelled = re.escape(token)
    return rf"|(?<=[{_SMALL}]){spelled}(?!\w)|(?<!\w){spelled}(?=[\"“«]?[A-ZА-ЯЁІЇЄҐ][{_SMALL} ])"


def suspected_token(parsed: Parsed) -> str:
    """What looks like an injected token on this page alone, though perhaps not surely; empty where nothing does.

    A site of which many pages raise the same suspicion is a spam site: see ``cleaner.site_templates``.
    """
    reading = Reading(parsed)
    titles = _title_lines(reading) if reading.html else _lines_above(reading)
    page = "\n".join(reading.texts)[:SUSPECTED_IN]
    found = {token: points for title in titles for token, points in _tokens(title) if points or reading.html}
    displaced = [token for token in sorted(found, key=len, reverse=True) if _is_displaced(token, page)]
    tokens = {token: found[token] for token in displaced[:MOST_SUSPECTED]}
    points = {
        token: given + evidence
        for token, given in tokens.items()
        if not _is_small_word(token, page) and (evidence := _evidence(reading, titles, token)) > 0
    }
    return max(points, key=lambda token: (points[token], len(token), token), default="")


def _lines_above(reading: Reading) -> list[str]:
    """The first lines of a flattened page that are no sentences."""
    return [reading.texts[index] for index in range(min(LINES_ABOVE, len(reading))) if not reading.sentence[index]]


def places_of_token(text: str, token: str) -> Iterator[tuple[int, int]]:
    """Where a site's known token stands in a text without need, with the space that goes with it: not inside a sentence."""
    if token not in text:
        return
    for match in islice(re.finditer(_with_mark(token), text), MOST_PLACES):
        if _place(text, match.start(), match.end()) != "sentence":
            yield _with_space(text, match.start(), match.end())


def _title_lines(reading: Reading) -> list[str]:
    if reading.html:
        head = reading.parsed.head
        shared = [content for name, content in head.meta if name in ("og:title", "twitter:title")]
        headings = [block.text for block in reading.blocks if block.tag == "h1" and not block.hidden]
        return [title for title in dict.fromkeys([*headings[:3], *shared[:2], head.title]) if title]
    lines = []
    for index in range(min(TITLE_LINES, len(reading))):
        if reading.sentence[index]:
            break
        lines.append(reading.blocks[index].text)
    return lines


def _tokens(title: str) -> Iterator[tuple[str, float]]:
    """What could be a token of a title line, with the points that its form gives."""
    for token, points in _prefixes(title):
        if token[-1].isalnum() and (not token.isascii() or sum(map(str.isalpha, token)) >= TOKEN_LETTERS):
            yield token, points


def _prefixes(title: str) -> Iterator[tuple[str, float]]:
    """What stands before the title in one of the forms that tokens have, or behind it."""
    if (match := _BRACKETED.match(title)) and match.end() < len(title):
        yield match[1], 1.0
    if (match := _MARKED_PREFIX.match(title)) and match[1][-1].isalpha():
        count = len(match[1].split())
        if count <= (TOKEN_WORDS if match[2] else MARKED_WORDS):
            yield match[1], 1.0 if match[2] else 2.0
    match = _HYPHEN_PREFIX.match(title)
    if match and not _CAPITALISED.fullmatch(match[1]) and len(match[1].split()) <= MARKED_WORDS:
        yield match[1], 0.5
    words = title.split()
    for count in range(1, min(TOKEN_WORDS, len(words) - 2) + 1):
        token = " ".join(words[:count])
        if not token[0].isalnum():
            return  # a bullet
        mixed = 1.0 if _MIXED.match(token) else 0.0
        yield token, mixed + (BOTH_ENDS if title.endswith(f" {token}") else 0.0)
    if match := _SUFFIX.search(title):
        yield match[1], 0.0


def _evidence(reading: Reading, titles: list[str], token: str) -> float:
    """Points for each place where the text repeats the token without need, less two for each where a sentence uses it."""
    points = 0.0
    whole_titles = [title for title in titles if len(title.split()) > TOKEN_WORDS or not title.isascii()]
    short_titles = frozenset(titles) - {token}
    at_start = False
    search = re.compile(_alone(token))
    page = "\n".join(reading.texts)
    marked = any(title.startswith((*(token + mark for mark in _MARKS), f"[{token}", f"【{token}")) for title in titles)
    framed = _MIXED.match(token) and any(title.startswith(f"{token} ") and title.endswith(f" {token}") for title in titles)
    for index in reading.open:
        text = reading.texts[index]
        if framed and text.partition(":")[0] == token:
            points += OWN_LINE
        if token not in text or text in short_titles or any(text in title or title in text for title in whole_titles):
            continue
        for match in islice(search.finditer(text), MOST_PLACES):
            place = _place(text, match.start(), match.end())
            if marked and place == "start" and _opens_sentence(text[match.end() :], page):
                place = "before a sentence"
            at_start = at_start or place == "start"
            if place == "sentence" and framed:
                continue  # put into the middle as well: no sentence needs such a word
            points += _POINTS[place] if reading.words[index] >= PROSE_WORDS else min(0.0, _POINTS[place])
    return points + (0.5 if at_start else 0.0)


def _is_glued_above(token: str, titles: list[str]) -> bool:
    """A title line has the token, with its mark, right behind a small word."""
    glued = re.compile(rf"[{_SMALL}]{re.escape(token)}(?:[{_MARKS}]|{_BEFORE_TITLE})")
    return any(glued.search(title) for title in titles if token in title[1:])


def _opens_sentence(rest: str, page: str) -> bool:
    """A sentence begins after a space, with a word that others have small: "Zelbit The charter"; not "Mayor Vink said"."""
    word = rest[1:].partition(" ")[0] if rest[:1] == " " else ""
    return word[:1].isupper() and f" {word.casefold()} " in page


def _is_displaced(token: str, page: str) -> bool:
    """A quick look: the token stands behind a mark somewhere."""
    at = -1
    for _ in range(MOST_PLACES):
        at = page.find(token, at + 1)
        if at < 0:
            return False
        if page[max(0, at - 2) : at].endswith(_MARKS_BEFORE):
            return True
    return False


def _is_small_word(token: str, page: str) -> bool:
    """Sentences write the token small: "the", "new"."""
    small = token.casefold()
    return small != token and f" {small} " in page


def _with_mark(token: str) -> str:
    """A pattern for the token with its brackets, or with the mark that parts it from the title."""
    word = _alone(token)
    return rf"(?:{_OPEN}\s?{word}\s?{_CLOSE}|{word})[{_MARKS}]?|^{re.escape(token)}{_BEFORE_TITLE}"


def _alone(token: str) -> str:
    """A pattern for the token as a word of its own, not inside an address; Chinese and Japanese words touch others."""
    before = r"\w/@-" if token[0].isupper() else r"\w/@.-"  # "port.Zelbit" is glued, "www.zelbit" an address
    left = rf"(?<![{before}])" if token[0].isascii() else r"(?<![a-zа-яёіїєґ\u0620-\u06ff])"
    right = r"(?![\w/@-]|\.\w)" if token[-1].isascii() else r"(?![a-zа-яёіїєґ\u0620-\u06ff])"
    return left + re.escape(token) + right


def _place(text: str, start: int, end: int) -> str:
    """How the token stands at that place: glued, displaced, at a block's start, or in a sentence."""
    bracketed = start > 0 and text[start - 1] in "[(（【" and text[end : end + 1] in tuple("])）】")
    if bracketed:
        start, end = start - 1, end + 1
    before, after = text[:start].rstrip(), text[end:].lstrip(" :：")
    if bracketed and before[-1:] not in _COMMAS:  # no sentence has brackets right behind a comma
        if text[start] in "(（":
            return "round brackets"  # "(AP) —" is an agency, "Northern Ferry Trust (NFT)" what it is called for short
        return "bracketed" if not before or before[-1] in SENTENCE_END else "sentence"  # "choose [Start] in the menu"
    if bracketed:
        return "bracketed"
    if not before:
        return "start"
    if text[start - 1] in ":：" and " " not in before:
        return "label"  # "Previous:Zelbit Wealth Society"
    if text[start - 1] in ",;.，。،" and text[start - 1] == before[-1]:
        return "glued"
    if not after:
        return "displaced" if before[-1] in SENTENCE_END and text[start - 1].isspace() else "sentence"
    if end < 80 and before[-1] in _DASHES and after[0] in _DASHES:
        return "displaced"
    in_dateline = end < 80 and re.search(r"(?:^|\s|\))[—–-]\s", text[end : end + 80]) is not None
    if in_dateline and ((before[-1] == "," and after[0].isupper()) or (before[-1] in ".," and after[0] in "(（")):
        return "displaced" if (before[-1] == "," and after[0].isupper()) or before[-1] == "." else "sentence"
    if before[-1] in ".!?。！？»”" and (text[end : end + 1] in ":：" or not (after[0].islower() or after[0] in _GOES_ON)):
        return "label" if _is_in_capitals(after) else "displaced"
    return "sentence"


def _is_in_capitals(after: str) -> bool:
    """What follows begins each of its words with a capital: "Add Your Photos" behind "Built by riders." is a button."""
    words = after.split(maxsplit=4)[:4]
    return len(words) > 1 and all(word[0].isupper() for word in words)


def _with_space(text: str, start: int, end: int) -> tuple[int, int]:
    """The cut widened by one adjoining space, so that none is left over."""
    if end < len(text) and text[end] == " " and (start == 0 or text[start - 1] in " \t\n\u00a0(（["):
        return start, end + 1
    if end == len(text) and start and text[start - 1] == " ":
        return start - 1, end
    return start, end
