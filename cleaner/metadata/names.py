"""Persons' names out of a byline: "By Ada Quill and Bo Fenn, staff writers" names two."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.metadata.tidy import ideographs, letters, tidy

BYLINE_LIMIT = 300  # characters; what is longer is a biography
_NAME_LENGTH = 60  # characters
NAME_WORD = r"(?:[^\W\d_a-z][\w.'’-]{0,20}|d[aeiou]s?|van|von|de[rn]|la|le|bin|al|el)"  # of a name that stands alone
_NAME_WORDS = 6

# Words for whose work it is, that a colon or a slash must follow in a line, and those that a space may follow as well.
_WORKS = (
    r"authors?|hosts?|presenters?|autor(?:in|es|a|e|i|ka)?|auteurs?|автор(?:и|ы|ка)?|текст|корреспондент|кореспондент(?:ка)?|журналист(?:ка)?"
    r"|te(?:kst|xt)i?|redactie|författare|skribent|forfatter|kirjoittaja|toimittaja|szerző|írta|penulis|reporter|pewarta|jurnalis"
    r"|tác\sgiả|haber|yazar|yazan|muhabir|συντάκτ(?:ης|ρια)|κείμενο|ρεπορτάζ"
    r"|كتبت?|كتبه|إعداد|تقرير|الكاتبة?|כתב[הו]?|نویسنده|نوشته|خبرنگار|گزارش|लेखक|लेखिका|रिपोर्ट(?:र)?|संवाददाता"
    r"|เรื่อง|ผู้เขียน|作者|撰文|文|記者|记者|글|작성자|필자|취재"
)
_MAKERS = (
    r"бесед(?:овал|овала|овали)|подготовил[аи]?|підготува(?:в|ла|ли)|розмову\s(?:вів|вела)|γράφ(?:ει|ουν)\s(?:ο|η|οι)"
    r"|بقلم|מאת|โดย|เขียนโดย|oleh|napsala?"
)
# What stands before the name, in the languages of the phrase lists. The longer phrases come first.
_BY = re.compile(
    rf"""^\W{{0,3}}(?:
        (?:written|posted|published|story|words|reviewed|reported|text|photos?|article|analysis|opinion|report|column)
            \s+(?:and\s\w+\s+)?(?:by|von)
        | by | von | par | por | di | door | av | af | przez
        | written | authors?(?:\(s\))? | text | autor(?:in|en|es|a|e)? | auteurs? | autor[ei]
        | автор(?:и|ы)? | текст | от | από | كتبت? | yazan | 作者 | 記者 | 记者 | 撰文 | 取材・文 | 文 | 取材
        | 기자 | 글 | {_MAKERS}
    )(?:\s*[:：/／・＝｜]\s*|\s+(?=\S))
    |^\W{{0,3}}(?:{_WORKS})(?:・(?:写真|構成)|·사진)?\s*[:：/／・＝｜]\s*""",
    re.X | re.I,
)
_BY_LINE_SIGN = re.compile(
    rf"""^\W{{0,3}}(?:(?:written|posted|story|words|text|report(?:ed|ing)?|published)\s+)?(?:by|von|par|por|di|door|av|af)(?:\s*[:：—–]\s*|\s+)(?=\w)
    |^\W{{0,3}}(?:{_MAKERS})(?:\s*[:：/／]\s*|\s+)(?=\w)
    |^\W{{0,3}}(?:取材・)?(?:{_WORKS})(?:・(?:写真|構成)|·사진)?\s*(?:[:：/／・＝｜])""",
    re.X | re.I,
)
_AND = re.compile(
    r"\s*[;|•·∙⋅●▪‧»/、，\n\t]\s*|\s*,\s*(?:and|und|et|y|e|и|і|та)\s+|\s*,\s*"
    r"|\s+(?:and|und|et|y|e|i|en|och|og|ve|и|і|та|with|mit|avec|con|com|&|\+|[-–—])\s+|\s*&\s*",
    re.I,
)
_DATE = re.compile(
    r"""\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?
    (?:\d{1,2}\.?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,7}\.?\s+\d{1,4}\b.*
    |\b\d{4}[-./年]\d.* | \b\d{1,2}[./]\d{1,2}[./]\d.*""",
    re.X | re.I,
)
_REST = re.compile(
    r"\s*(?:[\(\[<{].{0,100}+|@\S.{0,100}+|(?<!\S)\S+@\S++.{0,100}+|https?:.{0,300}+"
    r"|\b(?:for|at|in|of|from|on|is|was|are|has|updated|published|posted|last|former|formerly|senior|chief|special to"
    r"|publi[ée]e?|publicad[oa]|pubblicato|veröffentlicht|aktualisiert|actualizado|atualizado|aggiornato|mis à jour"
    r"|опубликовано|обновлено|опубліковано|gepubliceerd|opublikowano|publicerad|publisert|yayınlan\w+|güncelle\w+"
    r"|contributed|joined|member|read more|follow|originally|reviewed|translated"
    r"|(?:discussion|thread|topic)\sstarter|original\sposter)\b.{0,300}+)$",
    re.I,
)
_ROLE = re.compile(
    r"""\b(?:writers?|reporters?|editors?|editorial|correspondents?|contributors?|journalists?|columnists?|staff|producers?|critics?|analysts?
    |photographers?|redaktion|redakteur(?:in)?|redacci[oó]n|redazione|r[eé]daction|redac[cç][aã]o|redactie|redakcja|редакция|редакція
    |team|desk|bureau|newsroom|newsdesk|agenc(?:y|ies)|press|media|magazine|news|network|services?|guest|admin(?:istrator)?|webmaster
    |unknown|anonymous|director|manager|professor|founder|ceo|intern|fellow|expert|specialist|author|profile|view|bio|share|comments?|posts?
    |updated|published|subscribe|newsletter|university|institute|inc|llc|ltd|gmbh
    |undefined|null|none|official|associated|sponsored|commentary|insights|categor(?:y|ies)|read|follow|sign|subscribe|icon|learn|more
    |cto|cfo|coo|cmo|cio|chief|deputy|assistant|curator|attorney|lawyer|physician|therapist|dietitian|nutritionist|veterinarian
    |consultants?|strategists?|executive|scientists?|researchers?|officer|president|engineer|developer|owner|reviewer|blogger
    |gazette|tribune|herald|chronicle|telegraph|enquirer|courier|journal|newspaper|club|company|group|foundation|associates
    |artikel|artículo|articolo|статья|стаття|фото|фотограф|foto|fotos|fotógraf[oa]|bild|εικόνες|φωτογραφίες
    |journaliste|periodista|giornalista|корреспондент|編集部|编辑|編輯|責任|责任)\b""",
    re.X | re.I,
)
_CREDENTIAL = re.compile(
    r"^(?:ph\.?\s?d|m\.?d|m\.?b\.?a|m\.?s\.?c?|m\.?a|b\.?a|b\.?sc?|r\.?d\.?n?|r\.?n|l\.?p\.?c|d\.?o|j\.?d|esq|cpa|cfp|cfa|cepf|dds|dvm|mph|pe|"
    r"cscs|lcsw|edd|facp|mrcp|frcp)[.®™]*$",
    re.I,
)
_JUNIOR = re.compile(r"^(?:jr|sr|ii|iii|iv)\.?$", re.I)
_NO_NAME = re.compile(r"[\d_@#<>{}()+=:/\\?!\"“”»«…|*]|\.(?:com|org|net|de|at)\b", re.I)
_NICKNAME = re.compile(r"\s[\"“„][^\"”“]{1,20}[\"”“](?=\s)")


_NUMBERS = re.compile(r"[♥❤☆★]|\d[\d:.,]{0,10}\s?(?:時|分|Uhr|h|min(?:utes?)?(?:\s+read)?|хв|мин)?\b|\d分|\d時")
_REPORTER = re.compile(  # "記者陳志豪／石橋報導", "이수진 기자", "[서울] 이수진 기자 ="
    r"^[【\[(（]?(?:本報|本报|本社)?(?:記者|记者)\s?([\u3400-\u9fff]{2,4})\s?[／/]\s?[\u3400-\u9fff]{1,10}(?:報導|報道|报道)"
    r"|(?:^|[\s=\]・·/])([가-힣]{2,4})\s?(?:선임)?기자(?=$|[\s|=·(\[])"
)
_LABELLED = re.compile(r"(?:作者|著者|執筆|记者|記者|撰文|문의|기자)\s?[:：]\s?([^\s:：，,（(]{2,12})")
_BY_AMONG = re.compile(
    r"(?:^|(?<=[\s|·•.,(—–\]]))(?:(?P<work>written|posted|published|story|words|started|created|submitted|reported|reporting|"
    r"article|analysis|opinion|interview|essay|hosted|updated|reviewed|edited|fact[- ]checked|"
    r"photos?|photographs?|photography|image|illustrations?|"
    r"video|translated|presented|sponsored|powered|provided)\s+(?:(?:on|at|in)\s[^|]{1,40}\s)?)?by(?::|\s[—–])?\s+(?=\w)",
    re.I,
)
_BY_AMONG_ELSEWHERE = re.compile(  # "12. Juli 2025 | geschrieben von Ada Quill", "Publié le 3 mai par Ada Quill"
    r"(?<!\w)(?:geschrieben|verfasst|veröffentlicht|gepostet|erstellt|eingestellt|(?:ein\s)?(?:gast)?beitrag|(?:ein\s)?(?:gast)?kommentar"
    r"|escrito|publicado|redactado|redigido|postado|écrit|rédigé|publié|posté|scritto|pubblicato|inserito|postato"
    r"|geschreven|gepubliceerd|geplaatst|skrevet|udgivet|publiceret|skriven|publicerad|publisert|napisane|opublikowan[oye]|dodane)"
    r"(?:[\s:]\s?(?:am|le|el|il|em|op|den|dnia|kl|on|a)?\.?(?:\s(?:[^|.!?]|(?<=\d)\.){0,40}?)?)??"
    r"\s(?:von|por|par|da|di|door|av|af|przez):?\s+(?=\w)"  # these words are in _BY_ELSEWHERE
    r"|(?:نشر|كتب)(?:\s[^|]{1,40}?)?\sبواسطة:?\s+",
    re.I,
)
_LABEL_AMONG = re.compile(  # "Erstellt: 3.5.2026 Von: Ada Quill", "Опубликовано 3 мая. Автор: Ада Квилл"
    rf"(?<!\w)(?:von|par|por|{_WORKS}|{_MAKERS}|著者|執筆)\s?[:：]\s?(?=\w)"
    r"|(?<=,\s)(?:автор|autor(?:in|ka)?|auteure?|autore)\s+(?=\w)",
    re.I,
)
_BY_BEHIND = re.compile(r"^(.{3,60}?)\starafından\b")  # "Ada Kaya tarafından yayınlandı"
_BY_ELSEWHERE = frozenset("von von: por por: par par: da di door door: av av: af af: przez przez:".split())
_SHORT_LINE = 110  # characters; in a longer one "by" stands in a sentence
_BEGINNING_OF_A_LONG_LINE = 60  # characters in which a byline that a sentence follows begins
_BEGINNING_OF_A_LINE = 30  # characters in which "Photographs by" and "News provided by" stand
LONGEST_LABEL = 20  # characters
_LABEL = re.compile(
    r"(?:(?:written|posted|published|words|story|article|reported)\s)?by|(?:written|verfasst|geschrieben)(?:\svon)?|authors?|von|par|por|di|"
    r"autor(?:in|en|es|a|e)?|auteurs?|author\(s\)|autorin/autor|contributors?|thread starter|автор|作者|by the author|op",
    re.I,
)
_GLUED = re.compile(
    r"^By(?=[A-Z][a-z])|(?<=[a-z])(?:Updated|Published|Posted|Last|Senior|Staff|Written|Founder|Editor|Contributor|Reporter|Journalist"
    r"|Redakteur(?:in)?|Redaktion)\b.{0,300}+$"
    r"|(?<=[\u05d0-\u05ea])(?:פורסם|עודכן).{0,300}+$|(?<=기자)(?:구독|입력|수정).{0,300}+$"
)
_AGO = re.compile(
    r"\s(?:\d+|an?)\s?(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)\sago\b.{0,300}+$|\b(?:yesterday|today)(?:\sat\b|,|$).{0,300}+$",
    re.I,
)
_WORK = {
    **dict.fromkeys(("written", "story", "words", "article", "analysis", "opinion", "reported", "reporting"), "written by"),
    **dict.fromkeys(("interview", "essay", "hosted"), "written by"),
    **dict.fromkeys(("posted", "published", "started", "created", "submitted", "updated"), "posted by"),
    **dict.fromkeys(
        ("photo", "photos", "photograph", "photographs", "photography", "image", "illustration", "illustrations"), "picture by"
    ),
    **dict.fromkeys(("powered", "sponsored", "provided"), "means by"),
}


def may_hold_byline(line: str) -> bool:
    """Whether it is worth while to look for a byline in a line."""
    if len(line) > _SHORT_LINE:
        line = line[:_BEGINNING_OF_A_LONG_LINE]
    if "by" in line.lower() or not line.isascii() or _BY_LINE_SIGN.match(line):
        return True
    if _BY_ELSEWHERE.isdisjoint(words := line.split()):
        return any(word.endswith(":") for word in words) and _LABEL_AMONG.search(line) is not None
    return _BY_AMONG_ELSEWHERE.search(line) is not None or _LABEL_AMONG.search(line) is not None


def bylines_in(line: str) -> Iterator[tuple[str, str]]:
    """What a line says of whose work the page is: "by", "written by", "posted by", "picture by", "means by", "other by" or "by
    inside", and the text that names them. "Posted on 5 March by Ada Quill", "作者：林一", "Photo by Bo Fenn"."""
    if len(line) > BYLINE_LIMIT:
        return
    if line.startswith("By") and line[2:3].isupper():
        line = f"By {line[2:]}"
    if not line.isascii() and (labelled := _LABELLED.findall(line)):
        yield from (("written by", name) for name in labelled)
        return
    if len(line) <= _SHORT_LINE and not line.isascii() and (reporters := list(_REPORTER.finditer(line))):
        yield from (("written by", found[1] or found[2]) for found in reporters)
        return
    if "by" in line.lower():
        marks = list(_BY_AMONG.finditer(line))
        for mark, following in zip(marks, (*marks[1:], None), strict=False):
            if line.endswith(".") and line[: mark.start()].rstrip()[-1:].isalnum():
                continue  # "The pool was written by Ada Quill and measured by everyone."
            work = (mark["work"] or "").casefold()
            kind = _WORK.get(work, "other by") if work else "by" if mark.start() == 0 else "by inside"
            if kind == "by inside" and len(line) > _SHORT_LINE:
                continue
            yield kind, line[mark.end() : following.start() if following else len(line)]
        if marks:
            return
    if sign := _BY_LINE_SIGN.match(line):
        yield "by", line[sign.end() :]
    elif len(line) <= _SHORT_LINE and (among := _LABEL_AMONG.search(line) or _BY_AMONG_ELSEWHERE.search(line)):
        yield "written by", line[among.end() :]
    elif len(line) <= _SHORT_LINE and (behind := _BY_BEHIND.match(line)):
        yield "written by", behind[1]


