"""What the model knows of each block, as named columns: one definition for training and for serving.

``page_columns`` gives a matrix with a row a column and a column a block. Everything is worked out for the whole page at
once, with NumPy over one buffer of its text; only what depends on an element's names is looked up one by one, and
remembered by those names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import numpy as np

from cleaner.ml.arrays import Flags, Floats, Hashes, Ints, Numbers
from cleaner.ml.characters import END, LOWER, MARK, UPPER, words_of
from cleaner.ml.first_stage import FirstStage
from cleaner.ml.view import CALLED, LEVELS, MAX_BODY, PROSE_WORDS, View, as_floats
from cleaner.types import Parsed

Column = tuple[str, Numbers]

ROOM_SHARE = 0.8  # of the page's prose: the smallest element with that much is the content's room
REACHES = (3, 8, 20)  # blocks to either side that are summed up
NEAR = {"html": (1,), "text": (1, 2, 3)}  # blocks to either side that are looked at one by one
USUAL_PATH = (2, 3)  # parts, and hyphens in the longest: the median of the pages that the model was trained on
LONG_WORD = 5  # letters; shorter words are shared by all texts (one character is a word where no spaces are written)

_TAG_CLASSES = (
    ("p",),
    ("li", "dd", "dt"),
    ("h1", "h2", "h3", "h4", "h5", "h6"),
    ("td", "th", "caption"),
    ("div", "section", "article", "main", "body", "html", "center", "header", "footer", "aside", "nav"),
    ("blockquote", "pre"),
    ("figcaption", "figure"),
    ("button", "label", "select", "textarea", "form", "input", "legend", "fieldset"),
    ("span", "a"),
    ("summary", "details"),
)
_TAG_CLASS = {tag: number for number, tags in enumerate(_TAG_CLASSES, start=1) for tag in tags}
_INNER = dict.fromkeys(("p", "li", "blockquote", "h2", "h3", "h4", "pre", "dd", "td"), 1)  # stand in a room with others
_ROOMS = ("main", "article", "table", "ul", "ol", "figure")  # nav, header and the like are among what rooms are called
_ROOM_BIT = {tag: 1 << bit for bit, tag in enumerate(_ROOMS)}
_TYPES = (
    ("article", re.compile(r"Article|BlogPosting|Report|Recipe")),
    ("product", re.compile(r"^(?:Product|ProductGroup|Offer)$")),
    ("thread", re.compile(r"DiscussionForumPosting|QAPage|Question")),
    ("list", re.compile(r"ItemList|CollectionPage|OfferCatalog")),
    ("business", re.compile(r"LocalBusiness|Service|Organization|Corporation")),
)


def page_columns(parsed: Parsed, stage: FirstStage) -> tuple[tuple[str, ...], Floats]:
    """The columns' names and their values, a row a column. An empty page has no columns.

    HTML pages have more columns than flattened ones; which they are depends on the kind alone.
    """
    return columns_of(View(parsed, stage)) if parsed.blocks else ((), np.zeros((0, 0), dtype=np.float32))


def columns_of(view: View) -> tuple[tuple[str, ...], Floats]:
    """The same for a page that has blocks."""
    columns = [column for group in _GROUPS[view.parsed.kind] for column in group(view)]
    columns += _neighbours(view, dict(columns))
    values = np.empty((len(columns), len(view.texts)), dtype=np.float32)
    for row, (_, column) in enumerate(columns):
        values[row] = column
    return tuple(name for name, _ in columns), values


def columns_of_page(view: View) -> Iterator[Column]:
    """The columns that are the same for all blocks of a page, among others."""
    for group in _PAGE_GROUPS[view.parsed.kind]:
        yield from group(view)


def _own(view: View) -> Iterator[Column]:
    """What a block consists of."""
    counts, words, size = view.counts, view.words, view.size
    letters = np.maximum(counts["lower"] + counts["upper"] + counts["cjk"], 1)
    last = view.buffer.last
    yield "words", words
    yield "characters", size
    yield "word length", size / np.maximum(words, 1)
    yield "upper share", counts["upper"] / letters
    yield "capitals share", counts["capitals"] / np.maximum(counts["words"], 1)
    yield "digits share", counts["digit"] / size
    yield "sentence ends", counts["end"]
    yield "ends a word", counts["end"] / np.maximum(words, 1)
    yield "commas a word", counts["comma"] / np.maximum(words, 1)
    yield "marks share", counts["mark"] / size
    yield "unspaced share", counts["cjk"] / size
    yield "ends sentence", last == END
    yield "ends letter", (last == LOWER) | (last == UPPER)
    yield "ends mark", last == MARK
    yield "ends colon", (view.buffer.last_codes == ord(":")) | (view.buffer.last_codes == ord("："))
    yield "ends dots", as_floats([text.endswith(("...", "…", "[…]", "more")) for text in view.texts])


def _words_said(view: View) -> Iterator[Column]:
    """What the first stage makes of a block's words, and how often the same text stands on the page."""
    yield "word odds", view.word_odds
    times: dict[str, int] = {}
    for text in view.texts:
        times[text] = times.get(text, 0) + 1
    yield "times on page", as_floats([times[text] for text in view.texts])


