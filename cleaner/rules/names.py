"""What an element is, by its tag and by what its author called it."""

from __future__ import annotations

import re
from functools import lru_cache

from cleaner.types import Reason

# What a class, id or role consists of, however it is written: "related-posts", "relatedPosts" (lower-cased by the parser),
# "post_related". The first reason that fits is the one.
_BY_NAME: tuple[tuple[Reason, tuple[str, ...]], ...] = (
    (
        Reason.CONSENT,
        (
            "cookies?",
            "cookie[-_]?\\w{2,20}",
            "consent",
            "gdpr",
            "ccpa",
            "onetrust\\w{0,20}",
            "cc-window",
            "privacy-(?:banner|popup|notice)",
        ),
    ),
    (
        Reason.COMMENTS,
        (
            "comments?",
            "comment-?(?:list|area|section|form|respond|box|thread|wrap\\w{0,8})",
            "disqus\\w{0,10}",
            "respond",
            "kommentare?",
            "commentaires?",
            "livefyre",
            "fb-comments",
        ),
    ),
    (
        Reason.NEWSLETTER,
        (
            "newsletter\\w{0,12}",
            "mailing-?list",
            "mc_embed\\w{0,12}",
            "mailchimp\\w{0,10}",
            "email-?(?:signup|sign-up|subscribe|capture|form)",
            "signup-?form",
            "sign-?up",
            "optin\\w{0,10}",
            "subscribe(?:-\\w{2,12})?",
        ),
    ),
    (
        Reason.SHARE,
        (
            "share",
            "sharing",
            "sharedaddy",
            "share-?(?:bar|buttons?|tools?|links?|icons?)",
            "social",
            "social-?\\w{0,10}",
            "addtoany\\w{0,8}",
            "addthis\\w{0,12}",
            "sociable",
            "follow-?us",
        ),
    ),
    (
        Reason.RELATED,
        (
            "related\\w{0,12}",
            "similar",
            "recommend\\w{0,8}",
            "more-?(?:from|stories|news|articles|posts)",
            "read-?(?:next|also)",
            "most-?(?:read|popular|viewed|commented|shared)",
            "popular\\w{0,6}",
            "trending\\w{0,6}",
            "outbrain\\w{0,8}",
            "taboola\\w{0,10}",
            "zergnet\\w{0,6}",
            "mgid\\w{0,6}",
            "revcontent",
            "dianomi",
            "yarpp\\w{0,12}",
            "jp-relatedposts",
            "see-?also",
            "next-?(?:post|article|story|up)",
            "prev(?:ious)?-?(?:post|article|story)",
            "up-?next",
            "also-?like",
            "up-?sells?",
            "cross-?sells?",
        ),
    ),
    (
        Reason.AD,
        (
            "ads?",
            "advert\\w{0,12}",
            "adsbygoogle",
            "ad-?(?:slot|unit|container|wrapper|banner|box|block|label|zone|space)",
            "dfp\\w{0,8}",
            "google-?ads?",
            "sponsor\\w{0,8}",
            "ad-?banner",
        ),
    ),
    (
        Reason.AUTHOR_BOX,
        (
            "author-?(?:box|bio|info|card|profile|about|description|details|block|section|desc|box-?\\w{0,8})",
            "about-?(?:the-?)?author",
            "post-?author",
            "bio",
            "biography",
            "contributor-?\\w{0,6}",
            "vcard",
        ),
    ),
    (
        Reason.BREADCRUMB,
        ("breadcrumbs?\\w{0,8}", "crumbs?", "bread-?crumb\\w{0,6}", "you-?are-?here", "breadcrumb-?trail"),
    ),
    (
        Reason.TAGS,
        (
            "tags",
            "tag-?(?:list|cloud|links?)",
            "tagcloud",
            "post-?tags?",
            "article-?tags?",
            "entry-?tags?",
            "topics?-?list",
            "cat-?links?",
            "entry-?categor\\w{0,5}",
        ),
    ),
    (
        Reason.FOOTER,
        (
            "footer\\w{0,10}",
            "page-?footer",
            "site-?footer",
            "foot",
            "colophon",
            "contentinfo",
            "copyright",
            "bottom-?bar",
            "sub-?footer",
        ),
    ),
    (
        Reason.SIDEBAR,
        (
            "sidebar\\w{0,10}",
            "side-?bar\\w{0,6}",
            "complementary",
            "right-?rail",
            "left-?rail",
            "widget-area",
            "sidebar-?widget",
        ),
    ),
    (
        Reason.NAVIGATION,
        (
            "nav",
            "navi",
            "nav-(?:bar|menu|links?|main|primary|top|list|wrapper|container|header|footer)",
            "navbar\\w{0,10}",
            "navigation\\w{0,8}",
            "menu",
            "menu-?(?:item|list|main|primary|container|wrapper|toggle|bar)",
            "mega-?menu\\w{0,6}",
            "main-?menu",
            "sub-?menu",
            "pager",
            "pagination\\w{0,6}",
            "paginator",
            "skip-?(?:link|to-content|nav)\\w{0,6}",
            "toolbar",
            "tabs-?nav",
            "hamburger",
            "sitemap",
            "language-?(?:switcher|selector)",
            "lang-?switch\\w{0,6}",
            "search-?(?:form|box|bar|input|field|overlay|toggle)",
        ),
    ),
    (
        Reason.HEADER,
        (
            "masthead",
            "site-?header",
            "page-?header-?nav",
            "top-?bar",
            "header-?(?:top|nav|bar|menu|links?|inner|main|wrapper|container)",
            "banner-?header",
            "utility-?(?:bar|nav|links)",
            "global-?header",
            "topnav\\w{0,4}",
        ),
    ),
    (
        Reason.FORM,
        (
            "login\\w{0,8}",
            "log-?in",
            "sign-?in",
            "register",
            "modal\\w{0,10}",
            "popup\\w{0,8}",
            "pop-?up",
            "lightbox",
            "cart",
            "minicart\\w{0,6}",
            "basket",
            "wishlist",
            "contact-?form\\w{0,4}",
            "wpcf7\\w{0,8}",
            "feedback-?form",
        ),
    ),
    (
        Reason.COUNTER,
        (
            "post-?views",
            "view-?count",
            "like-?count",
            "votes?",
            "rating-?count",
            "counter",
            "reading-?time",
            "read-?time",
            "print-?(?:link|button)",
        ),
    ),
    (
        Reason.PHOTO_CREDIT,
        (
            "credit",
            "photo-?credit",
            "image-?credit",
            "img-?credit",
            "caption-?credit",
            "wp-caption-credit",
            "copyright-?(?:text|holder)",
        ),
    ),
    (
        Reason.BYLINE,
        (
            "byline\\w{0,6}",
            "by-line",
            "author-?name",
            "entry-?meta",
            "post-?meta\\w{0,6}",
            "article-?meta\\w{0,6}",
            "meta-?info",
            "posted-?on",
            "posted-?by",
            "post-?info",
            "dateline",
            "article-?info\\w{0,4}",
            "submitted",
            "published?-?(?:date|on|time)",
            "post-?date",
            "entry-?date",
            "article-?date",
        ),
    ),
)
_EDGE = r"[\s_:./-]"
_STOP = r"(?:$|[\s_:./0-9-]|s(?:$|[\s_:./-]))"


