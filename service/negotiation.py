"""Which format an Accept header asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.formats import FORMATS

# JSON first: it is what a caller gets who does not care.
OFFERED = {FORMATS[name].media_type: name for name in ("json", *(name for name in FORMATS if name != "json"))}


# What goes with HTML: a browser that shows it runs nothing and loads nothing.
SANDBOX = "default-src 'none'; sandbox"


def format_for(accept: str) -> str | None:
    """The name of the format that an Accept header likes best; None when it takes none of OFFERED."""
    best = best_of(accept, tuple(OFFERED))
    return None if best is None else OFFERED[best]


def likes_html(accept: Sequence[str]) -> bool:
    """Whether these Accept headers like a page better than JSON, as those of browsers do."""
    return best_of(",".join(accept), ("application/json", "text/html")) == "text/html"


def best_of(accept: str, offered: Sequence[str]) -> str | None:
    """The media type that an Accept header likes best; None when it takes none of them. An empty header takes any.

    Among equal weights the type that is named more precisely wins (``text/markdown, */*`` is Markdown), then the order of
    ``offered``. Parts that cannot be read are passed over.
    """
    ranges = list(_ranges(accept)) if accept.strip() else [("*/*", 1.0)]
    best, best_rank = None, (0.0, -1)
    for media_type in offered:
        rank = _rank(media_type, ranges)
        if rank[0] > 0 and rank > best_rank:
            best, best_rank = media_type, rank
    return best


def _rank(media_type: str, ranges: Sequence[tuple[str, float]]) -> tuple[float, int]:
    """Weight and precision of the most precise range that covers the type: an exact one beats ``text/*`` beats ``*/*``."""
    covering = ("*/*", media_type.partition("/")[0] + "/*", media_type)
    rank = (0.0, -1)
    for precision, covers in enumerate(covering):
        weights = [weight for name, weight in ranges if name == covers]
        if weights:
            rank = (max(weights), precision)
    return rank


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((value for key, _, value in (p.partition("=") for p in parameters) if key.strip() == "q"), "1")
        try:
            yield name, min(max(float(weight), 0.0), 1.0)
        except ValueError:
            continue
