"""The persons who wrote the page. Every name that the page gives is a candidate: those of JSON-LD, meta and marked elements,
of bylines and lone names near the title and at the end of the text. Who gives a name, where and how is the evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cleaner.metadata.agency import AGENCIES, is_agency
from cleaner.metadata.date_reading import without
from cleaner.metadata.evidence import LIKELY, Candidate, probabilities
from cleaner.metadata.facts import Facts
from cleaner.metadata.json_ld import listed, resolved, types_of
from cleaner.metadata.names import (
    LONGEST_LABEL,
    NAME_WORD,
    bylines_in,
    handle_in,
    is_label,
    is_of_a_menu,
    lone_name,
    lone_names,
    may_hold_byline,
    names_between_bars,
    stated_name,
)
from cleaner.metadata.nearby import Line, Nearby, kinds_of_names
from cleaner.metadata.program_data import authors_in_data, first_poster_in_data
from cleaner.metadata.tidy import ideographs, letters, tidy
from cleaner.types import Reason, Value

MAX_AUTHORS = 20
MAX_CANDIDATES = 80  # they are compared with each other; hostile pages name thousands
_MAX_THINGS = 3  # that describe the page; several scripts often describe one article

_AUTHOR_META = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "citation_authors",
    "byl",
    "og:article:author",
    "article:author_name",
    "twitter:creator_name",
)
_FAMILY_NAME_FIRST = frozenset(("citation_author", "citation_authors", "dc.creator", "dcterms.creator", "json-ld"))
_BY_LABEL = re.compile(
    r"(?:written|posted|published)?\s?by\b|(?:verfasst|geschrieben|veröffentlicht) von|[eé]crit par|escrito por|"
    r"scritto da|author|autor|автор|作者|geschreven door|publicado por",
    re.I,
)

_Mention = tuple[str, str, str, set[str]]  # name, source, raw text, evidence


def find_authors(facts: Facts, nearby: Nearby) -> tuple[Value, ...]:
    """The authors in the order of the source that names them first, each once; empty when the page names no person."""
    table = f"author.{facts.parsed.kind}"
    candidates = author_candidates(facts, nearby)
    return tuple(
        Value(one.value, one.source, round(chance, 2), None if one.raw == one.value else one.raw)
        for chance, one in zip(probabilities(table, candidates), candidates, strict=True)
        if chance >= LIKELY[table]
    )[:MAX_AUTHORS]


def author_candidates(facts: Facts, nearby: Nearby) -> list[Candidate]:
    """Every name that may be an author's, each once, with the evidence."""
    candidates: dict[str, Candidate] = {}
    together: dict[tuple[str, str], list[str]] = {}
    for mention in _mentions(facts, nearby):
        if key := _add_mention(candidates, mention, facts):
            together.setdefault((mention[1], mention[2]), []).append(key)
    if not any(_FOR_MACHINES & candidate.evidence for candidate in candidates.values()):
        for mention in (*_standing_alone(facts, nearby), *_of_the_site(facts), *_in_data(facts)):
            _add_mention(candidates, mention, facts)
    for key in list(candidates):
        if better := _better_spelling(key, candidates):
            candidates[better].evidence |= candidates.pop(key).evidence
    _add_relations(candidates, facts)
    _add_company(candidates, together.values())
    _add_portraits(candidates, facts, nearby)
    return list(candidates.values())


_FOR_MACHINES = frozenset(("json-ld", "meta", "label"))


def _add_mention(candidates: dict[str, Candidate], mention: _Mention, facts: Facts) -> str:
    """Adds a mention to the candidate of its name, whose key it returns; empty where that is none."""
    named, source, raw, evidence = mention
    name = _without_publisher(named, facts)
    key = letters(_HONORIFIC.sub("", name))
    if not key or key in AGENCIES or (key not in candidates and len(candidates) == MAX_CANDIDATES):
        return ""
    if key not in candidates:
        candidates[key] = Candidate(name, source, tidy(raw, 300))
    candidates[key].evidence |= evidence
    return key


