"""Tables and lists stay or go as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner.ml.first_stage import FirstStage
from cleaner.ml.units import together, with_sentences, without_holes
from cleaner.ml.view import View
from cleaner.parse import parse
from cleaner.types import Page

PROSE = "<p>The ferry to Inishcarra runs twice a day in summer and once in winter, weather permitting.</p>"


def view_of(markup: str) -> View:
    return View(parse(Page("ferry", f"<html><body>{markup}</body></html>", kind="html")), FirstStage.blank())


def test_the_cells_of_a_table_have_one_probability() -> None:
    view = view_of(PROSE + "<table><tr><th>Pier<th>Leaves<tr><td>Roan Quay<td>9:15</table>" + PROSE)

    evened = together(view, np.array([0.9, 0.2, 0.6, 0.8, 0.3, 0.7]))

    assert evened[0] == 0.9
    assert evened[5] == 0.7
    assert len(set(evened[1:5].tolist())) == 1
    assert 0.2 < evened[1] < 0.8


def test_the_items_of_a_list_have_one_probability_and_another_list_its_own() -> None:
    view = view_of(f"{PROSE}<ul><li>bread<li>two eggs</ul>{PROSE}<ol><li>Beat<li>Bake</ol>")

    evened = together(view, np.array([0.9, 0.4, 0.6, 0.9, 0.1, 0.1]))

    assert evened[1] == evened[2] == pytest.approx(0.5, abs=0.1)
    assert evened[4] == evened[5] == pytest.approx(0.1)


def test_the_posts_of_a_thread_are_no_plain_list() -> None:
    post = f"<li><b>Una</b><div>replied</div>{PROSE}</li>"
    view = view_of(f"<ul>{post}{post}</ul>{PROSE * 8}")
    probabilities = np.linspace(0.1, 0.9, len(view.texts))

    assert together(view, probabilities).tolist() == probabilities.tolist()


def test_a_table_that_is_the_page_s_layout_is_no_unit() -> None:
    view = view_of(f"<table><tr><td>Home<td>{PROSE}{PROSE}</table><p>Imprint</p>")
    probabilities = np.array([0.1, 0.9, 0.8, 0.1])

    assert together(view, probabilities).tolist() == probabilities.tolist()


def test_a_table_between_paragraphs_that_stay_stays() -> None:
    table = "<table><tr><th>Pier<th>Leaves<tr><td>Roan Quay<td>9:15</table>"
    view = view_of(f"<article>{PROSE}{table}{PROSE}</article>")
    probabilities = np.array([0.9, 0.2, 0.2, 0.2, 0.2, 0.9])

    filled = without_holes(view, probabilities, probabilities > 0.5)

    assert filled.all()


@pytest.mark.parametrize(
    "inset",
    [
        "<figure><pre><code>tide = noon + 50</code></pre></figure>",
        "<figure><table><tr><th>Pier<th>Leaves<tr><td>Roan Quay<td>9:15</table><figcaption>Times in May</figcaption></figure>",
        "<dl><dt>Neap<dd>A small tide.<dt>Spring<dd>A large one.</dl>",
        "<blockquote><p>The sea keeps no timetable.</p><footer>The harbour master</footer></blockquote>",
        "<pre>tide = noon + 50</pre><table><tr><td>Roan Quay<td>9:15</table>",
    ],
)
def test_code_definitions_quotations_and_what_a_figure_frames_stay_between_paragraphs_that_stay(inset: str) -> None:
    view = view_of(f"<article>{PROSE}{inset}{PROSE.replace('ferry', 'mail boat')}</article>")
    keep = np.array([True, *[False] * (len(view.texts) - 2), True])

    assert without_holes(view, np.where(keep, 0.9, 0.2), keep).all()
    assert not without_holes(view, np.where(keep, 0.9, 0.01), keep)[1:-1].any()


@pytest.mark.parametrize(
    "inset",
    [
        "<blockquote class='wp-block-pullquote'><p>Once in winter</p></blockquote>",
        "<blockquote><p>“The ferry to Inishcarra runs twice a day”</p></blockquote>",
        "<blockquote class='twitter-tweet'><p>Seal on the slip again</p></blockquote>",
    ],
)
def test_a_quotation_pulled_out_of_the_text_and_one_from_elsewhere_go(inset: str) -> None:
    view = view_of(f"<article>{PROSE}{inset}{PROSE}</article>")
    probabilities = np.array([0.9, 0.2, 0.9])

    assert without_holes(view, probabilities, probabilities > 0.5).tolist() == [True, False, True]


def test_a_list_of_links_between_paragraphs_that_stay_goes() -> None:
    view = view_of(f"<article>{PROSE}<ul><li><a href=/a>Pier painted</a><li><a href=/b>Seal naps</a></ul>{PROSE}</article>")
    probabilities = np.array([0.9, 0.2, 0.2, 0.9])

    assert without_holes(view, probabilities, probabilities > 0.5).tolist() == [True, False, False, True]


def test_a_list_below_the_last_paragraph_goes() -> None:
    view = view_of(f"<article>{PROSE}<ul><li>bread<li>two eggs</ul></article><p>Imprint</p>")
    probabilities = np.array([0.9, 0.2, 0.2, 0.9])

    assert without_holes(view, probabilities, probabilities > 0.5).tolist() == [True, False, False, True]


def test_flattened_text_has_no_units() -> None:
    view = View(parse(Page("flat", "Home\n- bread\n- two eggs\n", kind="text")), FirstStage.blank())

    assert together(view, np.array([0.1, 0.4, 0.6])).tolist() == [0.1, 0.4, 0.6]


def test_a_list_of_links_that_a_kept_line_announces_stays_with_it() -> None:
    links = "<ul><li><a href=/a>Roan Quay</a><li><a href=/b>Sker Point</a></ul>"
    announced = view_of(f"<article>{PROSE}<p>The ferry calls at these piers:</p>{links}</article>")
    probabilities = np.array([0.9, 0.9, 0.1, 0.1])
    keep = np.array([True, True, False, False])
    assert without_holes(announced, probabilities, keep).all()

    unannounced = view_of(f"<article>{PROSE}<p>The ferry calls at many piers.</p>{links}</article>")
    assert without_holes(unannounced, probabilities, keep).tolist() == keep.tolist()


def test_a_short_sentence_right_below_a_kept_one_is_kept_and_a_label_or_an_unlikely_one_is_not() -> None:
    lines = ("The ferry runs twice a day in summer.", "In winter it rests.", "Share this page", "Nobody asked us for this.")
    view = View(parse(Page("ferry", "\n".join(lines), kind="text")), FirstStage.blank())

    chosen = with_sentences(view, np.array([0.9, 0.25, 0.3, 0.3]), np.array([True, False, False, False]))
    assert chosen.tolist() == [True, True, False, False]

    unlikely = with_sentences(view, np.array([0.9, 0.05, 0.3, 0.3]), np.array([True, False, False, False]))
    assert unlikely.tolist() == [True, False, False, False]
