"""The page as it was read, with what went marked in place: struck out in colour, its reason and rule beside it."""

from __future__ import annotations

from collections import Counter
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from cleaner.formats import word_count
from cleaner.types import HEADINGS, Block, Document, Label
from cleaner.writers.file import write_whole

_GONE = "red strike"
_WHY = "yellow"


def show(document: Document, output: Path | None = None) -> None:
    """Print the view on standard output, or write it to a file. Where nothing can be struck out, brackets stand instead."""
    file = StringIO() if output is not None else None
    console = Console(file=file, highlight=False, soft_wrap=True)
    kept_before = True
    for block, label in zip(document.parsed.blocks, document.labels, strict=True):
        if label.keep or kept_before:
            console.print()
        kept_before = label.keep
        console.print(_kept(block, label, console.is_terminal) if label.keep else _gone(block, label))
    console.print()
    console.print(_totals(document))
    if file is not None and output is not None:
        write_whole(output, file.getvalue())


def _gone(block: Block, label: Label) -> Text:
    reason = label.reason.value if label.reason else "not-main-content"
    hidden = ", hidden on the page" if block.hidden else ""
    return Text.assemble(("- ", "red"), (block.text, _GONE), (f"  [{reason}: {label.by}{hidden}]", _WHY))


def _kept(block: Block, label: Label, is_terminal: bool) -> Text:
    line = Text("  ")
    at = 0
    for cut in label.cuts:
        line.append(block.text[at : cut.start])
        gone = block.text[cut.start : cut.end]
        line.append(gone if is_terminal else f"[-{gone}-]", _GONE)
        line.append(f"[{cut.reason.value}: {cut.by}]", _WHY)
        at = cut.end
    line.append(block.text[at:])
    if block.tag in HEADINGS:
        line.stylize("bold")
    return line


def _totals(document: Document) -> Text:
    kept = sum(word_count(block.text) for block in document.kept)
    removed: Counter[str] = Counter()
    for piece in document.removed:
        removed[piece.reason.value] += word_count(piece.text)
    reasons = ", ".join(f"{reason} {words:,}" for reason, words in removed.most_common())
    gone = f"removed {removed.total():,} words" + (f": {reasons}" if reasons else "")
    return Text(f"kept {kept:,} words, {gone} (cleaner {document.cleaner} {document.version})", style="dim")