def lone_name(text: str) -> str:
    """The person's name that is all a text holds: "Ada Quill", "Ada Quill, culture desk", "♥ 418 Ada Quill"; else empty."""
    if len(text) > _NAME_LENGTH * 2 or (text.isascii() and not 1 <= text.strip().count(" ") <= _MOST_SPACES):
        return ""
    rest = " ".join(_NUMBERS.sub(" ", text).split())
    names = list(names_in(rest)) if 0 < len(rest) <= _NAME_LENGTH else []
    if len(names) != 1 or not rest.lstrip(" ,.·•–—-").startswith(names[0]):
        return ""
    return names[0] if 2 <= len(names[0].split()) <= 4 or ideographs(names[0]) in range(2, 7) else ""


def lone_names(text: str) -> list[str]:
    """The persons' names of two words or more that are all a text holds: "Ada Quill and Bo Fenn"; empty for anything else."""
    names = list(names_in(text)) if len(text) <= _NAME_LENGTH * 2 else []
    spelled = all(2 <= len(name.split()) <= 4 for name in names)
    return names if len(names) > 1 and spelled and len(text) - sum(map(len, names)) <= _JOINED * len(names) else []


def names_between_bars(text: str) -> list[str]:
    """The parts of a line between bars or dots that are a person's name and nothing else: "10:12 Uhr | Ada Quill"."""
    parts = _BAR.split(text.strip()) if len(text) <= _NAME_LENGTH * 2 else []
    return [part for part in parts if len(parts) > 1 and lone_name(part) == part]


