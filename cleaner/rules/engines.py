"""What a forum's, wiki's or shop's software puts around what people wrote, by the names that this software gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.rules.reading import Finding, Reading
from cleaner.types import HEADINGS, Element, Reason

CONTENT_SHARE = 0.3  # of the page's prose, and
WORDS_SHARE = 0.5  # of its words: what holds more is the content, whatever it is called
QUOTED_WORDS = 4  # of a quoted line, from which its standing elsewhere on the page is no chance
QUOTE_HEAD_WORDS = 12
MOST_QUOTED, MOST_SAID = 1_000, 200_000  # blocks, and characters above them, that are compared: hostile pages have millions
LONGEST_EDIT_LINK = 40  # characters of "[Bearbeiten | Quelltext bearbeiten]"
_EDIT_LINK = re.compile(r"\s{0,3}[\[［]([^\[\]［］]{2,60})[\]］]$")
EDIT_WORDS = frozenset(  # what a wiki's link to its editor says, and that to the text with its marks
    (
        *(
            "edit",
            "edit source",
            "bearbeiten",
            "quelltext bearbeiten",
            "modifier",
            "modifier le code",
            "editar",
            "editar código",
        ),
        *("editar fonte", "editar código-fonte", "modifica", "modifica wikitesto", "edytuj", "edytuj kod", "править"),
        *("править код", "править вики-текст", "редагувати", "редагувати код", "bewerken", "brontekst bewerken", "redigera"),
        *("redigera wikitext", "rediger", "rediger kilde", "redigér", "redigér wikikode", "muokkaa", "muokkaa wikitekstiä"),
        *("szerkesztés", "forrásszöveg szerkesztése", "editovat", "editovat zdroj", "upraviť", "upraviť zdroj", "modificare"),
        *("modificare sursă", "değiştir", "kaynağı değiştir", "επεξεργασία", "επεξεργασία κώδικα", "редактиране"),
        *("редактиране на кода", "عدل", "عدل المصدر", "تعديل", "تعديل مصدري", "ویرایش", "ویرایش مبدأ", "עריכה"),
        *("עריכת קוד מקור", "编辑", "编辑源代码", "編輯", "編輯原始碼", "編集", "ソースを編集", "편집", "원본 편집", "แก้ไข"),
        *("sửa", "sửa đổi", "sửa mã nguồn", "sunting", "sunting sumber", "संपादित करें", "स्रोत संपादित करें"),
    )
)
_ANCHORED = HEADINGS | {"dt"}
_ANCHORS = ("¶", "#", "§", "🔗", "\u200b", "Link", "permalink")
_ANCHOR_ENDS = frozenset("¶#§🔗\u200b]kK")

# Whole names (a class, an id, a role), by the software that gives them. On annotated pages less than one word of twenty in
# an element of such a name is content.
PARTS: dict[str, Reason] = {
    # phpBB, XenForo, vBulletin, Invision, Discourse, Stack Exchange: beside and below a post
    "signature": Reason.AUTHOR_BOX,
    "message-signature": Reason.AUTHOR_BOX,
    "signature-collapsed": Reason.AUTHOR_BOX,
    "post-signature": Reason.BYLINE,
    "postprofile": Reason.AUTHOR_BOX,
    "message-userextras": Reason.AUTHOR_BOX,
    "message-usertitle": Reason.AUTHOR_BOX,
    "usertitle": Reason.AUTHOR_BOX,
    "user-details": Reason.AUTHOR_BOX,
    "user-action-time": Reason.DATE_LINE,
    "reactionsbar": Reason.COUNTER,
    "js-reactionslist": Reason.COUNTER,
    "ipsreact": Reason.COUNTER,
    "js-vote-count": Reason.COUNTER,
    "votecell": Reason.COUNTER,
    "message-actionbar": Reason.FORM,
    "message-lastedit": Reason.DATE_LINE,
    "message-attribution-opposite": Reason.COUNTER,
    "post-buttons": Reason.FORM,
    "post-taglist": Reason.TAGS,
    "js-post-menu": Reason.FORM,
    "js-notices": Reason.HEADER,
    "bottom-notice": Reason.RELATED,
    "js-bottom-notice": Reason.RELATED,
    "js-new-answer": Reason.FORM,
    "jumpbox": Reason.NAVIGATION,
    "crawler-nav": Reason.NAVIGATION,
    "topic-category": Reason.BREADCRUMB,
    # MediaWiki
    "mw-editsection": Reason.FORM,
    "mw-jump-link": Reason.NAVIGATION,
    "ambox": Reason.HEADER,
    "navbox": Reason.RELATED,
    "catlinks": Reason.TAGS,
    "printfooter": Reason.FOOTER,
    # recipe cards of WordPress
    "wprm-call-to-action": Reason.COMMENTS,
    "wprm-recipe-rating": Reason.COUNTER,
    "wprm-unit-conversion-container": Reason.FORM,
    "wprm-recipe-snippet": Reason.NAVIGATION,
    "tasty-recipes-quick-links": Reason.NAVIGATION,
    "tasty-recipes-rating": Reason.COUNTER,
    "mv-create-jtr": Reason.NAVIGATION,
    # shops
    "quantity": Reason.FORM,
    "add-to-cart": Reason.FORM,
    "single_add_to_cart_button": Reason.FORM,
    "woocommerce-product-rating": Reason.COUNTER,
    "product-reviews": Reason.COMMENTS,
    "tab-reviews": Reason.COMMENTS,
    "review_form_wrapper": Reason.COMMENTS,
    "jdgm-widget": Reason.COMMENTS,
    # what opens over a page
    "dialog": Reason.FORM,
    "alertdialog": Reason.CONSENT,
    "onetrust-consent-sdk": Reason.CONSENT,
    "amp-sidebar": Reason.NAVIGATION,
}

_PART_NAMES = frozenset(PARTS)
_SAID_BY = re.compile(r"[^:]{2,60}:\s{0,3}(?=.{10})")  # "herringbone wrote: The weir is up."
_QUOTES = frozenset(("bbcodeblock--quote", "quote", "quotebox", "ipsquote", "quotecontainer"))


def parts_of_an_engine(reading: Reading) -> Iterator[Finding]:
    """``<div class="signature">Time is money``, ``<table class="ambox">``, ``<div role="dialog">``: not what was written."""
    if not reading.html:
        return
    reasons: dict[int, Reason] = {}
    sizes: dict[Reason, tuple[int, int]] = {}
    words, prose = reading.words_before, reading.prose_before
    end = 0
    for element in reading.parsed.elements:
        if element.first < end or not element.names or _PART_NAMES.isdisjoint(names := element.names.split(" ")):
            continue
        if element.tag in ("html", "body", "main", "article"):
            continue
        end = element.end
        reason = next(PARTS[name] for name in names if name in PARTS)
        if "dialog" in names and _asks_for_consent(reading, element):
            reason = Reason.CONSENT
        said, told = sizes.get(reason, (0, 0))
        sizes[reason] = said + words[end] - words[element.first], told + prose[end] - prose[element.first]
        reasons |= dict.fromkeys(range(element.first, end), reason)
    for index in reading.open:
        if index in reasons and _is_small(sizes[reasons[index]], words[-1], prose[-1]):
            yield Finding(index, reasons[index], 0.9)


def _asks_for_consent(reading: Reading, element: Element) -> bool:
    """A phrase about consent stands in what opens over the page."""
    keys = reading.keys[element.first : element.end]
    hits = reading.book.find(keys, reading.words[element.first : element.end], keys)
    return any(hit.reason is Reason.CONSENT for found in hits.values() for hit in found)


def _is_small(size: tuple[int, int], words: int, prose: int) -> bool:
    return size[0] <= WORDS_SHARE * words and size[1] <= CONTENT_SHARE * prose


def quoted_posts(reading: Reading) -> Iterator[Finding]:
    """``<blockquote><cite>herringbone said:</cite>The weir is up.</blockquote>`` below the post that says it: said twice.

    In threads alone, also where the name stands in the same line. What is quoted from elsewhere stays, without "herringbone
    said:".
    """
    if not reading.html or not reading.parsed_is_forum:
        return
    said = ""
    end = compared = 0
    for quote in filter(_is_quote, reading.parsed.elements):
        if quote.first < end:
            continue
        if (compared := compared + quote.end - quote.first) > MOST_QUOTED:
            return
        if len(said) < MOST_SAID:
            said += "\n".join([*reading.keys[end : quote.first], ""])
        end = quote.end
        for index in range(quote.first, end):
            if not reading.is_open(index):
                continue
            key = reading.keys[index]
            head = _SAID_BY.match(key)
            if reading.words[index] >= QUOTED_WORDS and (key in said or (head and key[head.end() :].strip() in said)):
                yield Finding(index, Reason.DUPLICATE, 0.9)
            elif index == quote.first < end - 1 and _names_who_said_it(reading, index):
                yield Finding(index, Reason.BYLINE, 0.8)


def _is_quote(element: Element) -> bool:
    return element.tag == "blockquote" or not _QUOTES.isdisjoint(element.names.split(" "))


def _names_who_said_it(reading: Reading, index: int) -> bool:
    return reading.words[index] <= QUOTE_HEAD_WORDS and reading.texts[index][-1] in ":↑"


def head_of_a_post(reading: Reading) -> Iterator[Finding]:
    """ "Re: Wet hemp" over each post of the thread "Wet hemp"."""
    if not reading.html or not reading.parsed_is_forum:
        return
    title = next((reading.keys[index] for index, block in enumerate(reading.blocks) if block.tag in ("h1", "h2")), "")
    titles = (title, *reading.book.keys([reading.parsed.head.title]))
    for index in reading.open:
        key = reading.keys[index]
        if key.startswith("re: ") and reading.blocks[index].tag in HEADINGS and any(key[4:] in one for one in titles):
            yield Finding(index, Reason.TITLE, 0.9)


def heading_anchor(reading: Reading) -> Iterator[Finding]:
    """``<h2>Install<a class="headerlink">¶</a></h2>``, "History[edit]": the heading stays, what is clicked on goes."""
    if not reading.html:
        return
    for index, block in enumerate(reading.blocks):
        if block.tag not in _ANCHORED or not block.spans or block.text[-1] not in _ANCHOR_ENDS:
            continue
        links = [span for span in block.spans if span.kind == "link"]
        start = _anchor_start(block.text, links[-1].start) if links else 0
        if start and links[-1].end >= len(block.text) - 1:
            yield Finding(index, Reason.FORM, 0.95, (start, len(block.text)))


def edit_link(reading: Reading) -> Iterator[Finding]:
    """ "История[править | править код]" in flattened text: a heading over a sentence stays, its link to the editor goes."""
    if reading.html:
        return
    for index, text in enumerate(reading.texts):
        link = _EDIT_LINK.search(text) if text[-1] in "]］" else None
        if link is None or not EDIT_WORDS.issuperset(word.strip().casefold() for word in link[1].split("|")):
            continue
        cut = (link.start(), len(text)) if link.start() else None
        if cut and index + 1 < len(reading) and reading.sentence[index + 1]:
            yield Finding(index, None)
        yield Finding(index, Reason.FORM, 0.95, cut)


def _anchor_start(text: str, link: int) -> int:
    """Where the anchor at a heading's end begins; 0 where its link is some of the heading's words."""
    if text[link:] in _ANCHORS:
        return link
    bracket = text.rfind("[", 0, link + 1)
    return bracket if text[-1] == "]" and bracket >= 0 and len(text) - bracket <= LONGEST_EDIT_LINK else 0