_HONORIFIC = re.compile(r"^(?:(?:dr|prof|mr|mrs|ms|sir|dame|rev)\.?\s+)+(?=\S+\s)", re.I)  # "Dr. Ada Quill" is Ada Quill


def _add_company(candidates: Mapping[str, Candidate], groups: Iterable[Sequence[str]]) -> None:
    """Who is named in one byline or mark with somebody that the head states, or in one without anybody that it states.

    "By Ada Quill and Bo Fenn" has a second author where the head names Ada Quill alone.
    """
    stated = {key for key, candidate in candidates.items() if not _STATED.isdisjoint(candidate.evidence)}
    if not stated:
        return
    for keys in groups:
        company = "with" if stated.intersection(keys) else "without"
        for key in candidates.keys() & set(keys) - stated:
            candidates[key].evidence.add(f"named {company} one who is stated")


def _without_publisher(name: str, facts: Facts) -> str:
    """A byline without the agency or the site that some append to the name: "Ada Quill Harbour Post"."""
    words = name.split()
    if not 2 < len(words) <= _NAMED_WORDS or not letters(name).endswith((*facts.site_letters, *AGENCIES)):
        return name
    for first in range(2, len(words)):
        end = " ".join(words[first:])
        if is_agency(end) or facts.is_site_name(end):
            return " ".join(words[: first - 1 if words[first - 1].casefold() in _AND else first]).strip(" ,")
    return name


_AND = frozenset("and with und mit et avec y e con com en met och og med и і".split())


def _better_spelling(key: str, candidates: Mapping[str, Candidate]) -> str:
    """The candidate that spells a line's name without what is glued to it ("Ada Quill Saltmere", "Ada QuillReporter"), or
    that names the person of an account ("aquill"); empty where there is none."""
    candidate = candidates[key]
    if not _STATED.isdisjoint(candidate.evidence):
        return ""
    for other, named in candidates.items():
        words = named.value.split()
        if other == key or len(words) < 2:
            continue
        if key.startswith(other) and not _NAMED.isdisjoint(named.evidence):
            return other
        if " " not in candidate.value and key in (letters(words[0][0] + words[-1]), letters(words[0] + words[-1][0])):
            return other
    return ""


_STATED = frozenset(("json-ld", "meta", "label"))
_NAMED = frozenset((*_STATED, "mark", "link"))


def _add_relations(candidates: dict[str, Candidate], facts: Facts) -> None:
    """How many kinds of sources give a name and how many give the others, its form, and whether it is the site's."""
    kinds = {key: {name.partition(" ")[0] for name in candidate.evidence} for key, candidate in candidates.items()}
    for sources in kinds.values():
        if "line" in sources:
            sources.discard("standing")  # it is the same line
    most = max((len(given) for given in kinds.values()), default=0)
    people = {key for key, one in candidates.items() if " " in one.value and not facts.is_site_name(one.value)}
    for key, candidate in candidates.items():
        evidence = candidate.evidence
        given = len(kinds[key])
        evidence.add(f"given by {min(given, 4)} kinds of sources")
        if given < most:
            evidence.add(f"another has {min(most - given, 3)} kinds more")
        if any(other != key and other in key for other in candidates):
            evidence.add("holds another name")
        if any(other != key and key in other for other in candidates):
            evidence.add("within another name")
        evidence.add(f"form {_form(candidate.value)}")
        if is_of_a_menu(candidate.value):
            evidence.add("words of a menu")
        evidence.update(f"{kind} on a page of kind {facts.page_kind}" for kind in kinds[key])
        if facts.is_site_name(candidate.value):
            evidence.add("site beside a person" if people - {key} else "site alone")
            evidence.update(("site", *(f"site of {_form(candidate.value)} given by {kind}" for kind in kinds[key])))
        elif any(len(site) > 4 and (site in key or key in site) for site in facts.site_letters):
            evidence.add("shares the site's name")