_BAR = re.compile(r"\s*[|·•]\s*")
_JOINED = 6  # characters of an "and" or a comma beside each name
_MOST_SPACES = 9  # in a name with a number and a role around it


def is_label(line: str) -> bool:
    """Whether a line only announces a name: "By", "Written by:", "Author", "Autor:"."""
    return _LABEL.fullmatch(line.strip(" :|-–—")) is not None


def is_of_a_menu(name: str) -> bool:
    """Whether a name has the words of buttons, menus and labels: "Ask Question", "Privacy Policy", "Photography by"."""
    return _OF_A_MENU.search(name) is not None


_OF_A_MENU = re.compile(
    r"""^(?:about|contact|follow|meet|more|view|ask|see|join|get|start|our|why|how|what|when|where|who|find|buy|click|watch|listen
        |search|skip|next|previous|related|recommended|popular|trending|featured|latest|show|hide|report|edit|reply|quote
        |log|sign|register|login|logout|anmelden|registrieren|connexion|iniciar|accedi|entrar|inloggen|zaloguj|войти|giriş|güncelleme
        |getty|google|facebook|twitter|instagram|youtube|tiktok|linkedin|pinterest|whatsapp|reddit|orcid)(?:\s|$)
    |\bby$|\sby\s
    |(?:^|\s)(?:polic(?:y|ies)|questions?|images|articles|comments|links|tools|started|settings|forums?|takeaways|thoughts|topics
        |guides|products|results|options|cart|checkout|subscribe|scholar|member|members|moderator|newbie|tarihi|uhr|cookies
        |datenschutz|impressum|advertisement|anzeige|werbung|publicité|publicidad|pubblicità)$""",
    re.X | re.I,
)


