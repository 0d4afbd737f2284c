"""Cursors: where a list goes on, as an opaque word that is good for the same question only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct

from service.problems import Fault, Problem, ProblemFound, invalid

_MARK_BYTES = 8
_SHAPE = struct.Struct(f">Q{_MARK_BYTES}s")


def cursor(number: int, question: object) -> str:
    """The cursor behind a number, for a list whose question has this ``repr``."""
    return base64.urlsafe_b64encode(_SHAPE.pack(number, _mark(question))).rstrip(b"=").decode()


def number_behind(given: str | None, question: object) -> int | None:
    """The number a cursor stands for. Raises ProblemFound for one that no list of this question gave."""
    if given is None:
        return None
    try:
        number, mark = _SHAPE.unpack(base64.b64decode(given + "=" * (-len(given) % 4), b"-_", validate=True))
    except (binascii.Error, struct.error, ValueError):
        number, mark = 0, b""
    if mark != _mark(question) or number >= 1 << 63:
        raise ProblemFound(_of_another_list())
    return int(number)


def text_cursor(text: str, question: object) -> str:
    """The cursor behind a text, for a list that is sorted by one."""
    return base64.urlsafe_b64encode(_mark(question) + text.encode()).rstrip(b"=").decode()


def text_behind(given: str | None, question: object) -> str | None:
    """The text a cursor stands for. Raises ProblemFound for one that no list of this question gave."""
    if given is None:
        return None
    try:
        whole = base64.b64decode(given + "=" * (-len(given) % 4), b"-_", validate=True)
        mark, text = whole[:_MARK_BYTES], whole[_MARK_BYTES:].decode()
    except (binascii.Error, ValueError):
        mark, text = b"", ""
    if mark != _mark(question) or "\0" in text:
        raise ProblemFound(_of_another_list())
    return text


def _of_another_list() -> Problem:
    return invalid([Fault("parameter", "cursor", "take it from the answer before, and leave the filters as they were")])


def _mark(question: object) -> bytes:
    return hashlib.sha256(repr(question).encode()).digest()[:_MARK_BYTES]