def _add_portraits(candidates: dict[str, Candidate], facts: Facts, nearby: Nearby) -> None:
    """Whether a picture is said to show the one who is named, and whether a line after the text says who that is."""
    images = facts.parsed.images[:_PICTURES]
    pictured = "\n".join({image.text for image in images if len(image.text) <= _NAMED_LENGTH})
    last = max(0, nearby.text_ends - 1)
    after = "\n".join(["", *(block.text[:_NAMED_LENGTH] for block in facts.parsed.blocks[last : last + _BLOCKS_AFTER])])
    for candidate in candidates.values():
        if len(candidate.value) < _SHORTEST_PICTURED:
            continue
        if candidate.value in pictured:
            candidate.evidence.add("pictured")
        begins = f"\n{candidate.value} "
        if begins in after and any(f"{begins}{word} " in after for word in _OF_A_LIFE):
            candidate.evidence.add("has a biography")


_PICTURES, _BLOCKS_AFTER = 300, 150  # of a page that are looked at
_OF_A_LIFE = ("is", "has", "was", "writes", "covers", "works")
_SHORTEST_PICTURED = 5  # letters


def _form(name: str) -> str:
    words = name.removesuffix(", Jr").removesuffix(", Sr").split()
    if count := ideographs(name):
        return "2 words" if count <= _IDEOGRAPHS_OF_A_NAME else "ideographs"
    if any(map(str.isdigit, name)) or "_" in name:
        return "handle"
    if _DOMAIN.search(name):
        return "domain"
    if len(words) == 1:
        return "word" if name[:1].isupper() else "small word"
    if name.isupper():
        return "capitals"
    return f"{min(len(words), 5)} words" if all(word[:1].isupper() for word in words) else f"{min(len(words), 5)} mixed words"


_DOMAIN = re.compile(r"\w\.[a-z]{2,4}$", re.I)
_IDEOGRAPHS_OF_A_NAME = 4  # a family name of one or two, a given name of one or two


def _mentions(facts: Facts, nearby: Nearby) -> Iterator[_Mention]:
    """Every name with its source, raw text and what speaks for it there; the most trusted sources first."""
    yield from _in_json_ld(facts)
    for meta in _AUTHOR_META:
        for content in facts.meta.get(meta, ())[:MAX_AUTHORS]:
            for name in _names_of(_given_name_first(meta, content), facts, one=meta in ("author", "parsely-author")):
                yield name, f"meta:{meta}", content, {"meta", f"meta {meta}"}
    for data in _labelled_data(facts):
        for name in _names_of(data, facts, one=True):
            yield name, "meta:twitter:data", data, {"label"}
    yield from _in_marks(facts, nearby)
    yield from _in_links(facts, nearby)
    yield from _in_lines(facts, nearby)


def _names_of(text: str, facts: Facts, *, one: bool) -> list[str]:
    """The names in a text that names authors; ``one`` is for sources that may give a single user's name."""
    text = _without_publisher(tidy(text, 300), facts)
    return list(facts.names_in(text)) or ([name] if one and (name := stated_name(text)) else [])


def _in_json_ld(facts: Facts) -> Iterator[_Mention]:
    for thing in facts.own_things[:_MAX_THINGS]:
        for key in ("author", "creator", "editor", "contributor"):
            for author in listed(thing.get(key))[:MAX_AUTHORS]:
                author = resolved(author, facts.things)
                if isinstance(author, str):
                    names, kind = [author], "unclassified"
                elif isinstance(author, dict):
                    names = [name for name in listed(author.get("name"))[:MAX_AUTHORS] if isinstance(name, str)]
                    kinds = {kind.casefold() for kind in types_of(author)} - {"thing"}
                    kind = "person" if "person" in kinds else "organization" if kinds else "unclassified"
                else:
                    continue
                if kind == "organization":
                    continue
                source = "json-ld:person" if kind == "person" else "json-ld"
                where = "json-ld" if key in ("author", "creator") else "json-ld-other"
                for text in names:
                    for name in _names_of(_given_name_first("json-ld", text), facts, one=kind == "person"):
                        yield name, source, text, {where, f"{where} {key} {kind}"}


