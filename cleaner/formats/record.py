"""The document as JSON: one flat shape for files, the command line and HTTP.

Keys are always there; absent values are null or [].
"""

from __future__ import annotations

import json
import re
from collections import Counter
from io import StringIO
from math import ceil
from typing import Literal

from cleaner.formats.text import to_text
from cleaner.types import Cut, Document, Metadata, Removed, Value

Explain = Literal["none", "summary", "blocks"]

_FIELDS = (
    "canonical_url",
    "site_name",
    "title",
    "authors",
    "date_published",
    "date_modified",
    "language",
    "description",
    "image",
    "tags",
    "section",
    "agency",
    "license",
    "access",
)
WORDS_A_MINUTE = 230  # that adults read silently (Brysbaert 2019: 238 of English prose)
_UNSPACED = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def word_count(text: str) -> int:
    r"""How many words: ``\w+`` runs, and each Chinese character or Japanese kana counts as one.

    Korean is written with spaces and is counted by them. Thai, Lao, Khmer and Burmese are not taken apart: a run of them
    is one word.

    >>> word_count("It rained."), word_count("下雨了。")
    (2, 3)
    """
    return sum(1 for _ in _WORD.finditer(text))


def to_json(document: Document, explain: Explain = "none") -> str:
    """``to_dict`` as one JSON object, two spaces a level, with a newline at its end."""
    return json_text(to_dict(document, explain))


def json_text(record: dict[str, object]) -> str:
    """What ``to_dict`` gave as the text that ``to_json`` gives."""
    written = StringIO()  # dumps would hold every piece apart: 300 MB for a page of 100,000 blocks
    json.dump(record, written, ensure_ascii=False, indent=2)
    written.write("\n")
    return written.getvalue()


def to_dict(document: Document, explain: Explain = "none") -> dict[str, object]:
    """The wire shape of a document.

    ``explain`` adds what was removed: "summary" the pieces (``removed.pieces``), "blocks" every block of the page with
    what became of it (``blocks``). Offsets of pieces and cuts count in the block's text, those of blocks in the decoded
    page.
    """
    text = to_text(document).removesuffix("\n")
    metadata = document.metadata
    record: dict[str, object] = {
        "id": document.id,
        "status": document.status,
        "kind": document.parsed.kind,
        "text": text,
        "url": document.parsed.page.url,
        **_values(metadata),
        "page_type": document.page_type or None,
        "images": [{"url": one.url, "alt": one.alt, "caption": one.caption} for one in metadata.images],
        "comments": int(metadata.comments.value) if metadata.comments else None,
        "word_count": (words := word_count(text)),
        "reading_minutes": ceil(words / WORDS_A_MINUTE),
        "sources": _sources(metadata),
        "removed": _removed(document, explain),
        "quality": {
            "score": None if document.quality is None else round(document.quality, 3),
            "warnings": list(document.warnings),
        },
        "charset": {"name": document.parsed.charset.name, "source": document.parsed.charset.source},
        "cleaner": {"name": document.cleaner, "version": document.version},
        "timings_ms": {step: round(time, 3) for step, time in document.timings_ms.items()},
    }
    if explain == "blocks":
        record["blocks"] = _blocks(document)
    return record


def _values(metadata: Metadata) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in _FIELDS:
        found: Value | tuple[Value, ...] | None = getattr(metadata, field)
        if isinstance(found, tuple):
            values[field] = [value.value for value in found]
        else:
            values[field] = None if found is None else found.value
    return values


def _sources(metadata: Metadata) -> dict[str, object]:
    sources: dict[str, object] = {}
    for field in (*_FIELDS, "comments"):
        found: Value | tuple[Value, ...] | None = getattr(metadata, field)
        if isinstance(found, Value):
            sources[field] = _source(found)
        elif found:
            sources[field] = [_source(value) for value in found]
    return sources


def _source(value: Value) -> dict[str, object]:
    source: dict[str, object] = {"source": value.source, "confidence": round(value.confidence, 3)}
    if value.raw is not None:
        source["raw"] = value.raw
    if value.ambiguous:
        source["ambiguous"] = True
    if value.others:
        source["others"] = [{"value": one.value, "source": one.source, "confidence": one.confidence} for one in value.others]
    return source


def _removed(document: Document, explain: Explain) -> dict[str, object]:
    pieces = document.removed
    blocks = sum(1 for label in document.labels if not label.keep)
    by_reason = Counter(piece.reason.value for piece in pieces)
    removed: dict[str, object] = {
        "characters": sum(len(piece.text) for piece in pieces),
        "blocks": blocks,
        "by_reason": dict(sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))),
    }
    if explain == "summary":
        removed["pieces"] = [_piece(piece) for piece in pieces]
    return removed


def _piece(piece: Removed) -> dict[str, object]:
    return {
        "text": piece.text,
        "reason": piece.reason.value,
        "by": piece.by,
        "score": round(piece.score, 3),
        "block": piece.block,
        "start": piece.start,
        "end": piece.end,
    }


def _blocks(document: Document) -> list[dict[str, object]]:
    parsed = document.parsed
    rows = []
    for block, label in zip(parsed.blocks, document.labels, strict=True):
        row: dict[str, object] = {
            "text": block.text,
            "tag": block.tag,
            "kept": label.keep,
            "reason": label.reason.value if label.reason else None,
            "by": label.by,
            "score": round(label.score, 3),
        }
        row |= {"path": parsed.path(block)} if parsed.kind == "html" else {"start": block.start, "end": block.end}
        row["cuts"] = [_cut(cut, block.text) for cut in label.cuts] if label.keep else []
        row["hidden"] = block.hidden or None
        rows.append(row)
    return rows


def _cut(cut: Cut, text: str) -> dict[str, object]:
    return {
        "text": text[cut.start : cut.end],
        "reason": cut.reason.value,
        "by": cut.by,
        "start": cut.start,
        "end": cut.end,
    }
