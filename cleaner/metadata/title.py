"""The title: what the page's headline says, without the site's name, the section and a spam site's token.

Every place where pages put their title gives candidates. What else gives the same words, holds them, or repeats most of
them is evidence for a candidate; so are its length and the kind of page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from cleaner.metadata.evidence import LIKELY, Candidate, choices, others
from cleaner.metadata.facts import Facts, path_of
from cleaner.metadata.json_ld import listed, text_of
from cleaner.metadata.tidy import ideographs, letters, tidy, tidy_shown
from cleaner.metadata.title_line import headline_lines
from cleaner.types import Reason, Value

TITLE_LIMIT = 300  # characters
_DOUBT = 0.05  # the probability from which another title is worth telling; below are mostly other cuts of the same

_TITLE_META = ("og:title", "twitter:title", "citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title")
_JUNCTION = re.compile(r"\s+(?:[-–—|·•»«›~/:]|::|\|\|)\s+|\s*\|\s*|\s+»\s*|(?<=[\u3040-\uffff])\s?[-_＿–—]+\s?")
_ENGINES_WORD = re.compile(  # a forum's: "Map Talk • View topic - Old maps", "Thread: Old maps"
    r"^(?:(?:.{1,80}\s\W\s)?view (?:topic|thread)\s-\s+|(?:thread|topic|thema)\s?:\s+)(?=\S)", re.I
)
_TRAILING_SIGN = re.compile(r"\s*[¶#§]\s*$")  # the anchor mark of documentation sites


def find_title(facts: Facts) -> Value | None:
    """The page's title, or None when the page has none: absence is an answer."""
    candidates = title_candidates(facts)
    if not candidates:
        return None
    table = f"title.{facts.parsed.kind}"
    chances = choices(table, candidates)
    best = max(range(len(candidates)), key=chances.__getitem__)
    if chances[best] < LIKELY[table]:
        best = _taken_out(candidates, facts)
        if best < 0:
            return None
    chosen = candidates[best]
    raw = None if chosen.raw == chosen.value else chosen.raw
    return Value(chosen.value, chosen.source, round(chances[best], 2), raw, others=others(candidates, chances, best, _DOUBT))


def _taken_out(candidates: Sequence[Candidate], facts: Facts) -> int:
    """The candidate that a rule took out of the text for its headline, or -1: what is the title there is one here."""
    taken = {
        letters(facts.text_of_title(at))
        for at, label in enumerate(facts.labels)
        if not label.keep and label.reason is Reason.TITLE and label.by.startswith("rules.")
    }
    return next((at for at, candidate in enumerate(candidates) if letters(candidate.value) in taken), -1)


def title_candidates(facts: Facts) -> list[Candidate]:
    """Every text that may be the title, each once however it is spelled, with the evidence."""
    spellings: dict[str, list[Candidate]] = {}
    for value, source, raw, evidence in _texts(facts):
        spellings.setdefault(letters(value), []).append(Candidate(value, source, raw, evidence))
    kickers = [key for line in facts.heading_lines[:1] if (key := letters(line))]
    whole = {key: alike for key, alike in spellings.items() if not _is_cut_short(key, alike, spellings)}
    found = {key: _best_spelling(key, alike, kickers) for key, alike in whole.items()}
    _add_relations(found)
    _compare_with_address(found.values(), facts.url)
    if facts.parsed.kind == "html":
        _compare_with_page(found, facts)
    return list(found.values())


def _is_cut_short(key: str, alike: Sequence[Candidate], others: Iterable[str]) -> bool:
    """Whether a title ends in dots where another goes on: "Council votes to open the old …"."""
    if not all(candidate.value.endswith(("...", "…")) for candidate in alike):
        return False
    stem = key[:-_LAST_WORD] if len(key) > 3 * _LAST_WORD else key
    return any(other.startswith(stem) and len(other) > len(key) for other in others)


_LAST_WORD = 4  # letters that a broken last word may differ in