def _labelled_data(facts: Facts) -> Iterator[str]:
    """What a card for social media shows under "Written by"."""
    for number in ("1", "2"):
        label, data = (facts.first_meta((f"twitter:{what}{number}",))[1] for what in ("label", "data"))
        if _BY_LABEL.match(label):
            yield data


def _given_name_first(source: str, text: str) -> str:
    """Library metadata has "Quill, Ada"; so has JSON-LD, though two names stand there as well."""
    parts = text.split(",")
    is_one = source != "json-ld" or not any(" " in part.strip() for part in parts)
    if source in _FAMILY_NAME_FIRST and len(parts) == 2 and ";" not in text and is_one:
        return f"{parts[1].strip()} {parts[0].strip()}"
    return text


def _in_marks(facts: Facts, nearby: Nearby) -> Iterator[_Mention]:
    """Names in inline elements that call themselves author, byline or the like."""
    count: Counter[str] = Counter()
    for names, text, block in facts.parsed.head.marked:
        kinds = kinds_of_names(names)
        if not kinds & {"author", "user"} or len(text) > 200 or not (place := nearby.place_of(block)):
            continue
        for name in _names_of(text, facts, one="date" not in kinds):
            evidence = {"mark", f"mark {place}", f"mark number {min(count[place], 4)} {place}"}
            evidence.update(f"mark called {kind} {place}" for kind in kinds)
            words = names.split()
            if nearby.in_a_row(facts.parsed.blocks[block].element):
                evidence.add(f"mark in a row {place}")
            evidence.update(f"mark named {word}" for word in ("author", "byline", "creator", "username") if word in words)
            yield name, "mark", text, evidence
        count[place] += 1


def _in_links(facts: Facts, nearby: Nearby) -> Iterator[_Mention]:
    """Names that link to a page of the author: ``/authors/ada-quill``, ``/u/tideline88``."""
    count: Counter[str] = Counter()
    blocks = facts.parsed.blocks
    for block, place in {line.block: line.place for line in nearby.lines}.items():
        for span in blocks[block].spans[:MAX_AUTHORS] if place != "text" else ():
            if span.kind != "link" or span.end - span.start > _NAMED_LENGTH or not (kind := _kind_of_link(span.target)):
                continue
            text = blocks[block].text[span.start : span.end]
            for name in _names_of(text, facts, one=True):
                which = f"link {kind} {place}"
                evidence = {"link", which, f"{which} number {min(count[which], 3)}"}
                if nearby.in_a_row(blocks[block].element):
                    evidence.add(f"link in a row {place}")
                yield name, "link", text, evidence
            count[f"link {kind} {place}"] += 1


def _kind_of_link(target: str) -> str:
    """Whose page an address is, by its path: an author's, a person's, a user's; empty for others."""
    address = target[:_TARGET_LENGTH].lower()
    for step in address.split("/")[:-1]:
        if step in _STEPS:
            return _STEPS[step]
    return next((kind for part, kind in _PARTS.items() if part in address), "")


_TARGET_LENGTH = 200  # characters
_STEPS = {  # of a path, and whose page lies below
    **dict.fromkeys(
        "author authors contributor contributors writer writers journalist journalists reporter reporters columnist columnists "
        "byline by autor autores autoren autore auteur auteurs redakteur redakteurin forfatter skribent".split(),
        "author",
    ),
    **dict.fromkeys("people person profile profiles staff team expert experts".split(), "person"),
    **dict.fromkeys("user users u member members".split(), "user"),
}
_PARTS = {
    "author=": "author",
    "/author-": "author",
    "/@": "user",
    "member.php": "user",
    "memberlist.php": "user",
    "profile.php": "user",
}


