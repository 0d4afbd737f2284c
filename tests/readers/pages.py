"""Invented pages, and what a reader finds in bytes that are made of them."""

from __future__ import annotations

import io

from cleaner.readers import DEFAULT_FIELDS, Found, read_open, reader_of


def page(number: int) -> bytes:
    return f"<html><body><p>The ferry sailed {number} times before the ice came down the river.</p></body></html>".encode()


def read(content: bytes, name: str, **fields: str) -> list[Found]:
    reader = reader_of(name)
    assert reader is not None
    return list(read_open(io.BytesIO(content), name, reader, {**DEFAULT_FIELDS, **fields}))


def contents(found: list[Found]) -> list[bytes | str]:
    return [one.page.content for one in found if one.page is not None]


def failures(found: list[Found]) -> dict[str, str]:
    return {one.place: one.message for one in found if one.page is None}
