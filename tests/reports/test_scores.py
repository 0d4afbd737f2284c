"""The scoring report: all of its parts, on its own, and nothing of a page runs in it."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cleaner.changes import SHOWN, Summary, compared
from cleaner.reports.changes import change_report
from cleaner.reports.scores import score_report
from cleaner.scoring.evaluate import PageScore, score_samples
from cleaner.scoring.paired import compare
from cleaner.scoring.report import by_cleaner
from cleaner.scoring.runs import Scored, read_run, write_run
from cleaner.scoring.samples import Sample, sample_sets
from cleaner.types import Page

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = ["combined", "heuristic", "trafilatura"]
RUN = "document.title='ran'"
BREAKOUTS = ("", '">', "'>", "</summary></details>", "</style></title>", "--></span></div></svg>")
VECTORS = (
    f"<script>{RUN}</script>",
    f"<ScRiPt/x>{RUN}</sCrIpT >",
    f'<img src=x onerror="{RUN}">',
    f"<svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<details open ontoggle={RUN}>",
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"<input autofocus onfocus={RUN}>",
    f"<math><mtext><img src=x onerror={RUN}>",
)
PAYLOADS = [f"{breakout}{vector}" for breakout in BREAKOUTS for vector in VECTORS]


@pytest.fixture(scope="module")
def scored() -> list[Scored]:
    (samples,) = sample_sets(SAMPLES)
    return [("samples", pages) for pages in by_cleaner(score_samples(samples.part(4, None).read(), NAMES))]


class Outline(HTMLParser):
    """Headings and captions, and whether every element that opens is closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.heads: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("h1", "h2", "h3", "caption"):
            self.heads.append(data)


def test_a_report_has_all_of_its_parts(scored: list[Scored]) -> None:
    pairs = [compare("samples", scored[0][1], pages) for _, pages in scored[1:]]
    page = score_report(scored, pairs)
    outline = Outline(page)
    assert outline.open == []
    for heading in (
        "Overview",
        "Precision and recall on samples",
        "Word F1 and CPU time on samples",
        "Word F1 by page type on samples, with half its 95 % interval",
        "Share of boilerplate that went, by kind, on samples",
        "Does a page reach the word F1 that was foretold?",
        "Share of right values on the pages of samples that have one",
        "Paired comparison by word F1",
        "samples: from combined to trafilatura",
        "samples: heuristic",
    ):
        assert heading in outline.heads
    assert page.count("<svg") == 4
    assert len(re.findall(r"<svg[^>]* role=\"img\" aria-label=\"[^\"]{40,}\"", page)) == 4
    assert "<del>" in page
    assert "<ins>" in page


def test_a_report_loads_and_runs_nothing(scored: list[Scored]) -> None:
    page = score_report(scored, [])
    assert re.search(r"default-src &#x27;none&#x27;; style-src &#x27;sha256-", page)
    assert not re.search(r"<(script|link|img|iframe|object|embed)\b|\s(src|srcset|style|on\w+)=|url\(|@import", page)


def test_the_same_scores_give_the_same_report(scored: list[Scored], tmp_path: Path) -> None:
    write_run(tmp_path / "run.jsonl.gz", scored)
    assert score_report(read_run(tmp_path / "run.jsonl.gz"), []) == score_report(scored, [])


def test_the_worst_pages_tell_why_their_blocks_went_or_stayed() -> None:
    body = "Sign up for our newsletter\n"
    page = f"<html><body><p>{body}</p><article>{'<p>The ferry is late again today, says the harbour master.' * 9}</article>"
    sample = Sample("moor", Page("moor", page, "html"), body)
    found = [("set", pages) for pages in by_cleaner(score_samples([sample], ["heuristic"]))]
    mistakes = found[0][1][0].mistakes
    assert {mistake.lost for mistake in mistakes} == {True, False}
    report = score_report(found, [])
    assert "Sign up for our newsletter" in report
    assert all(html.escape(mistake.by) in report for mistake in mistakes)


def _hostile(page: PageScore, payload: str) -> PageScore:
    mistakes = tuple(replace(mistake, text=payload, by=payload, kind=payload) for mistake in page.mistakes)
    return replace(
        page,
        sample=payload,
        page_type=payload,
        cleaner=payload,
        failure=payload,
        truth=f"{payload}\n{page.truth}",
        text=f"{page.text}\n{payload}",
        covers=(payload,) * 3,
        mistakes=mistakes,
        kinds=dict.fromkeys((payload,), next(iter(page.kinds.values()))),
    )


def _shown_in_a_browser(report: str, folder: Path) -> str:
    """The document that a browser makes of a report, all of it opened, and without the policy: escaping alone is tested."""
    file = folder / "report.html"
    opened = re.sub(r"<meta http-equiv[^>]*>", "", report.replace("<details>", "<details open>"), count=1)
    file.write_text(opened, encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
    return subprocess.run(
        [*command, "--virtual-time-budget=2000", "--dump-dom", file.as_uri()], capture_output=True, text=True, check=True
    ).stdout


def _score_report_of_payloads(scored: list[Scored]) -> str:
    pages = scored[0][1][:2]
    hostile = [(payload, [_hostile(page, payload) for page in pages]) for payload in PAYLOADS]
    pairs = [
        compare(name, found, [replace(page, words=pages[0].words, text=name) for page in found]) for name, found in hostile
    ]
    return score_report(hostile, pairs)


def _change_report_of_payloads(_scored: list[Scored]) -> str:
    summary = Summary(PAYLOADS[0], PAYLOADS[1])
    for payload in PAYLOADS:
        old, new = ({"text": f"{payload}\n{number}", "title": f"{payload}{number}"} for number in (1, 2))
        summary.add(compared(payload, old, new))
        summary.add(compared(payload, None, None, payload))
    return change_report(summary)


@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
@pytest.mark.parametrize("made", [_score_report_of_payloads, _change_report_of_payloads])
def test_nothing_of_a_page_runs_in_a_browser(made: Callable[[list[Scored]], str], scored: list[Scored], tmp_path: Path) -> None:
    report = made(scored)
    Outline(report)
    shown = _shown_in_a_browser(report, tmp_path)
    assert re.search(r"<title>(Scoring report|What changes)</title>", shown)
    assert not re.search(r"<(script|img|iframe|input|math)\b", shown)
    assert all(shown.count(html.escape(payload, quote=False)) >= 2 for payload in PAYLOADS)


@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_a_payload_would_run_where_it_is_not_escaped(tmp_path: Path) -> None:
    shown = _shown_in_a_browser(f"<!doctype html><title>Scoring report</title><p>{PAYLOADS[0]}</p>", tmp_path)
    assert "<title>ran</title>" in shown


def test_what_a_report_says_of_its_plots_and_lists_is_so(scored: list[Scored]) -> None:
    joined = "The dashed line joins the cleaners"
    assert joined in score_report(scored, [])
    assert joined not in score_report(scored[:1], [])
    summary = Summary("old", "new")
    assert "No page changes." in change_report(summary)
    for number in range(SHOWN):
        assert "that change most" not in change_report(summary)
        summary.add(compared(str(number), {"text": "It rained."}, {"text": f"It rained {number} days."}))
    assert f"The {SHOWN} that change most" in change_report(summary)