def _standing_alone(facts: Facts, nearby: Nearby) -> Iterator[_Mention]:
    """The first lines below the title, after the text and in boxes that hold what looks like a name and nothing else."""
    count: Counter[str] = Counter()
    title = letters(nearby.title.value) if nearby.title else ""
    for line in nearby.lines:
        is_near = line.place in ("after", "box") or (line.place == "below" and line.distance <= _CLOSE)
        if not is_near or count[line.place] == _FIRST or not _ONLY_A_NAME.fullmatch(line.text):
            continue
        if facts.names_in(line.text) != [line.text] or is_of_a_menu(line.text):
            continue
        if letters(line.text) in title or facts.is_site_name(line.text):
            continue
        which = f"standing {line.place}"
        evidence = {"standing", which, f"{which} number {count[line.place]}"}
        evidence.update(f"{which} called {kind}" for kind in nearby.called(line.element))
        evidence.add(f"{which} {_distance(line.distance)} blocks from the title")
        if nearby.in_a_row(line.element):
            evidence.add(f"standing in a row {line.place}")
        yield line.text, "line", line.text, evidence
        count[line.place] += 1


_ONLY_A_NAME = re.compile(rf"{NAME_WORD}(?:\s{NAME_WORD}){{1,3}}")
_CLOSE = 8  # blocks below the title in which a name may stand alone without a date


def _of_the_site(facts: Facts) -> Iterator[_Mention]:
    """A site that is called like a person: "Notes on tides | Ada Quill", "© 2024 Ada Quill"."""
    names = [(facts.first_meta(("og:site_name",))[1], "name"), (facts.parsed.head.title.rpartition(" | ")[2], "title")]
    names += [(holder, "copyright") for holder in facts.copyright_holders]
    host = letters(facts.host)
    for text, where in names:
        name = lone_name(text)
        if not name:
            continue
        evidence = {"site name", f"site name in {where}"}
        if letters(name) in host:
            evidence.add("site name is the host")
        yield name, f"site:{where}", text, evidence


def _in_data(facts: Facts) -> Iterator[_Mention]:
    """Names that only the page's programs are told."""
    if facts.parsed.kind != "html" or facts.page_kind in _WITHOUT_AUTHORS:
        return
    if facts.first_meta(("generator",))[1].startswith(_DRAWS_ITS_POSTS):
        found = [first_poster_in_data(facts.parsed.source)]
    else:
        found = list(dict.fromkeys(authors_in_data(facts.parsed.source)))
    several = "one" if len(found) == 1 else "2 to 5" if len(found) <= _FEW else "many"
    for place, text in enumerate(found[:_FIRST]):
        for name in _names_of(text, facts, one=True):
            number = f"data number {place}"
            yield name, "data", text, {"data", f"{number} of {several}", f"{number} on a page of kind {facts.page_kind}"}


_WITHOUT_AUTHORS = ("product", "home")  # 31 such names were the authors of none
_DRAWS_ITS_POSTS = "Discourse"  # the forum engine
_FEW = 5  # names; more are those of other pages
_FIRST = 2  # names that are looked at; the third was right once in 440