def _best_spelling(key: str, alike: Sequence[Candidate], kickers: Sequence[str]) -> Candidate:
    """The headline's own spelling; where it runs a kicker and a headline together, that of the head, with a colon between,
    and where it runs two words together, that of another place, which does not."""
    chosen = alike[0]
    if chosen.source in ("h1", "first h1") and any(key.startswith(kicker) and key != kicker for kicker in kickers):
        chosen = next((other for other in alike if other.source in ("og:title", "title") and ":" in other.value), chosen)
    if _RUN_TOGETHER.search(chosen.value):
        words = len(chosen.value.split())
        chosen = next((other for other in alike if other.source in _HEAD and len(other.value.split()) > words), chosen)
    chosen.evidence = set().union(*(candidate.evidence for candidate in alike))
    return chosen


_RUN_TOGETHER = re.compile(r"[^\W\d_A-Z][A-ZÄÖÜ«„“\"‘]\w")  # "TalsperreTurm ragt aus dem Wasser"
_HEAD = frozenset(("og:title", "twitter:title", "json-ld", "title"))


def _texts(facts: Facts) -> Iterator[tuple[str, str, str, set[str]]]:
    """(value, source, raw, evidence): every found text without site and spam, and where that cut something, also whole."""
    sections = _sections(facts)
    kind = facts.page_kind
    known: dict[str, tuple[str, str, str]] = {}
    for text, source, evidence in _found(facts):
        raw = tidy_shown(text, TITLE_LIMIT) if source in _SHOWN else tidy(text, TITLE_LIMIT)
        if raw not in known:
            known[raw] = _readings(raw, facts, sections)
        value, whole, first = known[raw]
        if value:
            yield value, source, raw, {source, f"{source} of {kind}", *evidence}
        if whole:
            yield whole, source, raw, {f"{source} uncut", f"uncut of {kind}"}
        if first:
            yield first, source, raw, {f"{source} begins with"}


_SHOWN = frozenset(("h1", "first h1", "later h1", "h1 line", "headline", "line"))  # sources that a reader sees


def _readings(raw: str, facts: Facts, sections: frozenset[str]) -> tuple[str, str, str]:
    """What a text gives as a title: without site and spam, with the site where it was cut, and up to its first junction;
    empty where that is none."""
    whole = _TRAILING_SIGN.sub("", _without_spam(raw, facts.spam_tokens)).strip(" |")
    value = _without_site(_ENGINES_WORD.sub("", whole, count=1), facts, sections)
    junction = _JUNCTION.search(value)
    readings = (value, whole if value != whole else "", value[: junction.start()] if junction else "")
    kept = [reading if reading and _is_title(reading, facts) else "" for reading in readings]
    return kept[0], kept[1], kept[2]


def _is_title(text: str, facts: Facts) -> bool:
    key = letters(text)
    if not key or key in _NO_TITLES or text.startswith(("http://", "https://")):
        return False
    return key not in facts.site_letters or facts.page_kind == "home"


# What the page of another page is called: its print view, a page whose author named nothing.
_NO_TITLES = frozenset(
    """print printpage printview printversion printthispage printableversion printerfriendly printerfriendlyversion
    printerfriendlypage imprimir imprimer imprimerlapage versionimprimable versiónparaimprimir versionparaimprimir drucken
    druckansicht druckversion seitedrucken stampa stampapagina versionestampabile afdrukken drukuj wydruk skrivut skriv
    tulosta yazdır печать версиядляпечати друк распечатать 打印 打印本页 印刷 untitled untiteddocument untitleddocument
    newpage newdocument document ohnetitel sanstitre sintítulo""".split()
)


