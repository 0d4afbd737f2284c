"""Addresses that are given as options: one that is none is refused, before anything is read."""

from __future__ import annotations

from urllib.parse import urlsplit

import typer


def web_address(given: str | None) -> str | None:
    """The callback of an option for a page's address. Raises BadParameter for what is none."""
    if given is not None and not _host_of(given):
        raise typer.BadParameter(f"{given[:100]!r} is no web address: write it whole, like https://news.example/ferry.html")
    return given


def host(given: str | None) -> str | None:
    """The callback of an option for a site's host. Raises BadParameter for what is none."""
    if given is not None and _host_of(f"https://{given}/") != given.lower():
        raise typer.BadParameter(f"{given[:100]!r} is no host: write it alone, like news.example")
    return given


def _host_of(url: str) -> str:
    """ "" where the URL is none of the web, or none at all."""
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
    except ValueError:
        return ""
    return name if parts.scheme in ("http", "https") and not any(character.isspace() for character in url) else ""
