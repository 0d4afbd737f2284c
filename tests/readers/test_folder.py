"""Which pages are found in files and folders, and what their results are called."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from cleaner.errors import InputError, PageRefused
from cleaner.parse import MAX_CONTENT
from cleaner.readers import READERS
from cleaner.readers.file import read_file, read_stream
from cleaner.readers.folder import Source, find_sources


def folder_of(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def sources(*inputs: Path, out: Path = Path("/nowhere/out")) -> list[Source]:
    return list(find_sources([str(given) for given in inputs], [out]))


def targets(folder: Path, out: Path = Path("/nowhere/out")) -> dict[str, str]:
    return {source.name: source.target for source in sources(folder, out=out)}


def test_a_folder_keeps_its_tree_and_other_files_are_left_alone(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "a.html", "news/b.HTM", "news/old/c.xhtml", "notes.txt", "logo.png", "data.json")

    assert targets(folder) == {"a.html": "a", "notes.txt": "notes", "news/b.HTM": "news/b", "news/old/c.xhtml": "news/old/c"}


def test_the_tree_is_walked_sorted_by_name_the_files_of_a_folder_before_its_folders(tmp_path: Path) -> None:
    folder_of(tmp_path, "b/z.html", "b/y.html", "a/x.html", "c.html")

    assert [source.name for source in sources(tmp_path)] == ["c.html", "a/x.html", "b/y.html", "b/z.html"]


@pytest.mark.parametrize(
    "names",
    [
        ("a.html", "a.txt"),
        ("a.html", "A.txt"),
        ("a.html", "a.html.html", "a.htm"),
        ("a.txt", "a.txt.txt"),
        ("a.txt.html", "a.html", "a.txt"),
        ("a.html", "A.html"),
        ("run.html", "Run.html"),
    ],
)
def test_no_two_pages_share_a_result(tmp_path: Path, names: tuple[str, ...]) -> None:
    found = targets(folder_of(tmp_path, *names))

    assert set(found) == set(names)
    assert len({target.casefold() for target in found.values()}) == len(names)


def test_pages_that_would_share_a_name_keep_their_own_suffix_as_well(tmp_path: Path) -> None:
    assert targets(folder_of(tmp_path, "a.html", "a.txt", "b.html")) == {
        "a.html": "a.html",
        "a.txt": "a.txt",
        "b.html": "b",
    }


def test_earlier_results_inside_the_folder_are_not_read_again(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "a.html", "out/a.txt")

    assert targets(folder, out=folder / "out") == {"a.html": "a"}


def test_several_folders_have_their_own_names_in_the_result(tmp_path: Path) -> None:
    folder_of(tmp_path, "one/a.html", "two/a.html", "b.html")

    found = sources(tmp_path / "one", tmp_path / "two", tmp_path / "b.html")

    assert [source.target for source in found] == ["b", "one/a", "two/a"]


def test_a_file_that_is_named_is_a_page_whatever_its_suffix(tmp_path: Path) -> None:
    folder_of(tmp_path, "saved.page")

    (source,) = sources(tmp_path / "saved.page")
    assert (source.name, source.target, source.reader) == ("saved.page", "saved", READERS["page"])


def test_a_pattern_stands_for_the_files_that_it_matches(tmp_path: Path) -> None:
    folder_of(tmp_path, "a.html", "b.html", "c.txt")

    assert [source.name for source in sources(tmp_path / "*.html")] == ["a.html", "b.html"]
    with pytest.raises(InputError, match="matches no file"):
        sources(tmp_path / "*.warc")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        sources(tmp_path / "missing")


@pytest.mark.parametrize("out", [".", ".."])
def test_results_that_would_stand_among_their_pages_are_refused(tmp_path: Path, out: str) -> None:
    folder_of(tmp_path, "in/a.html")

    with pytest.raises(InputError, match="choose another output folder"):
        sources(tmp_path / "in", out=tmp_path / "in" / out)


def test_files_of_one_name_are_called_by_their_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path, "x/a.html", "y/a.html", "y/b.html")
    monkeypatch.chdir(tmp_path / "x")

    found = sources(Path("a.html"), Path("../y/a.html"), Path("../y/b.html"), Path("../y/b.html"))

    assert [(source.name, source.target) for source in found] == [("a.html", "a"), ("y/a.html", "y/a"), ("b.html", "b")]


def test_two_folders_of_one_name_are_refused(tmp_path: Path) -> None:
    folder_of(tmp_path, "x/in/a.html", "y/in/a.html")

    with pytest.raises(InputError, match="into two folders"):
        sources(tmp_path / "x" / "in", tmp_path / "y" / "in")


def test_a_link_to_a_folder_is_reported_and_not_followed(tmp_path: Path) -> None:
    folder_of(tmp_path, "real/a.html")
    (tmp_path / "real" / "loop").symlink_to(tmp_path)

    assert [(source.name, bool(source.problem)) for source in sources(tmp_path)] == [
        ("real/a.html", False),
        ("real/loop", True),
    ]


def test_a_link_that_leads_out_of_the_folder_is_reported_and_not_followed(tmp_path: Path) -> None:
    folder_of(tmp_path, "secret.txt", "in/a.html", "in/b/c.html")
    (tmp_path / "in" / "b" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "in" / "b" / "up.txt").symlink_to("../../in/../secret.txt")
    (tmp_path / "in" / "b" / "within.html").symlink_to("../a.html")

    found = sources(tmp_path / "in")

    assert [source.name for source in found if source.problem] == ["b/out.txt", "b/up.txt"]
    assert [source.name for source in found if not source.problem] == ["a.html", "b/c.html", "b/within.html"]
    assert [source.name for source in sources(tmp_path / "in" / "b" / "out.txt")] == ["out.txt"]


def test_a_name_that_is_no_text_is_shown_with_escapes(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9\n.html")
    (tmp_path / name).write_text("x")

    (source,) = sources(tmp_path)

    assert source.name == r"caf\xe9\n.html"
    assert read_file(Path(source.location)) == b"x"


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")

    with pytest.raises(InputError, match="no regular file"):
        read_file(tmp_path / "pipe.html")


def test_a_dangling_link_says_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.html").symlink_to("gone.html")

    with pytest.raises(InputError, match="link to a file that does not exist"):
        read_file(tmp_path / "a.html")


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(1 << 40)

    with pytest.raises(PageRefused) as refused:
        read_file(tmp_path / "big.txt")
    assert refused.value.limit == "size"


def test_a_stream_beyond_the_limit_is_refused_without_reading_on() -> None:
    stream = io.BytesIO(b"x" * (MAX_CONTENT + 5_000))

    with pytest.raises(PageRefused):
        read_stream(stream)
    assert stream.tell() == MAX_CONTENT + 1
