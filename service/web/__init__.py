"""What people see in a browser: templates, and the files they load. A page loads nothing from elsewhere and runs no script of
its own text; ``POLICY`` has the browser enforce that."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cleaner.types import Reason

_FOLDER = Path(__file__).parent
STATIC = _FOLDER / "static"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# Reasons that look alike to a reader have one tint.
FAMILIES: dict[str, tuple[str, tuple[Reason, ...]]] = {
    "site": (
        "the site's frame",
        (
            Reason.NAVIGATION,
            Reason.BREADCRUMB,
            Reason.HEADER,
            Reason.FOOTER,
            Reason.SIDEBAR,
            Reason.REPEATS_ON_SITE,
            Reason.FORM,
            Reason.CONTACT,
            Reason.LEGAL,
        ),
    ),
    "offer": (
        "offers and walls",
        (Reason.NEWSLETTER, Reason.SUBSCRIPTION, Reason.CONSENT, Reason.AD, Reason.DOWNLOAD_APP, Reason.ERROR_PAGE),
    ),
    "link": ("ways to other pages", (Reason.RELATED, Reason.LINK_LIST, Reason.TEASER, Reason.READ_MORE, Reason.TAGS)),
    "talk": ("readers", (Reason.SHARE, Reason.COMMENTS, Reason.COUNTER, Reason.WIDGET_RESIDUE)),
    "line": (
        "lines about the text",
        (
            Reason.TITLE,
            Reason.BYLINE,
            Reason.DATE_LINE,
            Reason.AUTHOR_BOX,
            Reason.CAPTION,
            Reason.PHOTO_CREDIT,
            Reason.WIRE_SIGNOFF,
        ),
    ),
    "spam": ("put in", (Reason.SPAM_TOKEN, Reason.ONLY_IN_THIS_COPY)),
    "rest": ("not the content", (Reason.NOT_MAIN_CONTENT, Reason.HIDDEN, Reason.DUPLICATE)),
}
FAMILY_OF: dict[str, str] = {reason.value: name for name, (_, reasons) in FAMILIES.items() for reason in reasons}

REVIEW_KEYS = (
    ("j k", "next and previous block"),
    ("n N", "next and previous block that something went from; with two cleaners, where they differ"),
    ("a", "show all kinds again"),
    ("o", "the original beside the text, and back"),
    ("e", "correct a stored page by hand"),
    ("?", "these keys"),
)
BENCH_KEYS = (
    ("j k", "next and previous block"),
    ("r R", "next and previous run: the first of the blocks that stay, or go, together"),
    ("space x", "keep the block, or take it out"),
    ("J K", "sweep: the next (previous) blocks become what this one is"),
    ("c", "cut inside the line: choose words with h and l, more of them with H and L, then x; Esc leaves"),
    ("u U", "undo and redo"),
    ("n N", "next and previous block that is treated otherwise than by the cleaner"),
    ("m", "title, authors, date and language; Esc leads back"),
    ("1 … 7", "page type: article, forum, product, listing, collection, documentation, service; 0 is none"),
    ("d", "done: the next page of the queue"),
    ("] [", "next and previous page of the queue, without saying that this one is done"),
    ("t", "teach the site: what was corrected here holds on its other pages"),
    ("o", "the original beside the text, and back"),
    ("?", "these keys"),
)


def render(template: str, **values: object) -> str:
    """A page. Every value is escaped; a name that the template asks for and that is not given is an error."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.0f} %"
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.globals |= {"family_of": FAMILY_OF, "REVIEW_KEYS": REVIEW_KEYS, "BENCH_KEYS": BENCH_KEYS}
    return environment
