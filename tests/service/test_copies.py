"""Copies of a stored document are found by their fingerprints. On SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from service.store import fingerprints
from service.store.tables import document_bands, document_fingerprints
from tests.service.conftest import ARTICLE, HTML, HTML_PAGE, NAVIGATION, TEXT, InProcess, in_process
from tests.service.test_access import key_for

STORY = (
    "The lighthouse of Skarnholm has a new keeper, the third within a year, and the parish hopes that this one will stay "
    "through the winter. Her name is Ylva Brandt, she comes from the mainland, and she has brought two goats, a cello and "
    "nine crates of books. The last keeper left in March after a quarrel about the foghorn, which he thought too loud and "
    "the fishermen not loud enough. The parish council met twice over the matter and decided to leave the foghorn as it is."
)
OTHER = (
    "Nobody in the valley remembers a harvest like this one. The cider presses have been running since August, the barns are "
    "full, and the school has closed for a week so that the children can help with the late apples on the upper slopes."
)


@pytest.fixture
def service(database: str) -> Iterator[InProcess]:
    with in_process(workers=1, queue=60, database=database) as running:
        yield running


def store(service: InProcess, story: str, place: str, key: dict[str, str] | None = None) -> str:
    params = {"url": f"https://{place}.example/story", "site": "none"}
    answer = service.ask("POST", "/v1/documents", content=story, params=params, headers=TEXT | (key or {}))
    assert answer.status_code == 201, answer.text
    location: str = answer.headers["Location"]
    return location


def copies(service: InProcess, location: str, **params: str) -> dict[str, Any]:
    answer = service.get(f"{location}/duplicates", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_exact_and_near_copies_are_found_and_nothing_else(service: InProcess) -> None:
    first = store(service, STORY, "first")
    near = store(service, STORY.replace("third", "fourth").replace("two goats", "four goats"), "near")
    exact = store(service, STORY.upper(), "exact")
    other = store(service, OTHER, "other")
    found = copies(service, first)
    assert [one["id"] for one in found["duplicates"]] == [exact.rpartition("/")[2], near.rpartition("/")[2]]
    assert [(one["exact"], one["host"]) for one in found["duplicates"]] == [(True, "exact.example"), (False, "near.example")]
    assert found["duplicates"][0]["alike"] == 1.0
    assert 0.42 <= found["duplicates"][1]["alike"] < 1.0
    assert found["complete"] is True
    assert copies(service, other) == {"duplicates": [], "complete": True}
    cut = copies(service, first, limit="1")
    assert ([one["exact"] for one in cut["duplicates"]], cut["complete"]) == ([True], False)
    assert service.get(f"/v1/documents/{'0' * 32}/duplicates").status_code == 404


def test_a_deleted_copy_is_found_no_more_and_leaves_nothing_behind(service: InProcess) -> None:
    first, near = store(service, STORY, "first"), store(service, STORY.replace("third", "fourth"), "near")
    assert len(copies(service, first)["duplicates"]) == 1
    for location in (near, first):
        assert copies(service, first)["complete"] is True
        assert service.ask("DELETE", location).status_code == 204
    reading = service.app.state.store.reading
    assert [reading(_rows_of, table) for table in (document_bands, document_fingerprints)] == [0, 0]


def test_the_text_of_the_current_version_counts(service: InProcess) -> None:
    page = service.ask("POST", "/v1/documents", content=HTML_PAGE, headers=HTML).headers["Location"]
    article = store(service, "\n".join(ARTICLE), "first")
    assert [one["exact"] for one in copies(service, article)["duplicates"]] == [True]
    again = service.ask("POST", f"{page}/versions", params={"cleaner": "by_site"})
    assert NAVIGATION[0] in again.json()["text"]
    assert [one["exact"] for one in copies(service, article)["duplicates"]] == [False]


def test_what_was_stored_without_a_fingerprint_gets_it_when_it_is_cleaned_again(service: InProcess) -> None:
    first, second = store(service, STORY, "first"), store(service, STORY, "second")

    def forget(connection: Connection) -> None:
        for table in ("document_bands", "document_fingerprints"):
            connection.execute(text(f"DELETE FROM {table}"))

    service.app.state.store.writing(forget)
    assert copies(service, first)["duplicates"] == []
    for location in (first, second):
        assert service.ask("POST", f"{location}/versions", params={"site": "none"}).status_code == 200
    assert len(copies(service, first)["duplicates"]) == 1


def test_a_key_finds_no_copies_of_another(database: str) -> None:
    with in_process(workers=1, queue=60, access="keys", database=database) as service:
        mine, other = key_for(service, "read", "write"), key_for(service, "read", "write")
        location = store(service, STORY, "first", mine)
        store(service, STORY, "first", other)
        store(service, STORY.replace("third", "fourth"), "near", other)
        assert service.get(f"{location}/duplicates", headers=mine).json() == {"duplicates": [], "complete": True}
        assert service.get(f"{location}/duplicates", headers=other).status_code == 404


def test_a_text_that_was_stored_very_often_is_answered_in_bounds_and_says_so(
    service: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprints, "OF_ONE_BAND", 3)
    first = store(service, STORY, "first")
    for number in range(4):
        store(service, STORY, f"copy{number}")
    found = copies(service, first)
    assert len(found["duplicates"]) == 4
    assert found["complete"] is False


def _rows_of(connection: Connection, table: Any) -> int:  # noqa: ANN401  # a table
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
