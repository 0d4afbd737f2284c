"""The ``cleaner`` program as a person meets it: what it prints where, and its exit codes."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cleaner.cleaners import CLEANERS
from cleaner.cli import COMMANDS, app
from cleaner.rules import RULES
from cleaner.version import __version__

PROGRAM = [sys.executable, "-m", "cleaner"]
SENTENCES = (
    "The ferry between the two banks will sail again in May, nine years after the last captain tied it up for good.",
    "The council has found the money for a new engine, and four people from the village have learned to steer it.",
    "Nobody expects the crossing to pay for itself, said the mayor, but the way round by the bridge takes an hour.",
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Ferry returns</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/politics">Politics</a></li></ul></nav>
<main><article><h1>Ferry returns</h1><p>{SENTENCES[0]} {SENTENCES[1]}</p>
<p>{SENTENCES[2]} Read <a href="/plan">the whole plan for the river</a> before the meeting on Tuesday evening.</p>
</article></main></body></html>"""


def cleaner(*arguments: str | Path, stdin: str | bytes = "", **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**os.environ, "COLUMNS": "100", **environment},
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.html"
    path.write_text(PAGE)
    return path


def test_a_file_is_cleaned_to_standard_output(page: Path) -> None:
    done = cleaner("clean", page)

    assert done.returncode == 0
    assert all(sentence in done.stdout for sentence in SENTENCES)
    assert "Politics" not in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [("clean",), ("clean", "-")])
def test_a_pipe_gives_what_the_file_gives(page: Path, arguments: tuple[str, ...]) -> None:
    piped = cleaner(*arguments, stdin=PAGE)

    assert piped.returncode == 0
    assert piped.stdout == cleaner("clean", page).stdout


def test_links_become_absolute_with_the_address(page: Path) -> None:
    done = cleaner("clean", page, "--to", "markdown", "--url", "https://river.example/news/ferry")

    assert "(https://river.example/plan)" in done.stdout


@pytest.mark.parametrize("address", ["river.example/ferry", "notaurl", "file:///etc/hosts", "https://a b/", "https://[/", ""])
def test_an_address_that_is_none_is_refused(page: Path, address: str) -> None:
    done = cleaner("clean", page, "--url", address)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"{address!r} is no web address: write it whole, like https://" in done.stderr


def test_a_setting_that_is_misspelt_is_told(page: Path) -> None:
    assert cleaner("clean", page, CLEANER_ARTIFACT="models").stderr == (
        "CLEANER_ARTIFACT sets nothing: is CLEANER_ARTEFACT meant?\n"
    )
    assert cleaner("clean", page, CLEANER_ACCESS="keys", CLEANER_ARTEFACT="").stderr == ""


def test_a_relative_date_counts_from_the_time_of_the_fetch() -> None:
    text = "\n".join(["Ferry returns to the river", "2 hours ago", *SENTENCES])
    done = cleaner("clean", "--kind", "text", "--to", "json", "--fetched-at", "2024-03-05T10:00:00Z", stdin=text)
    assert json.loads(done.stdout)["date_published"] == "2024-03-05"
    assert json.loads(cleaner("clean", "--kind", "text", "--to", "json", stdin=text).stdout)["date_published"] is None


def test_the_kind_can_be_said(page: Path) -> None:
    done = cleaner("clean", page, "--kind", "text", "--to", "json")

    assert json.loads(done.stdout)["kind"] == "text"


def test_the_result_can_go_to_a_file(page: Path, tmp_path: Path) -> None:
    done = cleaner("clean", page, "--to", "html", "--output", tmp_path / "made" / "ferry.html")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "made" / "ferry.html").read_text().startswith("<article>")


def test_explain_shows_what_went_and_why_beside_what_stays(page: Path) -> None:
    done = cleaner("clean", page, "--explain")

    assert "  " + SENTENCES[0] in done.stdout
    removed = [line for line in done.stdout.splitlines() if line.startswith("- ")]
    assert any("Politics" in line and line.endswith("]") for line in removed)
    assert "\x1b" not in done.stdout


