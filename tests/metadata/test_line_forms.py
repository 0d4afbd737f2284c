"""Lines that differ in numbers, dates and names alone have one form."""

from __future__ import annotations

import pytest

from cleaner.metadata.line_forms import ends_of_form, form_of, forms_of, words_in_form


@pytest.mark.parametrize(
    ("lines", "form"),
    [
        (("Copyright 2024 Harbour Post Ltd.", "© Copyright 2025, Harbour Post Ltd"), "copyright # harbour post ltd"),
        (("31 Comments", "1,204 comments", "(0) comments"), "# comments"),
        (("Published 5 March 2024, 10:42", "Published: May 31st, 2023 7:05 a.m."), "published #"),
        (("Tuesday, 5 March 2024", "Wed, December 11 2019", "2024-03-05"), "#"),
        (("Veröffentlicht am 5. März 2024", "Veröffentlicht am 11. Dezember 2019"), "veröffentlicht #"),
        (("5 de marzo de 2024", "11 de diciembre de 2019"), "#"),
        (("发布时间：2024年03月05日 10:42", "发布时间：2023年11月30日 09:07"), "发布时间 # 年 # 月 # 日 #"),
        (("By Ada Quill", "By Bo Fenn and Cora Marsh", "BY ADA QUILL"), "by @"),
        (("Photo by Ada Quill", "Photo by Bo Fenn"), "photo by @"),
    ],
)
def test_they_differ_in_numbers_dates_and_names_alone(lines: tuple[str, ...], form: str) -> None:
    assert {form_of(line) for line in lines} == {form}


@pytest.mark.parametrize("line", ["You may also like", "March of the penguins", "Monday blues", "Stand by the river"])
def test_months_days_and_by_without_number_or_name_are_words(line: str) -> None:
    assert form_of(line) == line.casefold()


def test_the_author_is_left_out_of_the_author_box_too() -> None:
    first = forms_of(["By Ada Quill", "It rained.", "About Ada Quill", "Ada Quill writes on rivers."])
    second = forms_of(["Bo Fenn", "5 March 2024", "It rained.", "About Bo Fenn", "Bo Fenn writes on rivers."])
    assert first[2:] == second[3:] == ["about @", "@ writes on rivers"]


def test_a_line_without_letters_and_digits_has_no_form() -> None:
    assert form_of("• | —") == ""


def test_a_long_line_is_known_by_its_ends_and_its_hash() -> None:
    line = "The ferry stays in port. " * 40
    assert form_of(line) != form_of(line + "It rained.")
    assert len(form_of(line)) < 330
    assert words_in_form(form_of(line)) == 200
    assert ends_of_form(form_of(line + "So it goes, says Ada."))[1][-3:] == ["goes", "says", "ada"]
    assert len(form_of("ferry " * 500_000)) < 330
