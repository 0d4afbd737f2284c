"""Strategies for pages as messy as real ones, out of fragments: HTML and flattened text."""

from __future__ import annotations

from hypothesis import strategies as st

from cleaner.types import Page

SENTENCES = (
    "The harbour council voted on Tuesday to keep the old crane, which has not lifted anything since the spring of the flood.",
    "Wer den Kran behalten will, muss ihn auch streichen, sagte die Vorsitzende, und daran habe niemand gedacht.",
    "Le vieux port ne rouvrira pas avant l'été, ont expliqué les ingénieurs, qui attendent toujours leurs pièces.",
    "Старый кран останется на набережной, решил совет, хотя никто из рыбаков не помнит, когда он в последний раз работал.",
    "港の古いクレーンは残されることになったが、誰がペンキを塗るのかはまだ決まっていないと町の人々は話している。",
    "قرر مجلس الميناء الإبقاء على الرافعة القديمة التي لم ترفع شيئا منذ ربيع الفيضان، بحسب ما قاله الصيادون.",
    "Cranebot:The harbour council voted on Tuesday to keep the old crane, Cranebot said, and then it voted to have lunch.",
    "HARBOUR,Cranebot Republic (AP) — The crane stays where it is, the council said on Tuesday, and so do the gulls on it.",
    "June 14, 2031The crane stays where it is, the council said on Tuesday, and nobody in the room looked at the treasurer.",
)
PHRASES = (
    "Related",
    "Accept all",
    "Read more",
    "Share this",
    "Advertisement",
    "Most read",
    "Sign up for our newsletter",
    "Weiterlesen",
    "Tous droits réservés",
    "Подписаться",
    "続きを読む",
    "اقرأ أيضا",
    "© 2031 Harbour Post",
    "By Ada Quill",
    "14 June 2031, 10:15",
    "Home > News > Harbour",
    "5 min read",
    "Photo: Ada Quill",
    "Comments (3)",
    "Leave a reply",
    "spot_imgspot_img",
    "____",
    "1,204 views",
    "Follow AP's harbour coverage at: https://ap.example/harbour",
    "To display this content from X, you must enable tracking.",
)
ODDITIES = (
    "&amp;",
    "&nbsp;",
    "&#0;",
    "&lt;b&gt;",
    "\u200b",
    "\u202e",
    "\x01",
    "\ufffe",
    "e\u0301",
    "\U0001f468\u200d\U0001f469",
    "-",
    "|",
    "•",
)
BULLETS = ("- ", "* ", "• ", "1. ", "» ", "")
NAMES = (
    "",
    " class=nav",
    " class='related-posts'",
    " id=comments",
    " class=article-body",
    " hidden",
    " style='display:none'",
    " role=main",
)
BLOCKS = (
    "p",
    "div",
    "section",
    "article",
    "aside",
    "nav",
    "footer",
    "header",
    "h1",
    "h2",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "td",
    "th",
    "noscript",
    "template",
    "form",
    "button",
    "main",
)
INLINES = ("a href=/x", "a", "b", "em", "span", "span class=author", "time datetime=2031-06-14", "code", "font", "q", "label")
VOID = (
    "<br>",
    "<br><br>",
    "<hr>",
    "<img src=a.png alt='A crane'>",
    "<!-- note -->",
    "<input value=x>",
    "<script>let a = '<p>x'</script>",
    "<style>p { color: red }</style>",
    "<select><option>One<option>Two</select>",
    "<textarea>a\nb</textarea>",
    "</p>",
    "</div>",
)
HEADS = (
    "",
    "<title>Crane stays - Harbour Post</title>",
    "<title>Cranebot:Crane stays</title>",
    "<html lang=de>",
    "<base href=//x.example>",
    "<meta name=author content='Ada Quill'>",
    "<meta property=article:published_time content=2031-06-14>",
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Crane \\ud800", "author": "Ada Quill"}</script>',
)

_WORDS = st.sampled_from(SENTENCES) | st.sampled_from(PHRASES) | st.sampled_from(ODDITIES) | st.text(max_size=12)
_TEXT = st.lists(_WORDS, min_size=1, max_size=3).map(" ".join)


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An element around some children, which is now and then not closed."""
    inside = st.lists(children, max_size=5).map("".join)
    block = st.tuples(st.sampled_from(BLOCKS), st.sampled_from(NAMES), inside, st.booleans() | st.just(True))
    inline = st.tuples(st.sampled_from(INLINES), st.just(""), inside, st.booleans() | st.just(True))
    return (block | inline).map(lambda parts: _written(*parts))


def _written(opening: str, attributes: str, inside: str, closed: bool) -> str:
    return f"<{opening}{attributes}>{inside}" + (f"</{opening.split()[0]}>" if closed else "")


_FRAGMENT = st.recursive(_TEXT | st.sampled_from(VOID), _element, max_leaves=25)
_LINE = st.tuples(st.sampled_from(BULLETS), _TEXT, st.sampled_from(("\n", "\n\n", "\r\n", " \n", "\t\n\n\n", "\u2028"))).map(
    "".join
)

HTML_PAGES = st.tuples(
    st.lists(st.sampled_from(HEADS), max_size=4).map("".join), st.lists(_FRAGMENT, max_size=10).map("".join)
).map(lambda parts: Page("messy", f"<!doctype html>{parts[0]}<body>{parts[1]}", "html"))
TEXT_PAGES = st.lists(_LINE, max_size=25).map(lambda lines: Page("messy", "".join(lines), "text"))