def looks_like_byline(line: str) -> bool:
    """Whether a line says whose work the page is: "By Ada Quill", "Von Bo Fenn", "作者：林一"."""
    if len(line) > BYLINE_LIMIT:
        return False
    if _BY_LINE_SIGN.match(line):
        return True
    among = _BY_AMONG.search(line, 0, _BEGINNING_OF_A_LINE)
    return among is not None and bool(among["work"]) and next(names_in(line[among.end() :]), "") != ""


def names_in(text: str) -> Iterator[str]:
    """The persons' names in a byline, in order, without "By", roles, addresses, handles, credentials and dates."""
    if len(text) > BYLINE_LIMIT or text.startswith(("http://", "https://", "www.", "@")):
        return
    waiting = ""
    for part in (part for line in text.split("\n") for part in _AND.split(_line_of_names(line))):
        part = _DATE_WORD_AFTER.sub("", part)
        part = _TITLES_AFTER.sub("", _CREDENTIALS_AFTER.sub("", _REST.sub("", _BY.sub("", part)))).strip(' ,:;–—-|*"“”')
        if not _ABBREVIATION_AT_END.search(part):
            part = part.strip(' .,:;–—-|*"“”')
        if waiting and _JUNIOR.match(part):
            waiting += f", {part.rstrip('.')}"
            continue
        if waiting:
            yield waiting
            if _LETTERS_AFTER_A_NAME.match(part) and " " in waiting:
                waiting = ""
                continue
        waiting = part if _is_name(part) else ""
    if waiting:
        yield waiting


