"""Sample folders, corpora and seeds become the same samples; a broken one says which file and key."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner.errors import InputError
from cleaner.scoring.samples import Sample, read_corpus, read_samples, read_seeds, sample_sets

META: dict[str, object] = {
    "url": "https://mill-lane.example/eels",
    "language": "en",
    "page_type": "article",
    "title": "Eels return",
    "authors": ["Ada Quill"],
    "date_published": "2024-05-03",
    "site_name": "Mill Lane",
    "with": ["came back"],
    "without": ["Sign up"],
}
ROW: dict[str, object] = {"id": "a1", "html": "<p>Eels came back."}


def write_sample(folder: Path, meta: dict[str, object] | None = None, page: str = "page.html") -> Path:
    folder.mkdir(parents=True)
    (folder / page).write_bytes("<p>Eels came back. Élan.".encode("latin-1"))
    (folder / "clean.txt").write_text("Eels came back. Élan.\n", encoding="utf-8")
    (folder / "meta.json").write_text(json.dumps(META if meta is None else meta), encoding="utf-8")
    return folder


def write_corpus(file: Path, *rows: object) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_sample_folder_gives_page_truth_and_metadata(tmp_path: Path) -> None:
    write_sample(tmp_path / "mill-lane.example" / "eels")
    (sample,) = read_samples(tmp_path)
    assert sample.id == "mill-lane.example/eels"
    assert sample.page.content == "<p>Eels came back. Élan.".encode("latin-1")
    assert (sample.page.kind, sample.page.url) == ("html", "https://mill-lane.example/eels")
    assert sample.body == "Eels came back. Élan.\n"
    assert (sample.title, sample.authors, sample.date) == ("Eels return", ("Ada Quill",), "2024-05-03")
    assert (sample.language, sample.site_name, sample.page_type) == ("en", "Mill Lane", "article")
    assert (sample.with_, sample.without) == (("came back",), ("Sign up",))


def test_a_text_page_is_read_as_text_and_may_have_no_address(tmp_path: Path) -> None:
    write_sample(tmp_path / "eels", META | {"url": None, "title": None}, page="page.txt")
    (sample,) = read_samples(tmp_path)
    assert (sample.page.kind, sample.page.url, sample.title) == ("text", None, None)


def test_texts_that_may_be_in_the_body_or_not_are_named_only_where_there_are_some(tmp_path: Path) -> None:
    write_sample(tmp_path / "a" / "with-caption", META | {"optional": ["An eel at dusk."]})
    write_sample(tmp_path / "b" / "without-caption")
    assert [sample.optional for sample in read_samples(tmp_path)] == [("An eel at dusk.",), ()]


def test_samples_come_sorted_by_path(tmp_path: Path) -> None:
    for name in ("b/two", "a/one", "b/one"):
        write_sample(tmp_path / name)
    assert [sample.id for sample in read_samples(tmp_path)] == ["a/one", "b/one", "b/two"]


@pytest.mark.parametrize(("suffix", "pack"), [(".jsonl", bytes), (".jsonl.gz", gzip.compress), (".jsonl.xz", lzma.compress)])
def test_a_corpus_may_be_compressed(tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    file = tmp_path / f"river{suffix}"
    file.write_bytes(pack((json.dumps(ROW | {"body": "Eels came back.", "with": ["Eels"]}) + "\n").encode()))
    (found,) = sample_sets(file)
    (sample,) = found.read()
    assert found.name == "river"
    assert (sample.id, sample.page.content, sample.body) == ("a1", "<p>Eels came back.", "Eels came back.")
    assert sample.with_ == ("Eels",)


def test_a_corpus_row_without_body_is_a_page_without_content(tmp_path: Path) -> None:
    (sample,) = read_corpus(write_corpus(tmp_path / "river.jsonl", ROW))
    assert (sample.body, sample.title, sample.authors, sample.without) == ("", None, (), ())


def test_seeds_carry_lines_that_may_be_in_or_out(tmp_path: Path) -> None:
    gold = {"file": "one.txt", "title": None, "date": None, "language": "en", "body": ["Eels.", "Again."]}
    gold |= {"without": ["Ad"], "optional": ["Photo"]}
    (tmp_path / "one.gold.json").write_text(json.dumps(gold), encoding="utf-8")
    (tmp_path / "one.txt").write_text("Ad\nEels.\nPhoto\nAgain.\n", encoding="utf-8")
    (found,) = sample_sets(tmp_path)
    (sample,) = found.read()
    assert sample == Sample(
        id="one",
        page=sample.page,
        body="Eels.\nAgain.",
        page_type="article",
        language="en",
        without=("Ad",),
        optional=("Photo",),
    )
    assert (sample.page.content, sample.page.kind) == (b"Ad\nEels.\nPhoto\nAgain.\n", "text")


def test_a_folder_of_corpora_is_a_set_for_each_file(tmp_path: Path) -> None:
    write_corpus(tmp_path / "b.jsonl", ROW)
    write_corpus(tmp_path / "a.jsonl", ROW)
    assert [found.name for found in sample_sets(tmp_path)] == ["a", "b"]
    assert [sample.id for found in sample_sets(tmp_path) for sample in found.read()] == ["a1", "a1"]


@pytest.mark.parametrize(
    ("every", "limit", "expected"), [(1, None, "0123456"), (3, None, "036"), (1, 2, "01"), (3, 2, "03"), (3, 9, "036")]
)
def test_a_part_takes_every_nth_page_up_to_a_limit(tmp_path: Path, every: int, limit: int | None, expected: str) -> None:
    (found,) = sample_sets(write_corpus(tmp_path / "river.jsonl", *(ROW | {"id": str(i)} for i in range(7))))
    assert "".join(sample.id for sample in found.part(every, limit).read()) == expected


def test_a_flattened_set_has_text_pages_and_the_same_truth(tmp_path: Path) -> None:
    write_sample(tmp_path / "a" / "html")
    write_sample(tmp_path / "b" / "text", page="page.txt")
    (found,) = sample_sets(tmp_path)
    flat, text = found.flattened("lines").read()
    assert (flat.page.content, flat.page.kind, flat.body) == ("Eels came back. Élan.", "text", "Eels came back. Élan.\n")
    assert isinstance(text.page.content, bytes)


@pytest.mark.parametrize(
    ("key", "value"),
    [("title", 7), ("authors", "Ada Quill"), ("with", [1]), ("page_type", None), ("language", None), ("optional", "x")],
)
def test_a_wrong_value_is_told_with_its_file_and_key(tmp_path: Path, key: str, value: object) -> None:
    write_sample(tmp_path / "eels", META | {key: value})
    with pytest.raises(InputError, match=rf"eels.meta\.json: the key '{key}' must be"):
        list(read_samples(tmp_path))


@pytest.mark.parametrize("key", sorted(META))
def test_a_missing_expectation_is_an_error(tmp_path: Path, key: str) -> None:
    write_sample(tmp_path / "eels", {name: value for name, value in META.items() if name != key})
    with pytest.raises(InputError, match=rf"eels.meta\.json: the key '{key}' is missing"):
        list(read_samples(tmp_path))


@pytest.mark.parametrize("name", ["page.html", "clean.txt"])
def test_a_missing_file_is_an_error(tmp_path: Path, name: str) -> None:
    (write_sample(tmp_path / "eels") / name).unlink()
    with pytest.raises(InputError, match="eels"):
        list(read_samples(tmp_path))


def test_a_sample_has_one_page(tmp_path: Path) -> None:
    (write_sample(tmp_path / "eels") / "page.txt").write_text("Eels", encoding="utf-8")
    with pytest.raises(InputError, match=r"one page\.html or page\.txt, this one has 2"):
        list(read_samples(tmp_path))


@pytest.mark.parametrize("line", ["{", "[1]", '{"id": "x"}', '{"id": 5, "html": ""}'])
def test_a_broken_row_is_told_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "river.jsonl"
    file.write_text(json.dumps(ROW) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"river\.jsonl, line 2"):
        list(read_corpus(file))


@pytest.mark.parametrize("suffix", [".xz", ".gz"])
def test_a_corpus_cut_short_is_an_error(tmp_path: Path, suffix: str) -> None:
    packed = (lzma if suffix == ".xz" else gzip).compress(json.dumps(ROW).encode() * 50)
    file = tmp_path / f"river.jsonl{suffix}"
    file.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InputError, match="is it complete"):
        list(read_corpus(file))


def test_a_gold_file_whose_page_is_missing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "one.gold.json").write_text(json.dumps({"file": "one.txt", "body": []}), encoding="utf-8")
    with pytest.raises(InputError, match=r"one\.gold\.json: 'file' names one\.txt"):
        list(read_seeds(tmp_path))


@pytest.mark.parametrize("name", ["missing", "notes.md", "."])
def test_a_place_without_samples_says_what_would_do(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.md").write_text("no samples", encoding="utf-8")
    with pytest.raises(InputError, match=r"samples"):
        sample_sets(tmp_path / name)