def _place(view: View) -> Iterator[Column]:
    """Where a block stands on its page."""
    count = len(view.texts)
    index = np.arange(count, dtype=np.float32)
    yield "index", index
    yield "index from end", count - 1 - index
    yield "place", index / count
    words, prose = np.cumsum(view.words), np.cumsum(view.prose)
    sentences = np.cumsum(view.sentence * view.words)
    yield "words before", words - view.words
    yield "words before share", (words - view.words) / max(1.0, float(words[-1]))
    yield "prose before", prose - view.prose
    yield "prose before share", (prose - view.prose) / max(1.0, float(prose[-1]))
    yield "prose after", prose[-1] - prose
    yield "sentences before share", (sentences - view.sentence * view.words) / max(1.0, float(sentences[-1]))
    yield "sentences after", sentences[-1] - sentences
    long = view.words * ((view.words >= 2 * PROSE_WORDS) & (view.buffer.last == END))
    yield "to prose before", _distance(view.prose > 0, index)
    yield "to prose after", _distance((view.prose > 0)[::-1], index)[::-1]
    yield "to paragraph before", _distance(long > 0, index)
    yield "to paragraph after", _distance((long > 0)[::-1], index)[::-1]
    yield "run of lines", _runs(view)


READING = "article reading"  # the column that says what is asked for: 1 the article's body, 0 the page's main content


def _page(view: View) -> Iterator[Column]:
    """What the page as a whole is like, and how it is read; the same for all of its blocks."""
    yield READING, np.zeros(len(view.texts))
    count = len(view.texts)
    words, prose = float(view.words.sum()), float(view.prose.sum())
    sentences = float((view.sentence * view.words).sum())
    for name, value in (
        ("page blocks", count),
        ("page words", words),
        ("page prose", prose),
        ("page prose share", prose / max(1.0, words)),
        ("page sentences share", sentences / max(1.0, words)),
        ("page words a block", words / count),
        ("page longest block", float(view.words.max())),
        ("page digits share", float(view.counts["digit"].sum()) / max(1.0, float(view.size.sum()))),
        ("page unspaced share", float(view.counts["cjk"].sum()) / max(1.0, float(view.size.sum()))),
        ("page word odds", float((view.word_odds * view.words).sum()) / max(1.0, words)),
        ("page paragraphs", float((view.words >= 30).sum())),
    ):
        yield name, np.full(count, value, dtype=np.float32)


def _line(view: View) -> Iterator[Column]:
    """How a line of a flattened page stands between its neighbours, and how many of its words the page's prose has."""
    blocks = view.parsed.blocks
    starts = np.array([block.start for block in blocks], dtype=np.int64)
    ends = np.array([block.end for block in blocks], dtype=np.int64)
    gaps = np.minimum(np.concatenate(([9], starts[1:] - ends[:-1], [9])), 9)
    yield "gap before", gaps[:-1]
    yield "gap after", gaps[1:]
    yield "words shared", _shared_words(view)


