"""The figures against values worked out by hand."""

from __future__ import annotations

import pytest

from cleaner.scoring.metrics import (
    Match,
    Shares,
    interval,
    mean_match,
    names_match,
    quantile,
    same_day,
    same_language,
    same_text,
    shingle_match,
    shingle_shares,
    snippets_found,
    without_optional,
    word_match,
)


@pytest.mark.parametrize(
    ("truth", "text", "expected"),
    [
        # truth: the x2, cat, sat, on, mat; text: the x3, cat, ran; common: the x2, cat
        ("The cat sat on the mat.", "the the THE cat ran", Match(3 / 5, 3 / 6, 6 / 11)),
        ("one two", "one two", Match(1, 1, 1)),
        ("one two", "two, one!", Match(1, 1, 1)),
        ("one two", "", Match(0, 0, 0)),
        ("", "one two", Match(0, 0, 0)),
        ("", "", Match(1, 1, 1)),
        ("...", "–", Match(1, 1, 1)),
        ("one two", "three", Match(0, 0, 0)),
        ("Straße 12", "straße", Match(1, 1 / 2, 2 / 3)),
    ],
)
def test_word_precision_recall_and_f1_count_lower_cased_words_as_multisets(truth: str, text: str, expected: Match) -> None:
    match = word_match(truth, text)
    assert (match.precision, match.recall, match.f1) == pytest.approx((expected.precision, expected.recall, expected.f1))


@pytest.mark.parametrize(
    ("truth", "text", "expected"),
    [
        ("a b c d e", "a b c d x", Shares(1 / 3, 1 / 3, 1 / 3)),  # abcd; bcdx; bcde
        ("a b c d", "A b c d", Shares(0, 1 / 2, 1 / 2)),  # case counts
        ("a b", "a b", Shares(1, 0, 0)),  # one shorter run
        ("a b", "a b c", Shares(0, 1 / 2, 1 / 2)),
        ("a a a a a", "a a a a", Shares(1 / 2, 0, 1 / 2)),  # aaaa twice, and once
        ("a b c d", "", Shares(0, 0, 1)),
        ("", "a b c d e", Shares(0, 1, 0)),
        ("", "", Shares(0, 0, 0)),
    ],
)
def test_shingle_shares_of_a_page_add_up_to_one(truth: str, text: str, expected: Shares) -> None:
    shares = shingle_shares(truth, text)
    assert (shares.tp, shares.fp, shares.fn) == pytest.approx((expected.tp, expected.fp, expected.fn))


def test_word_figures_of_a_set_are_means_over_its_pages() -> None:
    mean = mean_match([Match(1, 0.5, 2 / 3), Match(0, 0, 0)])
    assert (mean.precision, mean.recall, mean.f1) == pytest.approx((0.5, 0.25, 1 / 3))


def test_shingle_f1_of_a_set_is_that_of_the_mean_precision_and_the_mean_recall() -> None:
    # precisions 1 and .5, recalls 1 and .25
    match = shingle_match([Shares(1, 0, 0), Shares(0.2, 0.2, 0.6)])
    assert match is not None
    assert (match.precision, match.recall) == pytest.approx((0.75, 0.625))
    assert match.f1 == pytest.approx(2 * 0.75 * 0.625 / 1.375)


def test_a_page_without_prediction_has_no_shingle_precision_and_counts_in_the_recall() -> None:
    match = shingle_match([Shares(1, 0, 0), Shares(0, 0, 1)])
    assert match is not None
    assert (match.precision, match.recall, match.f1) == pytest.approx((1, 0.5, 2 / 3))


def test_a_page_without_truth_has_no_shingle_recall_and_counts_in_the_precision() -> None:
    match = shingle_match([Shares(1, 0, 0), Shares(0, 1, 0), Shares(0, 0, 0)])
    assert match is not None
    assert (match.precision, match.recall) == pytest.approx((0.5, 1))


def test_shingles_are_not_measured_where_no_page_has_any() -> None:
    assert shingle_match([Shares(0, 0, 0)]) is None


