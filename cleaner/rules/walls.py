"""Pages that have no content: bot walls, error pages, shells of scripts, consent walls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.rules.reading import LINKED, SMALL_PAGE, Finding, Reading
from cleaner.types import HEADINGS, Reason

WALL_WORDS = 250  # a page with more text is no wall, whatever phrases stand in it
CONSENT_HITS = 3  # different consent phrases on a page that is a consent wall and nothing else
TEXT_WORDS = 60  # in sentences that do not speak of an error; a page with more has a text
PIECES = 5  # outside forms; a page with more is not there for its password
LOGIN_WORDS = 100  # a page that asks for a password has no more

_PASSWORD = re.compile(
    r"pass ?word|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord|lösenord|adgangskode|passord|salasana|hasło|heslo"
    r"|parola|şifre|jelszó|пароль|κωδικός|סיסמה|كلمة المرور|گذرواژه|パスワード|密码|密碼|비밀번호|รหัสผ่าน|mật khẩu|kata sandi"
)


def nothing_but_a_wall(reading: Reading) -> Iterator[Finding]:
    """ "Checking your browser…", "404 – Page not found", "You need to enable JavaScript", "We and our 614 partners…".

    And a page that asks for a password and says nothing else: "Sign in to Harbour Mail / Email / Password / Remember me".
    """
    words = reading.words_before[-1]
    if words > SMALL_PAGE:
        return
    reason = Reason.ERROR_PAGE if words <= WALL_WORDS and _says_error(reading) else None
    if reason is None and _is_consent_wall(reading):
        reason = Reason.CONSENT
    if reason is None and words <= LOGIN_WORDS and _asks_for_a_password(reading):
        reason = Reason.FORM
    if reason is not None and not _has_text(reading, reason):
        for index in reading.open:
            yield Finding(index, reason, 0.8)


def _phrases(reading: Reading, reason: Reason) -> set[str]:
    return {hit.phrase for index in reading.spoken_for[reason] for hit in reading.hits[index] if hit.reason is reason}


def _says_error(reading: Reading) -> bool:
    return bool(_phrases(reading, Reason.ERROR_PAGE)) or _titled_as_error(reading)


def _titled_as_error(reading: Reading) -> bool:
    (title,) = reading.book.keys([reading.parsed.head.title])
    return reading.book.line.get(title) is Reason.ERROR_PAGE or bool(reading.book.starts(title, Reason.ERROR_PAGE))


def _asks_for_a_password(reading: Reading) -> bool:
    """In a label or a button; and its sentences, if any, have links ("By signing in you agree to our terms")."""
    asks = [key for key, prose in zip(reading.keys, reading.prose, strict=True) if not prose and _PASSWORD.search(key)]
    texts = [block for block, prose in zip(reading.blocks, reading.prose, strict=True) if prose]
    return bool(asks) and reading.html and all(block.link_chars for block in texts)


def _is_consent_wall(reading: Reading) -> bool:
    return len(_phrases(reading, Reason.CONSENT)) >= CONSENT_HITS


def _has_text(reading: Reading, reason: Reason) -> bool:
    """More stands on the page than the wall: sentences about something else, or, as in a recipe, shorter pieces."""
    if reason is Reason.FORM:
        return len(_outside_forms(reading)) >= PIECES
    about = others = pieces = 0
    for index, words in enumerate(reading.words):
        if reading.hidden[index]:
            continue
        if any(hit.reason is reason for hit in reading.hits.get(index, ())) or "cookie" in reading.keys[index]:
            about += words
        else:
            others += words if reading.sentence[index] else 0
            pieces += words if reading.is_open(index) and reading.links[index] < LINKED else 0
    if reason is Reason.CONSENT:
        return others > about or pieces > 2 * about
    return others > (TEXT_WORDS if _is_headed_by(reading, reason) else 0)


def _is_headed_by(reading: Reading, reason: Reason) -> bool:
    """The title or a heading says it, or there is none: a page's "Please enable JavaScript" beside a headline is a notice."""
    headings = {index for index, block in enumerate(reading.blocks) if block.tag in HEADINGS and not block.hidden}
    return not headings or bool(headings & set(reading.spoken_for[reason])) or _titled_as_error(reading)


def _outside_forms(reading: Reading) -> list[int]:
    """The blocks of which no rule has spoken, and which neither lead elsewhere nor belong to a form."""
    forms = [element for element in reading.parsed.elements if element.tag == "form"]
    inside = {index for form in forms for index in range(form.first, form.end)}
    return [
        index for index in reading.open if index not in inside and not reading.hidden[index] and reading.links[index] < LINKED
    ]
