"""Bytes to text, by the WHATWG order: byte-order mark, transport, meta, detector."""

from __future__ import annotations

import codecs
import re

from turbohtml.detect import detect

from cleaner.errors import PageRefused
from cleaner.types import Charset

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_META_CHARSET = re.compile(rb"""<meta[^>]{0,500}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""", re.I)
_META_WINDOW = 4096  # bytes; the standard scans 1,024, real pages put scripts before the meta
_BINARY_SIGNS = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x7fELF",
    b"RIFF",
    b"\x00\x00\x01\x00",
    b"OggS",
)
_BINARY_SHARE = 0.02  # of control bytes; text in any legacy charset stays far below
_WRONG_LABEL_SHARE = 0.002  # of characters that did not decode, above which the label is not believed

# Control characters say nothing and break JSON, XML and terminals. Each becomes one character, so offsets stay true.
_CONTROLS = dict.fromkeys((*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0)), " ")
_CONTROLS |= dict.fromkeys((0x0B, 0x0C, 0x85), "\n")  # these end lines
_CONTROLS |= dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\ufffd")
_HAS_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def decode(content: bytes | str, transport: str | None = None) -> tuple[str, Charset]:
    """The page as text, and the charset it was read with; control characters and lone surrogates are still in it.

    A label that the bytes contradict is not believed: bytes that are valid UTF-8 with characters beyond ASCII are UTF-8
    whatever the label says, and a label under which more than 2 in 1,000 characters fail gives way to the detector.

    Raises PageRefused("binary") for content that is no text: an image, a PDF, an archive.
    """
    if isinstance(content, str):
        return content.removeprefix("\ufeff"), Charset("utf-8", "text")
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], name), Charset(name, "bom")
    _refuse_binary(content)
    return _by_label_or_detector(content, transport)


def without_controls(text: str) -> str:
    """``text`` with control characters as spaces or line ends and lone surrogates as U+FFFD; its length stays the same."""
    if text.isprintable() or not _HAS_CONTROL.search(text):
        return text
    return text.translate(_CONTROLS)


def _by_label_or_detector(content: bytes, transport: str | None) -> tuple[str, Charset]:
    utf8 = _strict_utf8(content)
    meta = _META_CHARSET.search(content[:_META_WINDOW])
    labels = ((transport, "transport"), (meta.group(1).decode("ascii", "replace") if meta else None, "meta"))
    for label, source in labels:
        name = _codec_name(label) if label else None
        if name is None:
            continue
        if utf8 is not None:
            agrees = name == "utf-8" or content.isascii()
            return utf8, Charset(name if agrees else "utf-8", source if agrees else "detector")  # type: ignore[arg-type]
        text = _decoded(content, name)
        if text.count("\ufffd") <= len(text) * _WRONG_LABEL_SHARE:
            return text, Charset(name, source)  # type: ignore[arg-type]
    if utf8 is not None:
        return utf8, Charset("utf-8", "detector")
    unlabelled = re.sub(rb"(?i)charset", b"-------", content[:_META_WINDOW]) + content[_META_WINDOW:]
    name = (detect(unlabelled).encoding or "windows-1252").lower()
    return _decoded(content, name), Charset(name, "detector")


def _strict_utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _codec_name(label: str) -> str | None:
    """The WHATWG name a label stands for; None for an unknown label. UTF-16 without a mark is a lie, as the standard says."""
    label = label.strip().lower()
    try:
        codecs.lookup(f"whatwg-{label}")
    except (LookupError, ValueError):
        return None
    return "utf-8" if label.startswith(("utf-16", "utf8", "unicode", "utf-8")) else label


def _decoded(content: bytes, name: str) -> str:
    return content.decode(f"whatwg-{name}", "replace")


def _refuse_binary(content: bytes) -> None:
    head = content[:4096]
    controls = sum(head.count(c) for c in (0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18))
    if content.startswith(_BINARY_SIGNS) or (controls > len(head) * _BINARY_SHARE and controls > 8):
        raise PageRefused("binary", "the content is no text (an image, a PDF, an archive?): send HTML or plain text")