def test_the_interval_of_equal_pages_has_no_width() -> None:
    assert interval([0.7] * 20, lambda values: sum(values) / len(values)) == pytest.approx((0.7, 0.7))


def test_the_interval_of_two_opposite_pages_is_everything() -> None:
    # a quarter of the resamples holds the first page twice, a quarter the second
    assert interval([0.0, 1.0], lambda values: sum(values) / len(values)) == (0, 1)


def test_the_interval_narrows_with_more_pages_and_is_the_same_each_time() -> None:
    def mean(values: object) -> float:
        numbers = list(values)  # type: ignore[call-overload]
        return float(sum(numbers) / len(numbers))

    few, many = interval([0.0, 1.0] * 10, mean), interval([0.0, 1.0] * 200, mean)
    assert few[0] < many[0] < 0.5 < many[1] < few[1]
    assert interval([0.0, 1.0] * 10, mean) == few


@pytest.mark.parametrize(("share", "expected"), [(0, 0), (0.5, 20), (0.95, 38), (1, 40), (0.1, 4)])
def test_a_quantile_lies_between_its_neighbours(share: float, expected: float) -> None:
    assert quantile([0, 10, 20, 30, 40], share) == pytest.approx(expected)


def test_a_snippet_is_found_across_lines_but_not_in_other_case() -> None:
    text = "The ferry left\nat noon, as ever."
    assert snippets_found(["left at  noon", "as ever", "the ferry", "at night"], text) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rain fell.\nA wet street (photo: Ida Holm)\nIt stopped.", "Rain fell.\nIt stopped."),
        ("Rain fell.\nA wet street\nIt stopped.", "Rain fell.\nIt stopped."),
        ("Rain fell.\nA wet street, they say\nIt stopped.", "Rain fell.\nA wet street, they say\nIt stopped."),
        ("Rain fell.", "Rain fell."),
    ],
)
def test_optional_lines_and_parts_of_them_do_not_count(text: str, expected: str) -> None:
    assert without_optional(text, ["A wet street (photo: Ida Holm)"], "Rain fell.\nIt stopped.") == expected


def test_a_line_of_the_body_counts_even_when_an_optional_line_repeats_it() -> None:
    assert without_optional("Rain fell.", ["Rain fell. Photo: Ida Holm"], "Rain fell.") == "Rain fell."


@pytest.mark.parametrize(
    ("truth", "value", "expected"),
    [
        ("A  Long Night", "a long\nnight", 1),
        ("A Long Night", "A Long Night | The Gazette", 0),
    ],
)
def test_titles_agree_after_folding_case_and_white_space(truth: str, value: str, expected: float) -> None:
    assert same_text(truth, value) == expected


@pytest.mark.parametrize(
    ("truth", "value", "expected"),
    [
        ("2024-05-03", "2024-05-03T23:10:00+02:00", 1),
        ("2024-05-03 15:47:42.389000+00:00", "2024-05-03", 1),
        ("2024-05-03", "2024-05-04", 0),
        ("May 2024", "2024-05-01", 0),
    ],
)
def test_dates_agree_by_day(truth: str, value: str, expected: float) -> None:
    assert same_day(truth, value) == expected


@pytest.mark.parametrize(("truth", "value", "expected"), [("en-GB", "en", 1), ("zh_TW", "zh-Hans", 1), ("pt", "es", 0)])
def test_languages_agree_by_primary_subtag(truth: str, value: str, expected: float) -> None:
    assert same_language(truth, value) == expected


@pytest.mark.parametrize(
    ("truth", "names", "expected"),
    [
        (["Ada Quill", "Bo Fenn"], ["ada  quill", "Cy Marsh"], 0.5),
        (["Ada Quill"], ["Ada Quill"], 1),
        (["Ada Quill"], [], 0),
        ([], [], 1),
    ],
)
def test_authors_agree_as_sets_of_names(truth: list[str], names: list[str], expected: float) -> None:
    assert names_match(truth, names) == pytest.approx(expected)
