"""Hostile markup: deep, wide, unclosed, confused, and the structured data inside it."""

from __future__ import annotations

import json
from collections.abc import Callable

PARAGRAPH = (
    "Nobody at the salt works had seen the ledger before the flood, and when the water went down it lay open on the counting "
    "table, dry, at the page for a year in which, as everyone in town will tell you, the works stood still."
)
Make = Callable[[], str]
P = f"<p>{PARAGRAPH}</p>"


def attributes(count: int) -> str:
    return " ".join(f"a{number}=1" for number in range(count))


def json_ld(data: str) -> str:
    return f"<script type=application/ld+json>{data}</script>{P * 5}"


def tagged(count: int, piece: Callable[[int], str]) -> str:
    return "".join(piece(number) for number in range(count))


DEEP: dict[str, Make] = {
    "100,000 levels of div": lambda: "<div>" * 100_000 + PARAGRAPH,
    "100,000 levels of list": lambda: "<ul><li>" * 50_000 + PARAGRAPH,
    "nested font and p": lambda: "<font><p>" * 6_500 + PARAGRAPH,
    "nested font with attributes": lambda: tagged(6_000, lambda n: f"<p><font size={n}>x"),
    "50,000 nested b": lambda: "<b>" * 50_000 + PARAGRAPH,
    "50,000 nested links": lambda: tagged(50_000, lambda n: f"<a href=/{n}>x"),
    "nested tables": lambda: "<table><tr><td>x" * 10_000 + PARAGRAPH,
    "nested quotes": lambda: tagged(10_000, lambda n: f"<blockquote>{n} "),
    "nested forms and buttons": lambda: "<form><button><select><option>" * 20_000 + PARAGRAPH,
    "500 levels around 30,000 paragraphs": lambda: "<div class=outer-shell>" * 500 + "<p>x</p>" * 30_000,
    "500 long names around 10,000 paragraphs": lambda: f"<div class={'n' * 400}>" * 500 + "<p>x</p>" * 10_000,
    "500 emphases around 50,000 paragraphs": lambda: tagged(500, lambda n: f"<b id={n}>") + "<p>x</p>" * 50_000,
    "500 authors around each other, 200 times": lambda: ("<div class=tag>" * 500 + "word " * 2_000 + "</div>" * 500) * 200,
    "500 author spans around 2 MB": lambda: tagged(500, lambda n: f"<span class=author{n}>") + "word " * 400_000,
    "lists of lists": lambda: ("<ul><li>x" * 39 + "</ul>" * 39) * 1_000,
    "nested template and noscript": lambda: "<template><noscript><div>x" * 10_000 + PARAGRAPH,
}

WIDE: dict[str, Make] = {
    **{
        f"200,000 attributes on {tag}": (lambda tag=tag: f"{P}<{tag} {attributes(200_000)}>x")  # type: ignore[misc]
        for tag in ("div", "img", "a", "meta", "body", "br", "svg")
    },
    "200,000 attributes on a closing tag": lambda: f"{P}</div {attributes(200_000)}>x",
    "200,000 attributes in raw text": lambda: f"{P}<noframes><p {attributes(200_000)}>x</noframes>",
    "200,000 attributes in noscript": lambda: f"<head><noscript><p {attributes(200_000)}>x</noscript></head>{P}",
    "200,000 times the same attribute": lambda: f"<p {'class=a ' * 200_000}>{PARAGRAPH}",
    "100,000 meta tags": lambda: tagged(100_000, lambda n: f"<meta name=author content='Name {n}'>") + P,
    "100,000 site names": lambda: (
        tagged(100_000, lambda n: f"<meta property=og:site_name content='site number {n}'>")
        + f"<title>{' - '.join('abcdefgh')} - {' | '.join('ijklmnop')}</title>{P}"
    ),
    "100,000 dates": lambda: tagged(100_000, lambda n: f"<meta name=date content='{n % 28} Blursday 20{n % 90 + 10}'>") + P,
    "100,000 time elements": lambda: tagged(100_000, lambda n: f"<time>3 Smarch {1900 + n % 100}</time> ") + P,
    "70,000 bylines": lambda: tagged(70_000, lambda n: f"<span class=author>Ada Quill {n}</span> ") + P,
    "90,000 links": lambda: tagged(90_000, lambda n: f"<a href=/{n}>Link {n}</a> ") + P,
    "100,000 line breaks": lambda: "x<br>" * 100_000,
    "100,000 line breaks and nothing else": lambda: "<br>" * 100_000,
    "10,000 identical headings": lambda: "<h1>The ledger</h1>" * 10_000 + P,
    "10,000 pictures before one line": lambda: "<img src=a.png alt=b>" * 10_000 + P,
    "one table of 25,000 cells": lambda: "<table>" + "<tr><td>1<td>2<td>3<td>4<td>5" * 5_000 + "</table>",
    "a table of one wide row": lambda: "<table><tr>" + "<td>x" * 20_000 + "<tr><td>y" * 20_000 + "</table>",
    "a table of rows without cells": lambda: "<table>" + "<tr>x" * 50_000 + "</table>",
    "a long base for many links": lambda: (
        f"<base href='http://x.example/{'d/' * 100_000}'>{P}" + f"<p>{PARAGRAPH}{'<a href=y>z</a>, ' * 1_500}</p>" * 20
    ),
    "2,000 emphases in one line": lambda: "<p>" + "<b>a</b><i>b</i><code>c</code> " * 30_000,
}

