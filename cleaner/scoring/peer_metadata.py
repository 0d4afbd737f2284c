"""The metadata that other libraries find on the same page, for comparison."""

from __future__ import annotations

from collections.abc import Callable

from cleaner.types import Metadata, Value


def trafilatura_metadata(html: str, url: str | None) -> Metadata:
    """trafilatura's title, authors, date (of publication, else of the last change), language and site name."""
    from trafilatura.metadata import extract_metadata

    found = extract_metadata(html, default_url=url)
    names = [name.strip() for name in (found.author or "").split(";")]
    return Metadata(
        title=_value(found.title),
        authors=tuple(Value(name, "trafilatura", 1.0) for name in names if name),
        date_published=_value(found.date),
        language=_value(found.language),
        site_name=_value(found.sitename),
    )


def _value(text: str | None) -> Value | None:
    return Value(text, "trafilatura", 1.0) if text else None


PEER_METADATA: dict[str, Callable[[str, str | None], Metadata]] = {"trafilatura-raw": trafilatura_metadata}
