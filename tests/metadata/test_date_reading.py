"""Dates as people write them in many languages, scripts and calendars; what is no date gives none."""

from __future__ import annotations

import time

import pytest

from cleaner.metadata.date_reading import Customs, dates_written_in, months

FIFTH_OF_MARCH = [
    ("en", "5 March 2024"),
    ("en", "March 5th, 2024"),
    ("en", "05-Mar-2024"),
    ("en", "2024 Mar 5"),
    ("en", "By Ada QuillMarch 5, 2024"),
    ("de", "5. März 2024"),
    ("fr", "5 mars 2024"),
    ("es", "5 de marzo de 2024"),
    ("pt", "5 de março de 2024"),
    ("it", "5 marzo 2024"),
    ("nl", "5 maart 2024"),
    ("sv", "5 mars 2024"),
    ("da", "5. marts 2024"),
    ("nb", "5. mars 2024"),
    ("fi", "5. maaliskuuta 2024"),
    ("is", "5. mars 2024"),
    ("pl", "5 marca 2024"),
    ("cs", "5. března 2024"),
    ("sk", "5. marca 2024"),
    ("hu", "2024. március 5."),
    ("ro", "5 martie 2024"),
    ("bg", "5 март 2024 г."),
    ("hr", "5. ožujka 2024."),
    ("sl", "5. marca 2024"),
    ("el", "5 Μαρτίου 2024"),
    ("ru", "5 марта 2024 г."),
    ("uk", "5 березня 2024"),
    ("lt", "2024 m. kovo 5 d."),
    ("lv", "2024. gada 5. martā"),
    ("et", "5. märts 2024"),
    ("tr", "5 Mart 2024"),
    ("eu", "2024ko martxoaren 5a"),
    ("ca", "5 de març de 2024"),
    ("id", "5 Maret 2024"),
    ("vi", "ngày 5 tháng 3 năm 2024"),
    ("ar", "٥ مارس ٢٠٢٤"),
    ("he", "5 במרץ 2024"),
    ("fa", "۱۵ اسفند ۱۴۰۲"),
    ("fa", "۱۴۰۲/۱۲/۱۵"),
    ("hi", "५ मार्च २०२४"),
    ("bn", "৫ মার্চ ২০২৪"),
    ("th", "๕ มีนาคม ๒๕๖๗"),
    ("th", "5 มี.ค. 2567"),
    ("ja", "2024年3月5日"),
    ("ja", "令和6年3月5日"),
    ("zh", "二〇二四年三月五日"),
    ("zh", "民國113年3月5日"),
    ("ko", "2024년 3월 5일"),
    ("ko", "2024. 3. 5."),
    ("", "5.3.2024"),
]


@pytest.mark.parametrize(("language", "text"), FIFTH_OF_MARCH)
def test_the_same_day_is_read_in_every_writing(language: str, text: str) -> None:
    found = [reading.iso for reading in dates_written_in(f"{text} | x", Customs(None, language))]
    assert found == ["2024-03-05"]


@pytest.mark.parametrize("text", ["5 March 2024", "৫ মার্চ ২০২৪", "令和6年3月5日"])
def test_a_date_keeps_its_place_and_spelling(text: str) -> None:
    line = f"Ada Quill, {text}: the ferry"
    (reading,) = dates_written_in(line, Customs(None, ""))
    assert (line[reading.start : reading.end], reading.raw) == (text, text)


@pytest.mark.parametrize(
    ("language", "expected"), [("cs", "2024-11-05"), ("pl", "2024-11-05"), ("hr", "2024-10-05"), ("de", "")]
)
def test_a_month_that_two_languages_name_alike_is_that_of_the_page(language: str, expected: str) -> None:
    text = "5. listopadu 2024" if language == "cs" else "5 listopada 2024"
    assert [reading.iso for reading in dates_written_in(text, Customs(None, language))] == [expected][: len(expected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dec 22, 2023, 10:22 PM EST", "2023-12-22T22:22:00-05:00"),
        ("22 December 2023 at 23:05 GMT", "2023-12-22T23:05:00+00:00"),
        ("22.12.2023, 14:30 MEZ", "2023-12-22T14:30:00+01:00"),
        ("22 December 2023, 10:22", "2023-12-22"),
        ("22 December 2023, 10:22 IST", "2023-12-22"),
    ],
)
def test_a_time_is_kept_only_with_a_zone_that_means_one(text: str, expected: str) -> None:
    assert [reading.iso for reading in dates_written_in(text, Customs(None, "en"))] == [expected]


@pytest.mark.parametrize(
    "text",
    ["in 2024", "2,024 people", "31 February 2024", "5 Marchember 2024", "1 in 2024", "$2024", "3 to 2024", "12024/3/5"],
)
def test_what_is_no_date_gives_none(text: str) -> None:
    assert list(dates_written_in(text, Customs(None, "en"))) == []


def test_every_language_names_all_twelve_months() -> None:
    assert len(months()) >= 40
    assert all(set(names.values()) == set(range(1, 13)) for names in months().values())


@pytest.mark.parametrize("text", ["2024 " * 2_000, "5 " * 4_000 + "2024", "a" * 20_000 + " 5 2024", "2024年" * 3_000])
def test_hostile_lines_cost_no_time(text: str) -> None:
    started = time.process_time()
    list(dates_written_in(text, Customs(None, "en")))
    assert time.process_time() - started < 0.5