BROKEN: dict[str, Make] = {
    "nothing closed": lambda: "<table><tr><td><a href='<p><!-- <script> <b>" * 20_000,
    "an open comment": lambda: f"{P}<!--" + "--!" * 500_000,
    "an open script": lambda: f"{P}<script>" + "<!--<script>" * 100_000,
    "an open title": lambda: "<title>" + "ferry " * 200_000,
    "an open textarea": lambda: f"{P}<textarea>" + "ferry\n" * 200_000,
    "an open select": lambda: f"{P}<select>" + "<option>ferry" * 100_000,
    "an open attribute": lambda: f'{P}<a href="' + "x>" * 500_000,
    "an open tag": lambda: f"{P}<a " + "b " * 500_000,
    "plaintext": lambda: f"{P}<plaintext>" + "</plaintext><b>" * 100_000,
    "foster parents": lambda: "<table>" + "x<b>y<tr>z<td>" * 10_000,
    "misnested formatting": lambda: "<p><b><i><a href=x></p>" * 5_000,
    "misnested blocks": lambda: "<b><div><i></b><p></i>x</div>" * 5_000,
    "svg and math": lambda: "<svg><p><math><mi><svg><title><table>x</svg>" * 10_000,
    "foreign styles": lambda: "<svg><style><!--</style><img title='--><b>x'>" * 10_000 + P,
    "CDATA": lambda: f"{P}<![CDATA[" + "]]" * 300_000 + "<svg><![CDATA[ x" * 10_000,
    "processing instructions": lambda: "<?xml version='1.0'?>" + "<?php echo '<p>' ?>" * 50_000 + P,
    "a document type of 1 MB": lambda: "<!doctype html [" + "<!entity a 'b'>" * 70_000 + "]>" + P,
    "a billion laughs": lambda: (
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a0 'ha'>"
        + tagged(40, lambda n: f"<!ENTITY a{n + 1} '&a{n};&a{n};'>")
        + f"]><p>&a40;</p>{P}"
    ),
    "NULs in tag names": lambda: f"<p\0a>x</p\0a><\0div>{P}</div\0><di\0v class='a\0b'>{P}" * 1000,
    "control characters in names": lambda: f"<x\x01y class='a\x02\x7fb' id='\x9b'>{PARAGRAPH}</x\x01y>" * 100,
    "control characters by number": lambda: (
        f"<p class='&#1;&#x9f;'>&#0;&#xD800;&#x110000;&#x1b;&#x81;&#xFFFE; {PARAGRAPH}" * 500
    ),
    "control characters in the head": lambda: (
        "<html lang='en&#1;'><title>Led&#2;ger</title>"
        "<meta name=author content='Ada&#3; Quill'><meta name=date content='2031-01-02&#4;'><meta property=og:image content='http://x.example/&#5;a.png'>"
        "<link rel=canonical href='http://x.example/&#6;b'><meta name=keywords content='salt&#7;,&#xD800;flood'>"
        f"<time datetime='2031-01-02&#8;'>x</time><a rel=tag href=x>t&#14;ag</a><h1>Led&#15;ger</h1>{P}"
    ),
    "a thread of quotations": lambda: (
        "<meta name=generator content=phpBB>"
        + tagged(25_000, lambda n: f"<p>{n} is the height of weir {n}<blockquote>{n} is what she said</blockquote>")
    ),
    "a frame set": lambda: "<frameset>" + "<frame src=a.html>" * 50_000 + "<noframes><p>" + PARAGRAPH,
    "a page that leads elsewhere": lambda: f"<meta http-equiv=refresh content='0;url=javascript:alert(1)'>{P}" * 1000,
    "script links": lambda: tagged(2_000, lambda n: f"<p>{PARAGRAPH} <a href=' jAva\tscript&colon;alert({n})'>x</a>"),
    "data links": lambda: f"<p>{PARAGRAPH}<a href='data:text/html,{'x' * 1_000_000}'>x</a><img src='vbscript:x'>",
    "broken addresses": lambda: f"<base href='http://[::1'>{P}<a href='http://[x]/'>{PARAGRAPH}</a><img src='//[' alt=x>",
}