def test_explain_strikes_out_on_a_terminal_and_colour_can_be_refused(page: Path) -> None:
    coloured, plain = (
        cleaner("clean", page, "--explain", FORCE_COLOR="1", TERM="xterm-256color", **refused).stdout
        for refused in ({}, {"NO_COLOR": "1"})
    )

    assert "\x1b[9;31m" in coloured
    assert "\x1b[9m" in plain
    assert "31m" not in plain


def test_explain_as_json_has_every_block(page: Path) -> None:
    done = cleaner("clean", page, "--explain", "--to", "json")

    blocks = json.loads(done.stdout)["blocks"]
    assert {block["kept"] for block in blocks} == {True, False}


def test_an_empty_page_is_no_failure_but_is_told(tmp_path: Path) -> None:
    done = cleaner("clean", stdin="")

    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing was kept" in done.stderr


REFUSALS = {
    "a missing file": (("clean", "missing.html"), 2, "does not exist"),
    "a folder": (("clean", "."), 2, "cleaner batch"),
    "an unknown cleaner": (("clean", "--cleaner", "magic"), 2, "there is no cleaner 'magic': choose one of"),
    "an unknown format": (("clean", "--to", "pdf"), 2, "'markdown'"),
    "a view that is not there": (("clean", "--explain", "--to", "html"), 2, "leave --to out"),
    "a time that is none": (("clean", "--fetched-at", "yesterday"), 2, "'yesterday' is no time of a fetch: write it as"),
    "a PDF": (("clean",), 3, "send HTML or plain text"),
    "an output that cannot be": (("batch", "notes.md", "-o", "/dev/null/out"), 2, "/dev/null/out cannot be made a folder"),
    "an output of no known format": (("batch", "notes.md", "-o", "all.xyz"), 2, "all.xyz looks like a file, but text"),
    "an output of another format": (("batch", "notes.md", "-o", "a.csv", "--to", "jsonl"), 2, "jsonl ends in .jsonl"),
    "a batch of nothing there": (("batch", "missing", "-o", "out"), 2, "missing does not exist"),
    "a batch of no pages": (("batch", ".", "-o", "out"), 5, "no pages"),
    "an unknown cleaner for a batch": (("batch", ".", "-o", "out", "--cleaner", "magic"), 2, "choose one of"),
}


