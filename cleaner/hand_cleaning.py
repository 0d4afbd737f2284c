"""A page cleaned by a person: what goes, and what is known of the page; made into a sample that ``cleaner score`` reads."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cleaner.errors import InputError
from cleaner.formats import to_text
from cleaner.pipeline import apply, without_cuts
from cleaner.site_templates.sample import forms_at_edges
from cleaner.types import Cut, Document, Label, Metadata, Parsed, Reason

BY_HAND = "hand"
PAGE_TYPES = ("article", "forum", "product", "listing", "collection", "documentation", "service", "none")
SNIPPET = 80  # characters, about
MOST_WITH, MOST_WITHOUT = 6, 10  # snippets of a sample
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class HandCleaning:
    """What a person says of a page: the blocks that go, the parts (block, start, end) that go of others, and its metadata.

    Blocks and offsets count as in ``Parsed.blocks``. A date is ``YYYY-MM-DD``, as in ``meta.json`` of a sample.
    """

    removed: frozenset[int] = frozenset()
    cuts: tuple[tuple[int, int, int], ...] = ()
    page_type: str = "article"
    title: str | None = None
    authors: tuple[str, ...] = ()
    date_published: str | None = None
    language: str = ""
    site_name: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two people agree on a page, counted in words: the share they treat alike, and Cohen's kappa.

    ``kappa`` is 1 where they agree on everything, 0 where no more than by chance. ``blocks`` are those they treat differently.
    """

    share: float
    kappa: float
    blocks: tuple[int, ...]


def reading_of(parsed: Parsed) -> str:
    """A hash of how a page was taken apart. With another one, the numbers of blocks mean something else."""
    told = hashlib.sha256()
    for block in parsed.blocks:
        told.update(block.text.encode("utf-8", "surrogatepass") + b"\0")
    return told.hexdigest()[:16]


def first_draft(document: Document) -> HandCleaning:
    """What a cleaner made of a page, to be corrected."""
    metadata = document.metadata
    return HandCleaning(
        frozenset(index for index, label in enumerate(document.labels) if not label.keep),
        tuple((index, cut.start, cut.end) for index, label in enumerate(document.labels) if label.keep for cut in label.cuts),
        document.page_type or "article",
        metadata.title.value if metadata.title else None,
        tuple(author.value for author in metadata.authors),
        metadata.date_published.value[:10] if metadata.date_published else None,
        metadata.language.value if metadata.language else "",
        metadata.site_name.value if metadata.site_name else None,
    )


def labels_by_hand(parsed: Parsed, hand: HandCleaning, machine: Sequence[Label] = ()) -> list[Label]:
    """A label a block. What goes has the reason that the cleaner's labels ``machine`` give, where they agree that it goes.

    Raises InputError for a block, or a part of one, that is not there.
    """
    cuts: dict[int, list[Cut]] = {}
    for index in hand.removed:
        _check(parsed, index)
    for index, start, end in sorted(hand.cuts):
        _check(parsed, index, start, end)
        cuts.setdefault(index, []).append(Cut(start, end, BY_HAND, Reason.NOT_MAIN_CONTENT))
    for index, of_block in cuts.items():
        if any(first.end > second.start for first, second in pairwise(of_block)):
            raise InputError(f"the cuts of block {index} overlap: join them")
    labels = []
    for index in range(len(parsed.blocks)):
        if index in hand.removed:
            reason = machine[index].reason if machine else None
            labels.append(Label(False, BY_HAND, reason or Reason.NOT_MAIN_CONTENT))
        else:
            labels.append(Label(True, BY_HAND, cuts=tuple(cuts.get(index, ()))))
    return labels


def sample_files(parsed: Parsed, hand: HandCleaning, machine: Sequence[Label]) -> tuple[str, dict[str, object]]:
    """The text of ``clean.txt`` and the object of ``meta.json``.

    Their snippets, ``with`` and ``without``, are where the person said otherwise than the cleaner whose labels are ``machine``.
    Raises what ``labels_by_hand`` raises.
    """
    labels = labels_by_hand(parsed, hand, machine)
    kept, images, removed = apply(parsed, labels)
    document = Document(parsed, labels, kept, images, removed, Metadata(), BY_HAND, "1")
    marked = (line.strip() for line in to_text(document).splitlines())
    lines = (line.removeprefix("- ") if parsed.kind == "html" else line for line in marked)
    text = "\n".join(line for line in lines if line)
    body = " ".join(text.split())
    meta: dict[str, object] = {
        "url": parsed.page.url,
        "language": hand.language,
        "page_type": hand.page_type if kept else "none",
        "title": hand.title,
        "authors": list(hand.authors),
        "date_published": hand.date_published,
        "site_name": hand.site_name,
        "with": [piece for piece in _snippets(parsed, labels, machine, kept=True) if piece in body][:MOST_WITH],
        "without": [piece for piece in _snippets(parsed, labels, machine, kept=False) if piece not in body][:MOST_WITHOUT],
        "covers": sorted({label.reason.value for label in labels if label.reason}),
        "notes": "",
    }
    return (text + "\n" if text else ""), meta


