"""The words of the full-text index lose their accents, as those that are looked for have none."""

from __future__ import annotations

import re
import unicodedata

from alembic import op

revision = "0008"
down_revision = "0007"

_ACCENT = re.compile("[\u0300-\u036f]")
_LIGATURES = {"æ": "ae", "œ": "oe", "þ": "th"}
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i"}


def upgrade() -> None:
    # the index has precomposed small letters, so one letter stands for another, but for the ligatures
    connection = op.get_bind()
    letters = _plain_letters()
    if connection.dialect.name == "sqlite":
        table = str.maketrans(letters | _LIGATURES)
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.create_function("without_accents", 1, lambda words: words.translate(table), deterministic=True)
        op.execute("UPDATE document_search SET words = without_accents(words)")
        return
    words = f"translate(words::text, '{''.join(letters)}', '{''.join(letters.values())}')"
    for ligature, plain in _LIGATURES.items():
        words = f"replace({words}, '{ligature}', '{plain}')"
    # as text a word has its places behind it; two words that are one now are merged by the type itself
    op.execute(f"UPDATE document_search SET words = ({words})::tsvector")  # noqa: S608  # letters of this file


def _plain_letters() -> dict[str, str]:
    """The letter without accents of each that has some."""
    plain = dict(_LETTERS)
    for letter in map(chr, range(0xC0, 0x2000)):
        without = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", letter)))
        if without != letter and len(without) == 1:
            plain[letter] = _LETTERS.get(without, without)
    return plain