@pytest.mark.parametrize(("arguments", "code", "message"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_says_what_to_do(
    arguments: tuple[str, ...], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.md").write_text(SENTENCES[0])

    done = cleaner(*arguments, stdin="%PDF-1.7")

    assert done.returncode == code
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_no_page_on_a_terminal_asks_for_one() -> None:
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run([*PROGRAM, "clean"], stdin=theirs, capture_output=True, text=True, timeout=60, check=False)
    finally:
        os.close(ours)
        os.close(theirs)

    assert done.returncode == 2
    assert "pipe one in" in done.stderr


def test_a_reader_that_leaves_early_is_no_error(page: Path) -> None:
    page.write_text(PAGE.replace("</article>", f"<p>{SENTENCES[1]}</p>" * 20_000 + "</article>"))

    done = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m cleaner clean {page} | head -c 10"],
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert len(done.stdout) == 10
    assert done.stderr == b""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "news").mkdir(parents=True)
    (tmp_path / "in" / "ferry.html").write_text(PAGE)
    (tmp_path / "in" / "ferry.txt").write_text("\n".join(("Home", "Politics", *SENTENCES)))
    (tmp_path / "in" / "news" / "again.htm").write_text(PAGE)
    return tmp_path / "in"


def test_a_batch_keeps_the_tree_and_tells_on_stderr_what_went(folder: Path, tmp_path: Path) -> None:
    done = cleaner("batch", folder, "-o", tmp_path / "out", "--to", "markdown", "--workers", "1")

    assert (done.returncode, done.stdout) == (0, "")
    assert "cleaned 3 of 3 pages" in done.stderr
    assert "removed: " in done.stderr
    written = [path for path in (tmp_path / "out").rglob("*.*") if ".batch" not in path.parts]
    files = sorted(str(path.relative_to(tmp_path / "out")) for path in written)
    assert files == ["failures.jsonl", "ferry.html.md", "ferry.txt.md", "news/again.md", "run.json"]
    assert (tmp_path / "out" / "failures.jsonl").read_text() == ""
    assert SENTENCES[0] in (tmp_path / "out" / "news" / "again.md").read_text()


def test_pages_that_fail_are_rows_and_the_exit_code_tells(folder: Path, tmp_path: Path) -> None:
    (folder / "scan.html").write_bytes(b"%PDF-1.7")
    (folder / "gone.html").symlink_to("nowhere")

    done = cleaner("batch", folder, "-o", tmp_path / "out", "--workers", "1")

    assert done.returncode == 1
    assert "failed 2" in done.stderr
    rows = [json.loads(line) for line in (tmp_path / "out" / "failures.jsonl").read_text().splitlines()]
    assert [(row["path"], row["error"]) for row in rows] == [("gone.html", "InputError"), ("scan.html", "PageRefused")]
    assert all(row["message"] for row in rows)


def test_a_batch_of_which_every_page_fails_has_its_own_exit_code(tmp_path: Path) -> None:
    (tmp_path / "scan.html").write_bytes(b"%PDF-1.7")

    assert cleaner("batch", tmp_path / "scan.html", "-o", tmp_path / "out").returncode == 3


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Processes started by the test can be interrupted, also when the tests themselves run in a shell's background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_a_batch_that_is_interrupted_says_so_and_leaves_whole_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(400):
        (tmp_path / "in" / f"{number}.html").write_text(PAGE.replace("</article>", f"<p>{SENTENCES[1]}</p>" * 100))
    out = tmp_path / "out"
    command = [*PROGRAM, "batch", str(tmp_path / "in"), "-o", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        while not list(out.glob("*.txt")):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: every process of the group gets it
        _, told = process.communicate(timeout=60)

    assert process.returncode == 130
    assert told.startswith("interrupted")
    assert len(told.splitlines()) == 1
    assert not list(out.glob("*.part"))
    assert all(path.stat().st_size for path in out.glob("*.txt"))


def test_cleaners_and_rules_are_listed_one_a_line_in_a_pipe() -> None:
    cleaners, rules = cleaner("cleaners"), cleaner("rules")

    assert [line.split("\t")[0] for line in cleaners.stdout.splitlines()[1:]] == list(CLEANERS)
    assert [line.split("\t")[0] for line in rules.stdout.splitlines()[1:]] == [rule.name for rule in RULES]
    assert cleaners.stdout.startswith("name\tversion\t")


def test_help_names_every_command_and_version_the_version() -> None:
    shown = cleaner("--help").stdout

    assert all(f" {name} " in shown for name in ("clean", "batch", "score", "serve", "cleaners", "sites"))
    assert cleaner("--version").stdout == f"cleaner {__version__}\n"


@pytest.mark.parametrize("command", [[name] for name in COMMANDS] + [["sites", "learn"], ["artefact", "promote"]])
def test_help_has_defaults_and_no_types_that_say_nothing(command: list[str]) -> None:
    shown = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "80"}).stdout

    assert "--help" in shown
    assert "`" not in shown
    assert not re.search(r"--[a-z-]+ <(str|bool|int|path|list|float)", shown)
    assert max(map(len, shown.splitlines())) <= 80
    if "--workers" in shown:
        assert re.search(r"--workers N[^[]*\[default: ", shown)


def test_serve_answers_until_it_is_interrupted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [*PROGRAM, "serve", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            answer = _when_up(f"http://127.0.0.1:{port}/livez", process)
        finally:
            process.send_signal(signal.SIGINT)

    assert answer == 200


def _when_up(url: str, process: subprocess.Popen[bytes]) -> int:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return int(answer.status)
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the service ended: {process.communicate()}")