def _shared_words(view: View) -> Numbers:
    """The share of each block's longer words that stand in the prose of other blocks, too: its subject's words do."""
    heads, count = view.heads, len(view.texts)
    long = (heads.sizes >= LONG_WORD) & (heads.text < count)
    hashes, text = heads.hashes[long], heads.text[long]
    if not len(hashes):
        return np.zeros(count)
    _, word = np.unique(hashes, return_inverse=True)
    in_prose = (view.prose > 0)[text]
    everywhere = np.bincount(word, weights=in_prose)
    pair, times = np.unique(word[in_prose] * count + text[in_prose], return_counts=True)
    own = np.zeros(len(word))
    at = np.minimum(np.searchsorted(pair, word * count + text), max(0, len(pair) - 1))
    if len(pair):
        own = np.where(pair[at] == word * count + text, times[at], 0)
    elsewhere = everywhere[word] - own > 0
    return np.bincount(text, weights=elsewhere, minlength=count) / np.maximum(np.bincount(text, minlength=count), 1)


def _markup(view: View) -> Iterator[Column]:
    """A block's tag, its links and emphasis, what it is hidden by, and the rooms it stands in."""
    rooms, at = view.rooms, view.rooms.of_block
    yield "tag", rooms.by_tag(_TAG_CLASS)[at]
    yield "heading", view.heading
    yield "links", view.links
    yield "spans", as_floats([len(block.spans) for block in view.parsed.blocks])
    yield "hidden", view.hidden
    signatures, of_element = rooms.signatures
    own, around = view.stage.name_odds(signatures)
    yield "names odds", own[of_element][at]
    inherited = rooms.summed_up(np.stack((around[of_element], np.ones(len(of_element), dtype=np.float32))))[:, at]
    yield "names odds around", inherited[0]
    yield "depth", inherited[1]
    kind = rooms.called[at]
    yield from ((f"called {name}", kind == number) for number, name in enumerate(CALLED, start=1))
    held = rooms.united(rooms.by_tag(_ROOM_BIT))[at] >> np.arange(len(_ROOMS))[:, None] & 1
    yield from zip((f"in {tag}" for tag in _ROOMS), held, strict=True)


def _around(view: View) -> Iterator[Column]:
    """The rooms around a block, the smallest first: how much they hold, and of what kind."""
    rooms = view.rooms
    blocks = np.maximum(rooms.end - rooms.first, 1).astype(np.float32)
    words = rooms.total(view.words)
    prose = rooms.total(view.prose)
    size = np.maximum(rooms.total(view.size), 1)
    linked = rooms.total(view.links * view.size) / size
    sentences = rooms.total(view.sentence)
    odds = rooms.total(view.word_odds * view.words) / np.maximum(words, 1)
    page_words = max(1.0, float(view.words.sum()))
    page_prose = max(1.0, float(view.prose.sum()))
    measures = {
        "words share": words / page_words,
        "prose share of page": prose / page_prose,
        "links": linked,
        "sentences a block": sentences / blocks,
        "word odds": odds,
    }
    of_level = np.array(list(measures.values()))[:, np.array(rooms.levels)]
    for level in range(LEVELS):
        yield from ((f"room {level} {name}", of_level[row, level]) for row, name in enumerate(measures))
    before = np.concatenate(([0.0], np.cumsum(view.words)))
    outer, own = rooms.levels[1], rooms.levels[0]
    yield "room 1 place in it", (before[:-1] - before[rooms.first[outer]]) / np.maximum(words[outer], 1)
    yield "room 0 words a block", words[own] / blocks[own]


def _likes(view: View) -> Iterator[Column]:
    """Blocks whose rooms are called alike: cards, comments, paragraphs; how many they are, and what they are like."""
    rooms = view.rooms
    signatures, own = rooms.signatures
    _, pairs = np.unique(own * len(signatures) + own[np.maximum(rooms.parent, 0)], return_inverse=True)
    page_words = max(1.0, float(view.words.sum()))
    page_prose = max(1.0, float(view.prose.sum()))
    for name, of_block in (
        ("like", pairs[rooms.of_block]),
        ("like outer", pairs[rooms.levels[1]]),
        ("like outer 2", pairs[rooms.levels[2]]),
    ):
        count = np.bincount(of_block)
        words = np.bincount(of_block, weights=view.words)
        prose = np.bincount(of_block, weights=view.prose)
        odds = np.bincount(of_block, weights=view.word_odds * view.words) / np.maximum(words, 1)
        links = np.bincount(of_block, weights=view.links * view.size) / np.maximum(np.bincount(of_block, weights=view.size), 1)
        yield f"{name} blocks", count[of_block]
        yield f"{name} words share", (words / page_words)[of_block]
        yield f"{name} prose share", (prose / page_prose)[of_block]
        yield f"{name} words a block", (words / np.maximum(count, 1))[of_block]
        yield f"{name} links", links[of_block]
        yield f"{name} word odds", odds[of_block]
    siblings = np.bincount(pairs)
    yield "rooms called alike", siblings[pairs[rooms.of_block]]
    yield "rooms called like outer", siblings[pairs[rooms.levels[1]]]


