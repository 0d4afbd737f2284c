"""What stays or goes together: the cells of one table, the items of one list."""

from __future__ import annotations

import re

import numpy as np

from cleaner.ml.arrays import Flags, Floats, Ints
from cleaner.ml.characters import END
from cleaner.ml.view import View
from cleaner.types import Element

PAGE_SHARE = 0.5  # of a page's words; a table or list with more of them is its layout
BLOCKS_AN_ITEM = 1.3  # of a list; where items hold more, they are cards or posts, and each is judged for itself
LINKED = 0.3  # share of characters inside links above which a list leads elsewhere
LIKELY = 0.1  # mean probability from which a table or list that stands in the middle of what is kept belongs to it
FOLLOWING = 0.2  # probability from which a sentence right below a kept one belongs to the same text
QUOTATIONS = 50  # a page of more is a thread whose posts quote each other, not a text with quotations
_LEAST = 1e-5  # probabilities are held this far from 0 and 1

_ANNOUNCES = (":", "：")

_TABLE, _LIST, _ITEM = 1, 2, 3
_PULLED = re.compile(r"pull|tweet|twitter|instagram|tiktok|bluesky|mastodon|reddit|facebook|embed")
_QUOTES = "\"'“”„«»‘’「」 .…"
_SET_IN = dict.fromkeys(("dl", "pre", "blockquote"), 1)
_KINDS = {"table": _TABLE, "ul": _LIST, "ol": _LIST, "li": _ITEM}


def parts_of_text(view: View) -> Ints:
    """The blocks of tables and plain lists that are not links, and of headings below the first: parts of what they stand in."""
    if not view.parsed.elements:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(((_units(view) >= 0) & (view.links < LINKED)) | (view.heading > 1))


def together(view: View, probabilities: Floats) -> Floats:
    """The probabilities with those of each table and each plain list evened out: the mean of their log-odds, by words.

    Half a recipe's ingredients is worse than all or none of them. On annotated pages word F1 is the same to .0002.
    """
    unit = _units(view)
    if (unit < 0).all():
        return probabilities
    held = probabilities.clip(_LEAST, 1 - _LEAST)
    odds, weight = np.log(held / (1 - held)), view.words + 0.5
    inside = np.flatnonzero(unit >= 0)
    total = np.bincount(unit[inside], weights=(odds * weight)[inside])
    mean = total / np.maximum(np.bincount(unit[inside], weights=weight[inside]), 1e-9)
    evened = probabilities.copy()
    evened[inside] = 1 / (1 + np.exp(-mean[unit[inside]]))
    return evened


def without_holes(view: View, probabilities: Floats, keep: Flags) -> Flags:
    """A choice of blocks, and the tables, plain lists, quotations and code that belong to what is kept in the room that they
    are in: those that stand between kept blocks, and lists and tables that a kept block announces ("These are open all
    year:"), links or not.

    An article's body without the table or the code that it speaks of has a hole. On annotated pages word F1 of
    documentation gains .004 by it, other sets' less than .001; news loses .0003, where tables are often left out.
    """
    if keep.all() or not view.parsed.elements:
        return keep
    unit = _units(view)
    filled = keep.copy()
    for room, first, end in _set_in(view, unit, keep):
        before, inside = first - 1, slice(first, end)
        if before < room.first or not filled[before]:
            continue
        if view.texts[before].endswith(_ANNOUNCES) and (unit[inside] >= 0).all():
            filled[inside] = True
        elif end < room.end and keep[end]:
            linked = float((view.links * view.size)[inside].sum() / view.size[inside].sum())
            filled[inside] |= linked <= LINKED and float(probabilities[inside].mean()) >= LIKELY
    return filled


def _set_in(view: View, unit: Ints, keep: Flags) -> list[tuple[Element, int, int]]:
    """What is set into a text and was not kept whole: the room that it stands in, its first block and the one behind its last.

    An element stands for those that hold nothing else (``<figure><table>``), and what follows each other is one.
    """
    elements = view.parsed.elements
    tagged = np.flatnonzero(view.rooms.by_tag(_SET_IN)).tolist()
    quotations = [number for number in tagged if elements[number].tag == "blockquote"]
    own = set(tagged) - set(quotations if len(quotations) > QUOTATIONS else _pulled(view, quotations))
    found: list[tuple[Element, int, int]] = []
    most = PAGE_SHARE * float(view.words.sum())
    for number in sorted({*np.unique(unit[unit >= 0]).tolist(), *own}):
        element = elements[number]
        first, end, room = element.first, element.end, element.parent
        while room >= 0 and (elements[room].tag == "figure" or (elements[room].first, elements[room].end) == (first, end)):
            first, end, room = elements[room].first, elements[room].end, elements[room].parent
        if room < 0 or first == end or keep[first:end].all() or float(view.words[first:end].sum()) > most:
            continue
        if found and found[-1][2] > first:
            continue  # inside the one before
        if found and found[-1][2] == first and found[-1][0] is elements[room]:
            first = found.pop()[1]
        found.append((elements[room], first, end))
    return found


def _pulled(view: View, quotations: list[int]) -> list[int]:
    """``<blockquote class="pullquote">`` says again what stands in the text, ``class="twitter-tweet"`` is from elsewhere."""
    elements, page = view.parsed.elements, "\n".join(view.texts) if quotations else ""
    pulled = []
    for number in quotations:
        element = elements[number]
        quoted = max(view.texts[element.first : element.end], key=len, default="").strip(_QUOTES)
        if _PULLED.search(element.names) or page.count(quoted) > 1:
            pulled.append(number)
    return pulled


def with_sentences(view: View, probabilities: Floats, keep: Flags) -> Flags:
    """A choice of lines, and the sentences right below a kept one that are not unlikely: "A verdict is expected on Monday."

    Of those on annotated pages that the choice had left out, three of five short ones belong to the text, one of two long
    ones; word F1 of WCXB gains .0006, that of news loses .001 (one line of ten is somebody else's).
    """
    ends = view.buffer.last == END
    chosen = keep.copy()
    for line in np.flatnonzero(~keep & ends & (probabilities >= FOLLOWING) & (view.words > 1)).tolist():
        chosen[line] = line > 0 and chosen[line - 1] and ends[line - 1]
    return chosen


def _units(view: View) -> Ints:
    """For each block the element that is its innermost table or plain list; -1 where it is in none."""
    unit = np.full(len(view.texts), -1, dtype=np.int64)
    if not view.parsed.elements:
        return unit
    rooms = view.rooms
    kind = rooms.by_tag(_KINDS)
    items = np.bincount(rooms.parent[kind == _ITEM].clip(0), minlength=len(kind))
    blocks = rooms.end - rooms.first
    plain = (kind == _TABLE) | ((kind == _LIST) & (items > 1) & (blocks <= BLOCKS_AN_ITEM * items + 0.5))
    most = PAGE_SHARE * float(view.words.sum())
    for element in np.flatnonzero(plain & (rooms.total(view.words) <= most)).tolist():  # outer ones come first
        unit[rooms.first[element] : rooms.end[element]] = element
    return unit