def _found(facts: Facts) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every text that may hold the title, with the name of its source and what speaks for that place."""
    if facts.parsed.kind == "text":
        yield from ((line, "line", tuple(evidence)) for line, evidence in headline_lines(facts))
        return
    headings = list(dict.fromkeys(text for _, text in facts.headings if not facts.is_site_name(text)))
    for place, text in enumerate(headings):
        yield text, "h1" if len(headings) == 1 else "first h1" if place == 0 else "later h1", ()
    for text in facts.heading_lines:
        yield text, "h1 line", ()
    for name in _TITLE_META:
        for content in facts.meta.get(name, ())[:1]:
            yield content, name, () if headings else (f"{name} without h1",)
    for thing in facts.own_things[:1]:
        for key in ("headline", "name"):
            if text := text_of(thing.get(key)):
                yield text, "json-ld", (f"json-ld {key}",)
    yield facts.parsed.head.title, "title", () if headings else ("title without h1",)
    if text := facts.named_headline:
        yield text, "headline", ()
    if not headings:
        yield from ((line, "line", tuple(evidence)) for line, evidence in headline_lines(facts))


def _add_relations(candidates: Mapping[str, Candidate]) -> None:
    """What a candidate has to do with the others: which places agree on it, on what the other places agree, whose words
    it holds, and which hold it."""
    words = {key: set(candidate.value.casefold().split()) for key, candidate in candidates.items()}
    places = {key: [place for place in _PLACES if place in candidate.evidence] for key, candidate in candidates.items()}
    for key, candidate in candidates.items():
        evidence = candidate.evidence
        evidence.add(f"given by {'+'.join(places[key]) or 'no place whole'}")
        evidence.add(f"{_length_class(candidate.value)} words")
        others = []
        for other, shown in places.items():
            if other == key or not shown:
                continue
            others.append("+".join(shown))
            relation = _relation(key, other, words[key], words[other])
            evidence.update(f"{relation} {place}" for place in shown)
        if places[key]:
            evidence.add(f"given by {'+'.join(places[key])} against {' and '.join(sorted(others))}")


def _relation(key: str, other: str, words: set[str], others: set[str]) -> str:
    """How a title's letters and words stand to those of another place."""
    if key in other:
        return "inside"
    if other in key:
        return "around"
    fewer = min(len(words), len(others))
    return "echo of" if fewer >= 3 and len(words & others) >= _ECHO_SHARE * fewer else "unlike"


def _compare_with_address(candidates: Iterable[Candidate], url: str) -> None:
    """How many of the words at the end of the address a title has: ".../2024/ferry-stays-ten-years.html"."""
    slug = max(path_of(url).split("/")[-3:], key=lambda part: part.count("-") + part.count("_"))
    named = [word for word in _NO_WORD.split(unquote(slug).casefold()) if len(word) > 2 and word != "html"]
    if len(named) < _WORDS_OF_A_SLUG:
        return
    for candidate in candidates:
        words = {word for word in _NO_WORD.split(candidate.value.casefold()) if len(word) > 2}
        share = sum(word in words for word in named) / len(named)
        rest = sum(word not in named for word in words)
        candidate.evidence.add(f"has {round(share * 4)} quarters of the address")
        candidate.evidence.add(f"has {min(rest, 5)} words more than the address")


_WORDS_OF_A_SLUG = 3
_NO_WORD = re.compile(r"[\W_]+")
_PLACES = ("h1", "first h1", "og:title", "title", "json-ld", "headline", "line")
_ECHO_SHARE = 0.6  # of the words of the shorter one: "Storm hits coast" and "Storm hits the coast, 3 hurt"


def _compare_with_page(candidates: Mapping[str, Candidate], facts: Facts) -> None:
    """Which part of the head's title a candidate is, in which lesser headings readers see it, and where its h1 stands."""
    parts = [letters(part) for part in _JUNCTION.split(tidy(facts.parsed.head.title, TITLE_LIMIT))]
    many = min(len(parts), 3)
    for at, part in enumerate(parts):
        if many > 1 and part in candidates:
            which = "first" if at == 0 else "last" if at == len(parts) - 1 else "middle"
            candidates[part].evidence.add(f"{which} of {many} parts of title")
    blocks = facts.parsed.blocks[: facts.text_begins + _SHOWN_BELOW]
    for block in blocks:
        if block.tag in _LESSER and not block.hidden and (key := letters(block.text[:TITLE_LIMIT])) in candidates:
            candidates[key].evidence.add(f"shown as {block.tag}")
    for index, text in facts.headings:
        whole = letters(text)
        for key, candidate in candidates.items():
            if key in whole and not _HEADING.isdisjoint(candidate.evidence):
                candidate.evidence.add(f"h1 is {facts.labels[index].reason or 'kept'}")
                candidate.evidence.add("h1 above the text" if index < facts.text_begins else "h1 in the text")


