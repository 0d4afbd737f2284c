"""Pages that have no content: bot walls, error pages, shells of scripts, consent walls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.rules.reading import SMALL_PAGE, Finding, Reading
from cleaner.types import Reason

WALL_WORDS = 250  # a page with more text is no wall, whatever phrases stand in it
CONSENT_HITS = 3  # different consent phrases on a page that is a consent wall and nothing else
TEXT_WORDS = 60  # in sentences that do not speak of the wall; a page with more has a text
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
    titles = reading.book.keys([reading.parsed.head.title])
    return bool(_phrases(reading, Reason.ERROR_PAGE)) or any(
        reading.book.line.get(title) is Reason.ERROR_PAGE or reading.book.starts(title, Reason.ERROR_PAGE) for title in titles
    )


def _asks_for_a_password(reading: Reading) -> bool:
    """In a label or a button; and its sentences, if any, have links ("By signing in you agree to our terms")."""
    asks = [key for key, prose in zip(reading.keys, reading.prose, strict=True) if not prose and _PASSWORD.search(key)]
    texts = [block for block, prose in zip(reading.blocks, reading.prose, strict=True) if prose]
    return bool(asks) and reading.html and all(block.link_chars for block in texts)


def _is_consent_wall(reading: Reading) -> bool:
    return len(_phrases(reading, Reason.CONSENT)) >= CONSENT_HITS


def _has_text(reading: Reading, reason: Reason) -> bool:
    """The page's sentences are mostly about something else than the wall."""
    about = others = 0
    for index, words in enumerate(reading.words):
        if reading.hidden[index]:
            continue
        if any(hit.reason is reason for hit in reading.hits.get(index, ())) or "cookie" in reading.keys[index]:
            about += words
        elif reading.sentence[index]:
            others += words
    return others > max(TEXT_WORDS, about if reason is Reason.CONSENT else 0)