def _core(view: View) -> Iterator[Column]:
    """Where a block stands to the room that most paragraphs stand in directly, and to the smallest with most prose."""
    rooms = view.rooms
    count = len(view.texts)
    index = np.arange(count)
    inner = rooms.by_tag(_INNER)[rooms.of_block]
    home = np.where(inner > 0, np.maximum(rooms.parent[rooms.of_block], 0), rooms.of_block)
    own = np.bincount(home, weights=view.prose, minlength=len(rooms.first))
    core = int(own.argmax())
    page_prose = max(1.0, float(view.prose.sum()))
    holds_core = (rooms.first <= rooms.first[core]) & (rooms.end >= rooms.end[core])
    steps = np.full(count, LEVELS, dtype=np.float32)
    for level in range(LEVELS - 1, -1, -1):
        steps[holds_core[rooms.levels[level]]] = level
    yield "core prose share", np.full(count, float(own[core]) / page_prose)
    yield "core words", np.full(count, float(own[core]))
    yield "own prose of home", own[home]
    yield "own prose of home share", own[home] / max(1.0, float(own[core]))
    yield "steps to core", steps
    yield "before core", np.maximum(rooms.first[core] - index, 0)
    yield "after core", np.maximum(index - rooms.end[core] + 1, 0)
    large = rooms.total(view.prose) >= ROOM_SHARE * float(view.prose.sum())
    room = int(np.flatnonzero(large)[-1]) if large.any() else 0
    yield "before room", np.maximum(rooms.first[room] - index, 0)
    yield "after room", np.maximum(index - rooms.end[room] + 1, 0)
    yield (
        "room words share",
        np.full(count, float(view.words[rooms.first[room] : rooms.end[room]].sum()) / max(1.0, float(view.words.sum()))),
    )
    headings = np.flatnonzero((view.heading == 1) & (view.hidden == 0))
    yield "from h1", index - headings[0] if len(headings) else np.full(count, -1000)
    yield "h1 on page", np.full(count, len(headings))
    yield "h1s before", np.cumsum((view.heading == 1) & (view.hidden == 0))
    articles = rooms.first[rooms.by_tag({"article": 1}) > 0]
    yield "articles begun", np.searchsorted(articles, index, side="right")


def _said(view: View) -> Iterator[Column]:
    """What the page says of itself for machines, and how much of each block's words stands in that."""
    count = len(view.texts)
    head = view.parsed.head
    heads = view.heads
    for number, name in enumerate(("title", "description"), start=count):
        known = np.unique(heads.hashes[heads.text == number])
        share = _shares(heads.hashes, heads.text, known, count + 2)[:count]
        yield f"words in {name}", share
        if name == "title":
            yield "words of last h1 in title", _last(share, view.heading == 1)
            yield "words of last heading in title", _last(share, view.heading > 0)
    yield "words in articleBody", _body_shares(view)
    for name, pattern in _TYPES:
        yield f"says {name}", np.full(count, any(pattern.search(type_) for type_ in view.types))
    og_type = next((content for name, content in head.meta if name == "og:type"), "")
    yield "og article", np.full(count, og_type.startswith("article"))
    yield "og product", np.full(count, "product" in og_type)
    depth, words = _path(view.parsed.page.url)
    yield "path depth", np.full(count, depth)
    yield "path words", np.full(count, words)
    yield "article elements", np.full(count, view.rooms.by_tag({"article": 1}).sum())
    yield "page links", np.full(count, float((view.links * view.size).sum() / max(1.0, float(view.size.sum()))))


def _path(url: str | None) -> tuple[int, int]:
    """Of an address: the parts of its path, and the most hyphens in one of them. One that tells nothing is USUAL_PATH."""
    if not url:
        return USUAL_PATH
    try:
        parts = [part for part in urlsplit(url).path.split("/") if part]
    except ValueError:
        return USUAL_PATH
    return len(parts), max((part.count("-") for part in parts), default=0)