def _rests_by_initial() -> dict[str, dict[int, list[str]]]:
    """The words without their initial, by initial and by the place of their reason: few words are tried at a place."""
    rests: dict[str, dict[int, list[str]]] = {}
    for rank, (_, words) in enumerate(_BY_NAME):
        for word in words:
            rests.setdefault(word[0], {}).setdefault(rank, []).append(word[1:])
    return rests


def _alternatives(group: str) -> str:
    """All words as one pattern, with a group for each initial and reason."""
    groups = {initial: [f"{group}{'|'.join(rests)})" for rests in by_rank.values()] for initial, by_rank in _RESTS.items()}
    return "|".join(f"{initial}(?:{'|'.join(choices)})" for initial, choices in groups.items())


_RESTS = _rests_by_initial()
_RANKS = [rank for by_rank in _RESTS.values() for rank in by_rank]  # of the groups
_PRAISED = re.compile(r"(?:--|\bis-)(?:most-)?(?:popular|recommended)$")  # "plan--popular" is a plan, no list of popular pages
_SAYS_SOMETHING = re.compile(f"{_EDGE}(?:{_alternatives('(?:')}){_STOP}")
_NOTHING = len(_BY_NAME)
_SAYS = re.compile(f"{_EDGE}(?=(?:{_alternatives('(')}){_STOP})")

NAMED_BY_TAG = {
    "nav": Reason.NAVIGATION,
    "footer": Reason.FOOTER,
    "aside": Reason.SIDEBAR,
    "menu": Reason.NAVIGATION,
    "button": Reason.FORM,
    "select": Reason.FORM,
    "textarea": Reason.FORM,
}


@lru_cache(maxsize=20_000)
def named(names: str) -> Reason | None:
    """What the names of an element say it is, the first that fits: ``named("post-tags clearfix") is Reason.TAGS``."""
    rank = min(map(_rank, names.split(" ")))
    return None if rank == _NOTHING else _BY_NAME[rank][0]


@lru_cache(maxsize=50_000)
def _rank(name: str) -> int:
    """The place of what one name says in _BY_NAME; _NOTHING for most. Pages share names rather than whole lists of them."""
    name = f" {_PRAISED.sub('', name)}"
    if not _SAYS_SOMETHING.search(name):
        return _NOTHING
    return min(_RANKS[said.lastindex - 1] for said in _SAYS.finditer(name) if said.lastindex)


def telling(names: str) -> list[str]:
    """Those of an element's names that say what it is: ``telling("box related-posts") == ["related-posts"]``."""
    return [name for name in names.split(" ") if _rank(name) != _NOTHING]


_UNTOLD = frozenset(("html", "body", "main", "article"))  # what they are called says nothing of what stands in them


def named_room(tag: str, names: str) -> Reason | None:
    """What an element is by its tag, else by its names; None for the rooms that hold the content."""
    if tag in _UNTOLD:
        return None
    return NAMED_BY_TAG.get(tag) or (named(names) if names else None)