_HEADING = frozenset(("h1", "first h1", "later h1"))
_LESSER = ("h2", "h3")
_SHOWN_BELOW = 10  # blocks below the beginning of the text


def _length_class(text: str) -> str:
    count = _words(text)
    return next((f"{first}+" for first in (26, 18, 13, 9, 6, 4, 3, 2) if count >= first), "1")


def _without_spam(text: str, tokens: Sequence[str]) -> str:
    """``text`` without a spam site's token at its start or end: "Quillrank:Ferry sinks", "[Quillrank] Ferry sinks"."""
    for token in tokens:
        mark = rf"[\[(（【]?{re.escape(token)}[\])）】]?"
        text = re.sub(rf"^{mark}(?:[\s:：|,–—-]+|(?![a-z\d]))|[\s:：|,–—-]+{mark}$", "", text) or text
    return text


def _without_site(text: str, facts: Facts, sections: frozenset[str]) -> str:
    """``text`` without the parts at its end or start that name the site or the section: "Title | News | The Gazette"."""
    text = text.strip(" |")
    if (name := _BEFORE_A_COLON.match(text)) and letters(name[1]) in facts.site_letters and "." in name[1]:
        text = text[name.end() :]
    while True:
        junctions = list(_JUNCTION.finditer(text))
        if not junctions:
            return text
        first, last = junctions[0], junctions[-1]
        end = text[last.end() :]
        if _names_place(end, facts, sections) or letters(end) in facts.trail or _unknown_site(text, last):
            text = text[: last.start()]
        elif _names_place(text[: first.start()], facts, sections):
            text = text[first.end() :]
        else:
            return text


_BEFORE_A_COLON = re.compile(r"([^\s:]{4,60}):\s+(?=\S)")  # "Shop.example: Brass tap"


def _names_place(part: str, facts: Facts, sections: frozenset[str]) -> bool:
    key = letters(part)
    if key in facts.site_letters or key in sections:
        return True
    words = part.casefold().split()
    if not key or len(words) > _WORDS_OF_A_SITE:
        return False
    for name in facts.site_letters:
        # "Tern Cove Norway" on terncove.example; "TC Co-op" on tc.example; "Terncove" on getterncove.example
        if (len(name) >= 4 and name in key and len(key) <= 3 * len(name)) or name in words:
            return True
        if len(key) >= 4 and key in name and 2 * len(key) >= len(name):
            return True
    return False


def _unknown_site(text: str, last: re.Match[str]) -> bool:
    """Whether what follows the last bar is short beside what precedes it: a bar joins a title with a site, not two halves."""
    before, after = _words(text[: last.start()]), _words(text[last.end() :])
    return last.group().strip() in ("|", "_", "＿") and before >= 2 and after <= _WORDS_OF_A_SITE


def _words(text: str) -> int:
    return len(text.split()) + ideographs(text) // 2


_WORDS_OF_A_SITE = 5


def _sections(facts: Facts) -> frozenset[str]:
    """The page's section and kicker, which titles carry along: "Opinion | Let the river run"."""
    found = {tidy(value, 100) for name in ("article:section", "section") for value in facts.meta.get(name, ())}
    for thing in facts.own_things[:1]:
        found |= {tidy(item, 100) for item in listed(thing.get("articleSection")) if isinstance(item, str)}
    return _SECTIONS | {letters(section) for section in found if section}


_SECTIONS = frozenset("opinion news sports business politics world review meinung opinión nachrichten".split())