def handle_in(text: str) -> str:
    """The single name that begins what follows "posted by": "tideline88, 5 March", "ada"; empty where more words follow it."""
    if text.endswith(".") and text.count(" ") > _MOST_SPACES:
        return ""  # "By counting gulls on every pier, ..."
    first = _AFTER_A_HANDLE.split(text.strip(), maxsplit=1)[0]
    return stated_name(first) if first and " " not in first else ""


_AFTER_A_HANDLE = re.compile(r"[,;|•·∙⋅●»(]\s?|\s[–—-]|\s+(?=\d|on\b|at\b|in\b)")
_ABBREVIATION_AT_END = re.compile(r"(?:\s(?:Jr|Sr)|[\s.][A-Z])\.$")
_LETTERS_AFTER_A_NAME = re.compile(r"^[A-Z][A-Z®-]{1,8}$|^[A-Z][A-Za-z]{0,3}[A-Z®]{1,3}$")  # "Ada Quill, MS, RDN, FAND"


def stated_name(text: str) -> str:
    """The name that structured data gives as one person's, which may be a forum's user name; empty when it is none."""
    name = _STARTER.sub("", _AGO.sub("", tidy(text, _NAME_LENGTH)))
    if name.isdigit() or not letters(name):
        return ""
    is_address = "@" in name or ":" in name or name.startswith(("www.", "(", "["))
    is_dated = " " in name and any(map(str.isdigit, name))
    if is_address or is_dated or is_label(name) or _ROLE.search(name) or len(name.split()) > _NAME_WORDS:
        return ""
    return name


