"""What the README and the pages it leads to say is so: their examples run and print what they show, their tables are those
of the code, their links lead somewhere.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from cleaner import clean
from cleaner.cleaners import CLEANERS
from cleaner.cli import COMMANDS
from cleaner.formats import FORMATS, to_dict
from cleaner.parse import MAX_CONTENT, markup, plain
from cleaner.readers import READERS
from cleaner.writers.rows import ROW_WRITERS
from service.app import create_app
from service.settings import Settings
from service.web import BENCH_KEYS
from tests.service.conftest import running_server

REPOSITORY = Path(__file__).parents[1]
GUIDES = (  # what people read to use it
    "README.md",
    "cleaner/batch/README.md",
    "cleaner/formats/README.md",
    "cleaner/metadata/README.md",
    "cleaner/scoring/README.md",
    "cleaner/site_templates/README.md",
    "service/README.md",
)
DOCUMENTS = (
    *GUIDES,
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "cleaner/README.md",
    "samples/README.md",
    "tests/bench/FIGURES.md",
)
ADDRESS = "http://127.0.0.1:8000"
LEFT_OUT = "..."
MAX_OPENING_LINES = 12  # in which both make commands stand

Rows = list[list[str]]


def tokens_of(document: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse((REPOSITORY / document).read_text(encoding="utf-8"))


TOKENS = [token for guide in GUIDES for token in tokens_of(guide)]


def blocks(language: str) -> list[str]:
    """The fenced code blocks in one language."""
    return [token.content for token in TOKENS if token.type == "fence" and token.info == language]


def commands_in(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block, lines ending in a backslash joined, with the output shown below it."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        joined = part.replace("\\\n", "")
        command, _, output = joined.partition("\n")
        yield command, output


def table(first_column: str) -> Rows:
    """The rows of the one table of all guides whose first column has that heading."""
    found = [rows for rows in _tables() if rows[0][0] == first_column]
    assert len(found) == 1, f"tables with the first column {first_column!r}: {len(found)}"
    return found[0][1:]


def _tables() -> Iterator[Rows]:
    rows: Rows = []
    for before, token in pairwise(TOKENS):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif before.type in ("th_open", "td_open"):
            rows[-1].append(token.content)
        elif token.type == "table_close":
            yield rows


def first_missing(shown: str, output: str) -> str | None:
    """The first stretch of what is shown that the output lacks at its place; LEFT_OUT stands for anything."""
    first, *others = shown.split(LEFT_OUT)
    if not others:
        return None if output == first else first
    if not output.startswith(first):
        return first
    at = len(first)
    for stretch in others[:-1]:
        found = output.find(stretch, at)
        if found < 0:
            return stretch
        at = found + len(stretch)
    return None if output[at:].endswith(others[-1]) else others[-1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with samples/ and examples/ in it."""
    for name in ("samples", "examples"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    return tmp_path


def run(command: str, folder: Path) -> str:
    """What a command of the guides prints, on both streams. It must succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\nexits with {done.returncode}:\n{done.stdout}"
    return done.stdout


def check(command: str, shown: str, folder: Path) -> None:
    """The command succeeds, and prints what is shown; where nothing is shown it may print anything."""
    output = run(command, folder)
    missing = first_missing(shown, output) if shown else None
    if missing is not None:
        pytest.fail(f"{command}\nprints no {missing!r} at its place:\n{output}", pytrace=False)


CONSOLE_BLOCKS = blocks("console")


@pytest.mark.parametrize("block", [it for it in CONSOLE_BLOCKS if ADDRESS not in it], ids=lambda block: block[2:60])
def test_each_command_prints_what_the_readme_shows(block: str, folder: Path) -> None:
    for command, shown in commands_in(block):
        check(command, shown, folder)


def test_the_service_answers_as_the_readme_shows(folder: Path) -> None:
    requests = [found for block in CONSOLE_BLOCKS if ADDRESS in block for found in commands_in(block)]
    assert requests
    with running_server(folder, workers="1") as server:
        for command, shown in requests:
            check(command.replace(ADDRESS, f"http://127.0.0.1:{server.port}"), shown, folder)


def test_the_python_examples_give_what_the_readme_shows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks("python")), {}, "guides", None, 0)
    assert examples.examples
    report: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=report.append)
    assert results.failed == 0, "".join(report)


def test_the_readme_begins_with_the_two_commands_to_try() -> None:
    opening = "".join((REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines(keepends=True)[:MAX_OPENING_LINES])
    assert "make demo" in opening
    assert "make test" in opening


def test_the_cleaners_are_those_of_the_code() -> None:
    assert table("cleaner") == [[cleaner.name, cleaner.summary] for cleaner in CLEANERS.values()]


def test_the_formats_are_those_of_the_code() -> None:
    assert [row[:3] for row in table("format")] == [[it.name, it.media_type, it.suffix] for it in FORMATS.values()]


def test_what_a_batch_reads_and_writes_is_that_of_the_code() -> None:
    assert table("reads") == [[it.name, " ".join(it.suffixes), it.summary] for it in READERS.values()]
    assert table("writes") == [[it.name, it.suffix, it.summary] for it in ROW_WRITERS.values()]


def test_the_exit_codes_are_those_the_commands_tell() -> None:
    told = set()
    for name in COMMANDS:
        command = getattr(import_module(f"cleaner.commands.{name}"), name)
        _, _, codes = (command.__doc__ or "").partition("Exit codes:")
        told |= set(re.findall(r"\b\d{1,3}\b", codes))
    assert [code for code, _ in table("code")] == sorted(told, key=int)


def test_the_routes_are_those_of_the_service() -> None:
    app = create_app(Settings())
    served = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    assert {(method, path) for method, path, _ in table("method")} == served | {("GET", app.openapi_url)}


def test_the_keys_are_those_of_the_bench() -> None:
    listed = [(keys.replace("`", ""), told.replace("`", "")) for keys, told in table("key")]
    assert listed == list(BENCH_KEYS)


def test_the_settings_are_those_of_the_service() -> None:
    fields = Settings.model_fields
    assert [(name, told) for name, _, told in table("variable")] == [
        (f"CLEANER_{name.upper()}", field.description) for name, field in fields.items()
    ]
    defaults = {name: default.replace(",", "") for name, default, _ in table("variable")}
    fixed = {
        f"CLEANER_{name.upper()}": str(field.default).replace(",", "") for name, field in fields.items() if name != "workers"
    }
    assert defaults == fixed | {"CLEANER_WORKERS": "a process a core"}


def test_the_fields_are_those_of_a_document() -> None:
    listed = [name for row in table("field") for name in row[0].split(", ")]
    assert sorted(listed) == sorted(to_dict(clean("<p>It rained."), "blocks"))


def test_the_limits_are_those_of_the_parser() -> None:
    said = {name: int(match[0].replace(",", "")) for name, most in table("limit") if (match := re.match(r"[\d,]+", most))}
    assert said == {
        "size": MAX_CONTENT,
        "nodes": markup.MAX_NODES,
        "attributes": markup.MAX_ATTRIBUTES,
        "lines": plain.MAX_LINES,
    }


def test_the_languages_are_those_of_the_phrase_lists() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"lists for these languages:([^.]*)\.", text)
    files = (REPOSITORY / "cleaner" / "rules" / "phrases").glob("*.toml")
    assert re.findall(r"`(\w+)`", sentence) == sorted(file.stem for file in files if file.stem != "any")


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    names = {re.split(r"[\[<>=; ]", requirement, maxsplit=1)[0] for requirement in wanted} - {project["name"]}
    openings = re.findall(r"^- (.*?):", (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M)
    assert names - {name for opening in openings for name in re.findall(r"`([\w.-]+)`", opening)} == set()


def test_every_guide_is_found_from_the_readme() -> None:
    assert set(GUIDES[1:]) <= set(links_of("README.md"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_into_the_repository_leads_somewhere(document: str) -> None:
    folder = (REPOSITORY / document).parent
    for target in links_of(document):
        path, _, heading = target.partition("#")
        file = folder / path if path else REPOSITORY / document
        assert file.exists(), target
        if heading:
            assert heading in headings_of(str(file.resolve().relative_to(REPOSITORY))), target


def links_of(document: str) -> list[str]:
    """Where its links lead that stay in the repository."""
    inline = [child for token in tokens_of(document) for child in token.children or ()]
    targets = [str(child.attrGet("href")) for child in inline if child.type == "link_open"]
    return [target for target in targets if "://" not in target]


def headings_of(document: str) -> set[str]:
    """Its headings as links name them: in small letters, without punctuation, a hyphen for a blank."""
    titles = [token.content for before, token in pairwise(tokens_of(document)) if before.type == "heading_open"]
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_what_is_left_out_may_be_anything_and_nothing_else_may() -> None:
    assert first_missing("a\n...\nd\n", "a\nb\nc\nd\n") is None
    assert first_missing("a...", "abc") is None
    assert first_missing("a\n...\nx\n", "a\nb\n") == "\nx\n"
    assert first_missing("a...c\n", "a\nc\nd\n") == "c\n"
    assert first_missing("a\n", "a\nb\n") == "a\n"