def _in_lines(facts: Facts, nearby: Nearby) -> Iterator[_Mention]:
    """Names in bylines and in lines called author, and those that stand alone by a date."""
    lines, dates = nearby.lines, nearby.dates
    by_a_date = {near for at in dates for near in range(at - 2, at + 2)}
    title = letters(nearby.title.value) if nearby.title else ""
    titled = set(_WORD.findall(nearby.title.value)) if nearby.title else set()
    count: Counter[str] = Counter()
    labelled = False
    for at, line in enumerate(lines):
        text = without(line.text, dates[at]) if at in dates else line.text
        dated = at in by_a_date
        found = _in_line(line, text, nearby, labelled=labelled, dated=dated)
        if not found and at in dates and line.place in _AROUND_THE_TITLE:
            found = [(name, "among") for name in names_between_bars(text) if not is_of_a_menu(name)]
        labelled = len(text) <= LONGEST_LABEL and is_label(text)
        if not found:
            continue
        called, in_a_row = nearby.called(line.element), nearby.in_a_row(line.element)
        for name, kind in found:
            if letters(name) in title or (kind in _BARE and titled.issuperset(name.split())):
                continue
            which = f"{kind} {line.place}"
            evidence = {"line", f"line {which}", f"line {which} number {min(count[which], 3)}"}
            evidence.update([f"line {which} called {kind_called}" for kind_called in called])
            if in_a_row:
                evidence.add(f"line {which} in a row")
            evidence.add(f"line {which} {_distance(line.distance)} blocks from the title")
            if dated:
                evidence.add(f"line {which} by a date")
            if len(text) <= len(name) + _LITTLE:
                evidence.add(f"line {which} says little else")
            yield name, "line" if kind in _BARE else "byline", line.text, evidence
        for kind in {kind for _, kind in found}:
            count[f"{kind} {line.place}"] += 1


def _in_line(line: Line, text: str, nearby: Nearby, *, labelled: bool, dated: bool) -> list[tuple[str, str]]:
    """The names of a line with how it gives them: the words before "by", a label above it, what it is called, or alone by a
    date."""
    if may_hold_byline(text) and (bylines := list(bylines_in(text))):
        bylines = [(kind, rest) for kind, rest in bylines if kind not in _OTHERS_WORK]
        return [found for kind, rest in bylines for found in _by(kind, _without_publisher(rest, nearby.facts), nearby.facts)]
    if len(text) > _NAMED_LENGTH:
        return []
    if labelled:
        return [(name, "under a label") for name in nearby.facts.names_in(_without_publisher(text, nearby.facts))]
    if line.place == "text" or text.count(" ") > _NAMED_WORDS:
        return []
    if kinds := nearby.called(line.element) & _CALLED_AUTHOR:
        names = nearby.facts.names_in(text) or [name for name in [stated_name(text)] if name]
        return [(name, "named" if "author" in kinds else "user") for name in names if not is_of_a_menu(name)]
    if nearby.facts.labels[line.block].reason in (Reason.BYLINE, Reason.AUTHOR_BOX):
        return [(name, "labelled") for name in nearby.facts.names_in(text)]
    if not dated:
        return []
    if name := lone_name(text):
        return [] if is_of_a_menu(name) else [(name, "alone")]
    return (
        [] if line.place not in _AROUND_THE_TITLE else [(name, "among") for name in lone_names(text) if not is_of_a_menu(name)]
    )


def _by(kind: str, rest: str, facts: Facts) -> list[tuple[str, str]]:
    """The names in what follows "by", with how the line gives them; else the one word that follows it: "by tideline88"."""
    if names := facts.names_in(rest):
        whole = [name for name in names if " " in name or ideographs(name)]
        return [(name, kind) for name in whole or names]  # one word beside them is a place: "Ada Quill, Saltmere"
    return [(handle, f"{kind} handle")] if (handle := handle_in(rest)) else []


_OTHERS_WORK = ("picture by", "means by")  # of who took a page's pictures or paid for it
_AROUND_THE_TITLE = ("above", "below")
_BARE = ("alone", "among")  # kinds of lines that hold a name and no word of whose work the page is
_WORD = re.compile(r"\w+")
_CALLED_AUTHOR = frozenset(("author", "user"))
_LITTLE = 12  # characters beside a name: "Written by"
_NAMED_WORDS = 9
_NAMED_LENGTH = 80  # characters of a line in an element called author; what is longer is a biography


def _distance(blocks: int) -> str:
    return next(f"{least}+" for least in (20, 10, 5, 3, 2, 1, 0) if blocks >= least)
