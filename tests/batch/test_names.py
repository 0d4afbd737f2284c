"""Names of results: no page's name leads a result out of the output folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.errors import InputError
from cleaner.writers.names import MAX_NAME, result_path

OUT = Path("/out")


@pytest.mark.parametrize("target", ["../evil", "a/../../evil", "/etc/evil", "", "a\0b", "\ud800"])
def test_a_name_that_leads_elsewhere_or_nowhere_is_refused(target: str) -> None:
    with pytest.raises(InputError, match="rename the page"):
        result_path(OUT, target, ".md")


def test_a_name_keeps_its_folders() -> None:
    assert result_path(OUT, "news/old/a.html", ".md") == OUT / "news" / "old" / "a.html.md"


def test_names_that_are_too_long_are_cut_and_kept_apart() -> None:
    first, second = (result_path(OUT, "🌊" * 63 + last, ".json").name for last in ("aaa", "bbb"))

    assert first != second
    assert first.startswith("🌊" * 45 + "~")
    assert all(len(name.encode()) <= MAX_NAME for name in (first, second))
