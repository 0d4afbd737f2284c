"""Lines on which a careless pattern takes for ever: each repeats what one of the product's patterns hopes to find."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from importlib.resources import files

Make = Callable[[], str]

SENTENCE = (
    "On the third evening the lamplighters put their ladders down on Quay Street and let it be known that the wicks would stay "
    "dry until the council had read the letter which it had used, they said, to prop up a table."
)

LONG = 40_000  # characters of one line of bait: its square takes far more than the limit, its multiple a moment

LINES = {
    "spaces": " " * 100_000 + "x" + " " * 100_000 + "y",
    "spaces and bars": (" " * 300 + "|") * 700,
    "open parentheses": "(" * 200_000,
    "closed parentheses": "(photo: " * 30_000 + ")" * 5,
    "open brackets": "[<{" * 70_000,
    "date labels": "Date: " * 40_000,
    "published on": "Published on updated at " * 9_000,
    "nearly dates": "12 Januar 20 3/4/ 2031- 31.12.20 " * 6_000,
    "months": "12 Smarch 2031, 13 Floreal 2031, " * 6_000,
    "dots": "a." * 100_000,
    "dots and spaces": "a. " * 70_000,
    "hyphens": "-" * 200_000,
    "spaced hyphens": " - " * 70_000,
    "hyphens and letters": "a-" * 100_000,
    "colons": ":" * 200_000,
    "words and colons": "token: " * 30_000,
    "digits": "9" * 200_000,
    "digits and colons": "12:" * 70_000,
    "commas": "," * 200_000,
    "words and commas": "Ada, " * 40_000,
    "capitalised words": "Ada Quill " * 20_000,
    "joined capitals": "AdaQuill" * 25_000,
    "by": "by " * 70_000,
    "by lines": "By Ada Quill and " * 12_000,
    "at signs": "a@" * 70 + " " + "b " * 70,
    "addresses": "http://x.example/ " * 12_000,
    "one long address": "http://" + "x/" * 100_000,
    "quotes": '"' * 200_000,
    "quotes and letters": ' "a' * 70_000,
    "bullets": "• " * 100_000,
    "arrows": " > Home" * 30_000,
    "copyright": "© 2031 " * 30_000,
    "underscores": "_a" * 100_000,
    "entities": "&amp;" * 40_000,
    "tags that are none": "<a <!-- " * 25_000,
    "half tags": "<a" * 100_000,
    "ideographs": "写" * 200_000,
    "ideographs and years": "2031年1月" * 20_000,
    "Arabic": "صورة: " * 30_000,
    "shortcodes": "spot_img" * 25_000,
    "backslashes": "\\" * 200_000,
    "backticks": "`" * 100_001 + "x " + "` `` " * 20_000,
    "stars": "*a **b " * 30_000,
}


def as_text(line: str) -> str:
    """The bait as a title line, a byline, among sentences and at the end."""
    short = line[:200].strip() or "x"
    return "\n".join([short, line, f"By {short}", SENTENCE, line, SENTENCE, short, SENTENCE, f"© {short}"])


def as_html(line: str) -> str:
    """The bait wherever a pattern looks: title, meta, classes, bylines, captions, address, JSON-LD."""
    bare = "".join(" " if sign in "<>&'\"" else sign for sign in line)
    short = bare[:1900]
    thing = {
        "@type": "NewsArticle",
        "headline": short,
        "author": [{"@type": "Person", "name": short[:300]}] * 3,
        "datePublished": short[:60],
    }
    metas = ("author", "date", "keywords", "description", "og:title", "og:site_name", "og:image", "og:url", "article:section")
    return (
        f"<!doctype html><html lang='{short[:100]}'><title>{bare}</title><link rel=canonical href='{short}'>"
        + "".join(f"<meta name='{name}' content='{short}'>" for name in metas)
        + f"<script type=application/ld+json>{json.dumps(thing)}</script><h1>{bare}</h1>"
        + f"<div class='byline'>{short[:290]}</div><span class=author>{short[:190]}</span>"
        + f"<time datetime='{short[:59]}'>{short[:150]}</time>"
        + f"<div class='{bare}' style='{bare}'><p>{SENTENCE}</p><p>{bare}</p></div>" * 3
        + f"<figure><figcaption>{bare}</figcaption></figure><p>{short[:100]}</p><p>{SENTENCE}</p><pre>{bare}</pre>"
    )


def phrases_of_the_lists() -> list[str]:
    """What the rules' own phrase lists look for, as a page that knows them would use it against them."""
    folder = files("cleaner.rules") / "phrases"
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return [line.strip(' ",') for text in texts for line in text.split("\n") if line.startswith((" ", '"'))]


def every_phrase(size: int, line: str) -> str:
    """Each phrase as a line and five of them in a line, over and over."""
    phrases = phrases_of_the_lists()
    fives = [" ".join(phrases[start : start + 5]) for start in range(0, len(phrases), 5)]
    return repeated("".join(line.format(text) for text in fives + phrases), size)


def words_of_every_phrase(size: int) -> str:
    """Each word of each phrase, never a phrase: every phrase has to be looked for, none is found."""
    words = sorted({word for phrase in phrases_of_the_lists() for word in phrase.split()})
    return repeated(" ".join(words) + "\n", size)


def repeated(text: str, size: int) -> str:
    return text * (size // len(text)) + text[: size % len(text)]


AUTHORS = {
    "@type": "Article",
    "author": [{"@type": "Person", "name": [f"{'a@' * 70}{n} {'b ' * 75}" for n in range(20)]} for _ in range(20)],
}

LISTS: dict[str, Make] = {
    "10,000 lines Related": lambda: "Related\n" * 10_000 + SENTENCE,
    "10,000 lines Accept all": lambda: f"Accept all\n{SENTENCE}\n" * 10_000,
    "one line of a million phrases": lambda: "accept all " * 200_000,
    "every phrase": lambda: every_phrase(9_000_000, "{}\n"),
    "every phrase in a paragraph": lambda: "<!doctype html>" + every_phrase(9_000_000, "<p>{}</p>"),
    "the words of every phrase": lambda: words_of_every_phrase(9_000_000),
    "each line begins with one token": lambda: f"Quillrank:{SENTENCE}\n" * 10_000,
    "each line begins with another token": lambda: "".join(f"Quill{n}: {SENTENCE}\n" for n in range(10_000)),
    "a token in each line of a page": lambda: (
        "<title>Quillrank:Ferry</title>" + f"<p>QUAY,Quillrank (AP) {SENTENCE}</p>" * 10_000
    ),
    "a token of one letter": lambda: "a:Ferry turns back\n" + f"a a:a {SENTENCE}\n" * 10_000,
    "400 authors of at signs": lambda: (
        f"<!doctype html><script type=application/ld+json>{json.dumps(AUTHORS)}</script><p>{SENTENCE}"
    ),
}

IN_TEXT: dict[str, Make] = {f"{name} as text": partial(as_text, line[:LONG]) for name, line in LINES.items()}
IN_HTML: dict[str, Make] = {f"{name} as html": partial(as_html, line[:LONG]) for name, line in LINES.items()}
CASES = LISTS | IN_TEXT | IN_HTML