def differing(labels: Sequence[Label], machine: Sequence[Label]) -> list[int]:
    """The blocks that a person keeps and the cleaner does not, or the other way round."""
    return [index for index, (one, other) in enumerate(zip(labels, machine, strict=True)) if one.keep != other.keep]


def lines_for_site(parsed: Parsed, labels: Sequence[Label], machine: Sequence[Label]) -> tuple[list[str], list[str]]:
    """What a corrected page can teach its site: the forms of the lines that stay there, and of those that go.

    They are the lines that the person treats otherwise than the cleaner.
    """
    forms = forms_at_edges([block.text for block in parsed.blocks])
    changed = [index for index in differing(labels, machine) if any(part.isalpha() for part in forms[index])]
    keep = {forms[index] for index in changed if labels[index].keep}
    drop = {forms[index] for index in changed if not labels[index].keep}
    return sorted(keep - drop), sorted(drop - keep)


def dispute(parsed: Parsed, one: Sequence[Label], other: Sequence[Label]) -> float:
    """The share of a page's words that stand in blocks which two cleaners treat differently."""
    words = [len(_WORD.findall(block.text)) for block in parsed.blocks]
    total = sum(words)
    return sum(words[index] for index in differing(one, other)) / total if total else 0.0


def agreement(parsed: Parsed, one: HandCleaning, other: HandCleaning) -> Agreement:
    """How far two people agree on a page. Raises what ``labels_by_hand`` raises."""
    first, second = (labels_by_hand(parsed, hand) for hand in (one, other))
    counts = dict.fromkeys(((False, False), (False, True), (True, False), (True, True)), 0)
    blocks = []
    for index, block in enumerate(parsed.blocks):
        pairs = [
            (_stays(first[index], word), _stays(second[index], word))
            for word in (found.span() for found in _WORD.finditer(block.text))
        ]
        for pair in pairs:
            counts[pair] += 1
        if any(mine != theirs for mine, theirs in pairs):
            blocks.append(index)
    words = sum(counts.values())
    if not words:
        return Agreement(1.0, 1.0, ())
    share = (counts[True, True] + counts[False, False]) / words
    keeps = [(counts[True, True] + counts[True, False]) / words, (counts[True, True] + counts[False, True]) / words]
    by_chance = keeps[0] * keeps[1] + (1 - keeps[0]) * (1 - keeps[1])
    return Agreement(share, 1.0 if by_chance == 1 else (share - by_chance) / (1 - by_chance), tuple(blocks))


def as_json(meta: dict[str, object]) -> str:
    """``meta.json`` as a file."""
    return json.dumps(meta, ensure_ascii=False, indent=2) + "\n"


def _stays(label: Label, word: tuple[int, int]) -> bool:
    return label.keep and not any(cut.start < word[1] and word[0] < cut.end for cut in label.cuts)


def _snippets(parsed: Parsed, labels: Sequence[Label], machine: Sequence[Label], *, kept: bool) -> Iterator[str]:
    """Beginnings of the blocks that the person keeps (or removes) against the cleaner, and of others where there are none."""
    changed = [index for index in differing(labels, machine) if labels[index].keep == kept]
    others = [index for index, label in enumerate(labels) if label.keep == kept and index not in set(changed)]
    if kept and others and not changed:
        others = [others[0], others[len(others) // 2], others[-1]]
    seen = set()
    for index in changed or others:
        label, block = labels[index], parsed.blocks[index]
        left = without_cuts(block, label.cuts) if label.cuts else block
        snippet = _beginning(left.text) if left else ""
        if snippet and snippet not in seen:
            seen.add(snippet)
            yield snippet


def _beginning(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SNIPPET else text[:SNIPPET].rsplit(" ", 1)[0]


def _check(parsed: Parsed, index: int, start: int = 0, end: int | None = None) -> None:
    if not 0 <= index < len(parsed.blocks):
        raise InputError(f"there is no block {index}: the page has {len(parsed.blocks)}, counted from 0")
    length = len(parsed.blocks[index].text)
    if end is not None and not 0 <= start < end <= length:
        raise InputError(f"block {index} has {length} characters: a cut from {start} to {end} is no part of it")