STRUCTURED: dict[str, Make] = {
    "10,000 levels of JSON-LD lists": lambda: json_ld("[" * 10_000 + "]" * 10_000),
    "10,000 levels of JSON-LD objects": lambda: json_ld('{"@graph":' * 10_000 + "1" + "}" * 10_000),
    "8 MB of JSON-LD": lambda: json_ld(json.dumps([{"@type": "NewsArticle", "headline": "Ledger"}] * 160_000)),
    "JSON-LD of empty lists": lambda: json_ld("[" + "[]," * 600_000 + "[]]"),
    "JSON-LD in 100,000 scripts": lambda: "<script type=application/ld+json>{}</script>" * 100_000 + P,
    "broken JSON-LD": lambda: json_ld('{"@type": "Article", "headline": "Led' + "ger\\" * 1000),
    "JSON-LD of commas": lambda: json_ld("[" + ", " * 900_000 + "]"),
    "JSON-LD of one number": lambda: json_ld('{"@type":"Article","datePublished":' + "9" * 1_000_000 + "}"),
    "JSON-LD of the wrong kinds": lambda: json_ld(
        '{"@type":{"a":[1]},"@graph":[1,null,"x",[[]]],"headline":{"@value":["x"]},"author":[1,[2],{"name":{"x":1}},null],'
        '"datePublished":[{}],"image":[[["x"]]],"publisher":[{"name":7}],"keywords":{"a":1},"url":{"@id":3},"inLanguage":[4]}'
    ),
    "JSON-LD with half characters": lambda: json_ld(
        r'{"@type":"Article","headline":"Led\ud800ger \u0000\u001b[31m","author":{"@type":"Person","name":"Ada\udc00 Quill"},'
        r'"datePublished":"2031-01-02\u0007","keywords":["salt\ud800"],"image":"http://x.example/\ud800.png",'
        r'"description":"The\u0008 ledger\udfff","publisher":{"@type":"Organization","name":"Salt\u007f Post"}}'
    ),
    "JSON-LD of 100,000 types": lambda: json_ld(json.dumps([{"@type": ["Article"] * 500, "url": "x"}] * 400)),
    "JSON-LD that refers to itself": lambda: json_ld(
        json.dumps({"@graph": [{"@type": "Article", "@id": f"#{n}", "publisher": {"@id": f"#{n - 1}"}} for n in range(20_000)]})
    ),
}


FOR_FORMATS = (  # cleaners drop most of these; a page that is kept whole has to be written whole
    "500 levels around 30,000 paragraphs",
    "500 long names around 10,000 paragraphs",
    "500 emphases around 50,000 paragraphs",
    "nested quotes",
    "lists of lists",
    "nested tables",
    "one table of 25,000 cells",
    "a table of one wide row",
    "a table of rows without cells",
    "a long base for many links",
    "2,000 emphases in one line",
    "10,000 pictures before one line",
    "control characters by number",
    "script links",
)


def _page(make: Make) -> Make:
    """The page says that it is HTML, as none of these has to be taken for text."""

    def page() -> str:
        content = make()
        return content if content.startswith(("<?xml", "<!doctype")) else "<!doctype html>" + content

    return page


CASES = {name: _page(make) for name, make in (DEEP | WIDE | BROKEN | STRUCTURED).items()}