def _neighbours(view: View, columns: Mapping[str, Numbers]) -> list[Column]:
    """The blocks before and after: one by one where near, summed up farther away."""
    length, odds = ("length", view.length), ("word odds", view.word_odds)
    if view.parsed.kind == "html":
        names = ("names odds around", columns["names odds around"])
        one_by_one, summed_up = [length, odds, names], [odds, names]
    else:
        capitals, ends = ("capitals", columns["capitals share"]), ("ends", columns["ends sentence"])
        one_by_one, summed_up = [length, odds], [length, odds, capitals, ends]
    return [*_one_by_one(one_by_one, NEAR[view.parsed.kind]), *_summed_up(summed_up)]


def _one_by_one(looked_at: Sequence[Column], reaches: Sequence[int]) -> Iterator[Column]:
    values: Floats = np.array([column for _, column in looked_at], dtype=np.float32)
    count = values.shape[1]
    for steps in reaches:
        before, after = np.zeros_like(values), np.zeros_like(values)
        if steps < count:
            before[:, steps:] = values[:, :-steps]
            after[:, :-steps] = values[:, steps:]
        for row, (name, _) in enumerate(looked_at):
            yield f"{name} {steps} before", before[row]
            yield f"{name} {steps} after", after[row]


def _summed_up(looked_at: Sequence[Column]) -> Iterator[Column]:
    values: Floats = np.array([column for _, column in looked_at], dtype=np.float32)
    count = values.shape[1]
    sums = np.zeros((len(looked_at), count + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    index = np.arange(count)
    for reach in REACHES:
        first, end = np.maximum(index - reach, 0), np.minimum(index + reach + 1, count)
        before = (sums[:, index] - sums[:, first]) / np.maximum(index - first, 1)
        after = (sums[:, end] - sums[:, index + 1]) / np.maximum(end - index - 1, 1)
        for row, (name, _) in enumerate(looked_at):
            yield f"{name} within {reach} before", before[row]
            yield f"{name} within {reach} after", after[row]


_GROUPS = {
    "html": (_own, _words_said, _place, _page, _markup, _around, _likes, _core, _said),
    "text": (_own, _words_said, _place, _page, _line),
}


_PAGE_GROUPS = {"html": (_page, _core, _said), "text": (_page,)}


def _body_shares(view: View) -> Numbers:
    """The share of each block's pairs of words that the ``articleBody`` has; -1 on pages without one."""
    count = len(view.texts)
    body = view.said[2]
    if len(body) < 40:
        return np.full(count, -1.0)
    pieces = words_of([body[at : at + 120] for at in range(0, min(len(body), MAX_BODY), 100)])
    known = np.unique(pieces.pairs[pieces.in_pair])
    heads = view.heads
    return _shares(heads.pairs[heads.in_pair], heads.text[:-1][heads.in_pair], known, count + 2)[:count]


def _shares(hashes: Hashes, text: Ints, known: Hashes, count: int) -> Numbers:
    """For each text the share of its hashes that are among the sorted ``known``."""
    if not len(known) or not len(hashes):
        return np.zeros(count)
    at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    met = known[at] == hashes
    return np.bincount(text, weights=met, minlength=count) / np.maximum(np.bincount(text, minlength=count), 1)


def _last(values: Numbers, marks: Flags) -> Numbers:
    """For each block the value of the last marked one at or before it; -1 before the first."""
    place = np.maximum.accumulate(np.where(marks, np.arange(len(marks)), -1))
    return np.where(place >= 0, values[place], -1.0)


def _distance(marks: Flags, index: Floats) -> Floats:
    """Blocks since the last mark at or before each; 1,000 before the first."""
    last = np.maximum.accumulate(np.where(marks, index, -1000))
    return np.minimum(index - last, 1000)


def _runs(view: View) -> Floats:
    """For each block the blocks in the run around it that are all prose or all none."""
    is_prose = view.prose > 0
    changes = np.flatnonzero(np.diff(is_prose)) + 1
    bounds = np.concatenate(([0], changes, [len(is_prose)]))
    sizes = np.diff(bounds)
    return np.repeat(sizes, sizes).astype(np.float32)
