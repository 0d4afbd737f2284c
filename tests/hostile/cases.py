"""Pages that mean harm, each made by a function: bytes or text, small enough to make in a moment."""

from __future__ import annotations

import gzip
import random
import struct
import zlib
from collections.abc import Callable, Iterable

from tests.hostile import bait, markup

MEGA = 1_000_000
ARTICLE = (
    "The night ferry to Hollow Sound turned back at the second buoy, because the captain, who has crossed for thirty years, "
    "did not like the colour of the water, and nobody on board asked for the fare back."
)
RUSSIAN = "Ночной паром повернул назад у второго буя, потому что капитану не понравился цвет воды. " * 20
HTML = f"<!doctype html><title>Ferry turns back</title><nav><a href=/>Home</a></nav><article><p>{ARTICLE}</p></article>"

Case = Callable[[], bytes | str]


def png() -> bytes:
    rows = zlib.compress(b"\0\xff\0\xff" * 1000)
    header = struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    )


def pdf() -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\nstream\n" + zlib.compress(ARTICLE.encode() * 100) + b"\nendstream\n%%EOF"
    )


def random_bytes(length: int) -> bytes:
    return random.Random(7).randbytes(length)  # noqa: S311 - noise, not a secret


def high_bytes() -> bytes:
    """Noise without control bytes: some legacy charset, for all one can tell."""
    return bytes(byte | 0x80 for byte in random_bytes(MEGA))


def many(count: int, piece: Callable[[int], str], around: str = "{}") -> str:
    return around.replace("{}", "".join(piece(number) for number in range(count)), 1)


def lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


NO_TEXT: dict[str, Case] = {
    "nothing": lambda: b"",
    "no characters": lambda: "",
    "white space only": lambda: b" \t\r\n\x0b\x0c\xc2\xa0\xe3\x80\x80" * 100_000,
    "zero-width characters only": lambda: "\u200b\u200c\u200d\u2060\ufeff" * 200_000,
    "a mark and nothing else": lambda: b"\xef\xbb\xbf",
    "PNG": png,
    "PDF": pdf,
    "gzip": lambda: gzip.compress(HTML.encode(), mtime=0),
    "random bytes": lambda: random_bytes(MEGA),
    "random bytes above 127": high_bytes,
    "NULs everywhere": lambda: b"\0" * MEGA,
    "NULs between letters": lambda: "\0".join(HTML * 100),
    "every byte": lambda: bytes(range(256)) * 1000,
}

CHARSETS: dict[str, Case] = {
    "UTF-16 without a mark": lambda: HTML.encode("utf-16-le"),
    "UTF-16 with the other mark": lambda: b"\xfe\xff" + HTML.encode("utf-16-le"),
    "UTF-16 of odd length": lambda: b"\xff\xfe" + HTML.encode("utf-16-le")[:-1],
    "UTF-8 cut short": lambda: f"<p>{RUSSIAN}".encode()[:-3],
    "UTF-8 with every second byte gone": lambda: f"<p>{RUSSIAN}".encode()[::2],
    "windows-1251 labelled UTF-8": lambda: b"<meta charset=utf-8><p>" + RUSSIAN.encode("windows-1251"),
    "UTF-8 labelled latin-1": lambda: b"<meta charset=iso-8859-1><p>" + RUSSIAN.encode(),
    "a mark twice": lambda: b"\xef\xbb\xbf\xef\xbb\xbf" + HTML.encode(),
    "UTF-7": lambda: b"<meta charset=utf-7><p>+ADw-script+AD4-alert(1)+ADw-/script+AD4- " + ARTICLE.encode(),
    "a charset that is none": lambda: b'<meta charset="' + b"x" * 40 + b'"><p>' + RUSSIAN.encode("koi8-r"),
    "a thousand charsets": lambda: b"<meta charset=big5>" * 1000 + RUSSIAN.encode(),
    "ISO-2022-JP escapes": lambda: b"<meta charset=iso-2022-jp><p>" + b'\x1b$B$"\x1b(B' * 50_000,
    "lone surrogates": lambda: f"<p title='\ud800'>{ARTICLE}\udfff</p><a href='/\ud801'>x\udc00</a>" * 1000,
    "lone surrogates in text": lambda: f"{ARTICLE}\ud83d\n\ude00 {ARTICLE}\n" * 1000,
}

LARGE: dict[str, Case] = {
    "9 MB of div": lambda: b"<div>" * 1_800_000,
    "20 MB of div": lambda: b"<div>" * 4_000_000,
    "9 MB of <": lambda: b"<" * (9 * MEGA),
    "9 MB of &amp": lambda: b"<p>" + b"&amp" * 2_250_000,
    "one line of 5 MB": lambda: "word " * MEGA,
    "one word of 5 MB": lambda: "w" * (5 * MEGA),
    "one paragraph of 5 MB": lambda: "<p>" + "word, " * 800_000,
    "one class of 5 MB": lambda: f"<p class='{'c' * 5 * MEGA}'>{ARTICLE}",
    "one link of 5 MB": lambda: f"<p>{ARTICLE}<a href='/{'x' * 5 * MEGA}'>there</a>",
    "one title of 5 MB": lambda: f"<title>{'Ferry - ' * 600_000}</title><p>{ARTICLE}",
    "a million combining marks": lambda: "e" + "\u0301" * MEGA,
    "emoji joined by the thousand": lambda: "\U0001f468\u200d\U0001f469\u200d" * 100_000,
    "right-to-left overrides": lambda: f"<p>\u202e{ARTICLE}\u202d\u2066</p>" * 1000,
    "200,001 lines": lambda: "a line\n" * 200_001,
    "100,000 short lines": lambda: lines(f"Item {number}" for number in range(100_000)),
    "150,000 paragraphs": lambda: "<p>x" * 150_000,
    "600 pages in one": lambda: HTML * 600,
}

FOR_LIBRARIES = frozenset(CHARSETS | markup.CASES)
CASES: dict[str, Case] = NO_TEXT | CHARSETS | LARGE | markup.CASES | bait.CASES