_STARTER = re.compile(r"\s+(?:(?:discussion|thread|topic)\sstarter|original\sposter)$", re.I)
_CREDENTIALS_AFTER = re.compile(
    r"(?:,?\s(?:Ph\.?\s?D|M\.?D|MBA|M\.?S|MSc?|M\.?A|B\.?A|BSc?|RDN?|LDN?|RN|DO|JD|CPA|CFP|CFA|DDS|DVM|MPH|CSCS|LCSW|Esq)\b\.?®?)+$"
)
_TITLES_AFTER = re.compile(
    r"(?<=[\u3400-\u9fff가-힣])\s?(?:선임기자|기자|특파원|논설위원|記者|记者)$"
    r"|\s(?:ال)?(?:اثنين|ثلاثاء|أربعاء|خميس|جمعة|سبت|أحد)،?$"  # the weekday of the date behind it
)
_DATE_WORD_AFTER = re.compile(r"\s(?:vom|am|le|el|il|em|op|den|del|du|à)\s*$")  # of a date that is cut: "Ada Quill vom"
_CLOCK_WORD = re.compile(r"^(?:[AP]M|CES?T|GMT|UTC|[ECMP][SD]T|IST|BST|MEZ|MESZ|JST|Uhr|Sat|Sun|Mon|Tue|Wed|Thu|Fri)\b")


def _line_of_names(line: str) -> str:
    line = _GLUED.sub("", tidy(line, BYLINE_LIMIT))
    if "ago" in line or "day" in line:
        line = _AGO.sub("", line)
    if any(map(str.isdigit, line)):
        line = _DATE.sub("", _NOTE_NUMBER.sub("", line) if line.count(" ") > 1 else line)
    if "(" in line:
        line = _NAME_IN_BRACKETS.sub(r"\1", line)
    if '"' in line or not line.isascii():
        line = _NICKNAME.sub("", line)
    return _BY.sub("", line)


_NOTE_NUMBER = re.compile(r"(?<=[^\W\d_]{3})(?<!^)\d{1,2}(?:,\d{1,2}){0,3}(?=,\s|\s(?:and|und|et|y|e|&)\s|$)")
_NAME_IN_BRACKETS = re.compile(r"^([^\W\d_]\w{1,20})\s\([^\W\d_]\w{1,20}\)(?=\s[^\W\d_])")  # "Ada (Marsh) Quill"
_SMALL_WORDS = frozenset(
    """on in at and by date name head meta photo text new read in partnership with
    ログイン メニュー 会員登録 로그인 登录 登入""".split()
)


def _is_name(part: str) -> bool:
    words = part.split()
    if not letters(part) or len(part) > _NAME_LENGTH or len(words) > _NAME_WORDS or _NO_NAME.search(part):
        return False
    if _ROLE.search(part) or _CREDENTIAL.match(part) or _JUNIOR.match(part):
        return False
    if is_label(part) or _CLOCK_WORD.match(part) or part.casefold() in _SMALL_WORDS:
        return False
    if ideographs(part):
        return 2 <= len(part) <= 20
    return len(part) >= 3 and words[0] != "The" and not words[0][0].islower() | words[-1][0].islower()
