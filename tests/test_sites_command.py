"""``cleaner sites`` and ``cleaner dupes`` as a person meets them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.dressed_sites import DressedPage, dressed_sites
from tests.test_cli import cleaner


@pytest.fixture(scope="module")
def pages() -> list[DressedPage]:
    return list(dressed_sites(3, hosts=2, pages_per_host=9))


@pytest.fixture
def folder(tmp_path: Path, pages: list[DressedPage]) -> Path:
    """A folder a host with its pages, as HTML that says its address."""
    for number, page in enumerate(pages):
        place = tmp_path / "in" / page.host
        place.mkdir(parents=True, exist_ok=True)
        content = str(page.html.content).replace("<head>", f'<head><link rel="canonical" href="{page.url}">')
        (place / f"{number}.html").write_text(content, encoding="utf-8")
    return tmp_path / "in"


def test_templates_are_learned_shown_and_applied(folder: Path, tmp_path: Path, pages: list[DressedPage]) -> None:
    learned = cleaner("sites", "learn", folder, "-o", tmp_path / "sites.json")
    assert learned.returncode == 0
    assert learned.stderr == f"learned 2 sites from 20 pages into {tmp_path}/sites.json\n"

    columns, *hosts = [line.split("\t") for line in cleaner("sites", "show", tmp_path / "sites.json").stdout.splitlines()]
    assert columns == ["site", "pages", "repeated lines", "name", "injected token"]
    assert [row[0] for row in hosts] == sorted({page.host for page in pages})
    assert all(row[1] == "10" for row in hosts)
    assert all(row[0].startswith(row[3].lower().replace(" ", "-") + "-") for row in hosts)

    shown = cleaner("sites", "show", tmp_path / "sites.json", pages[0].host)
    lines = [line.split("\t") for line in shown.stdout.splitlines()]
    menu = [line.text for line in pages[0].lines if line.room == "nav"]
    assert [line[1] for line in lines if line[2] == menu[0].lower()] == ["above"]
    assert "titles end with" in shown.stderr
    assert "authors are named: " in shown.stderr
    assert " by @" in shown.stderr

    applied = cleaner("sites", "apply", tmp_path / "sites.json", folder / pages[0].host / "0.html")
    furniture = next(line.text for line in pages[0].lines if line.room == "footer")
    assert f"- {furniture}  [repeats-on-site: by_site." in applied.stdout


def test_a_site_of_which_one_page_is_known_says_that_it_takes_more(
    folder: Path, tmp_path: Path, pages: list[DressedPage]
) -> None:
    cleaner("sites", "learn", folder / pages[0].host / "0.html", "-o", tmp_path / "sites.json")

    shown = cleaner("sites", "show", tmp_path / "sites.json", pages[0].host)

    assert shown.stdout == ""
    assert f"no line repeats on {pages[0].host}: one page was learned of it, and it takes 2" in shown.stderr


def test_templates_learned_apart_merge_to_those_of_all(folder: Path, tmp_path: Path, pages: list[DressedPage]) -> None:
    parts = sorted(folder.rglob("*.html"))
    for name, some in (("all", parts), ("odd", parts[::2]), ("even", parts[1::2])):
        assert cleaner("sites", "learn", *some, "-o", tmp_path / f"{name}.json").returncode == 0
    merged = cleaner("sites", "merge", tmp_path / "even.json", tmp_path / "odd.json", "-o", tmp_path / "merged.json")

    assert merged.stderr == f"merged 2 files with 2 sites into {tmp_path}/merged.json\n"
    assert (tmp_path / "merged.json").read_bytes() == (tmp_path / "all.json").read_bytes()


def test_clean_uses_templates(folder: Path, tmp_path: Path, pages: list[DressedPage]) -> None:
    cleaner("sites", "learn", folder, "-o", tmp_path / "sites.json")
    text = pages[0].text.content
    cleaned = cleaner(
        *("clean", "--sites", tmp_path / "sites.json", "--url", pages[0].url, "--cleaner", "by_site"), stdin=str(text)
    )

    assert cleaned.returncode == 0
    template = [line.text for line in pages[0].lines if line.kind == "template"]
    assert len(set(cleaned.stdout.splitlines()) & set(template)) <= 0.1 * len(template)


def test_flattened_pages_without_address_are_grouped(tmp_path: Path, pages: list[DressedPage]) -> None:
    for number, page in enumerate(pages):
        (tmp_path / f"{number}.txt").write_text(str(page.text.content), encoding="utf-8")
    (tmp_path / "other.txt").write_text("Alone\nWithout kin\nIt rained.\nAnd it rained.\nThen it rained.\n", encoding="utf-8")
    learned = cleaner("sites", "learn", tmp_path, "-o", tmp_path / "sites.json")
    applied = cleaner("sites", "apply", tmp_path / "sites.json", tmp_path / "0.txt")

    assert re.fullmatch(
        rf"learned \d+ groups of pages without an address, by the same head or foot, from 21 pages into {tmp_path}/sites.json\n"
        r"1 page without an address and with no other's head or foot taught nothing: say with --host whose they are\n",
        learned.stderr,
    )

    assert applied.stdout.count("[repeats-on-site: by_site.") > 10


def test_what_cannot_be_done_is_said(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    nothing = cleaner("sites", "learn", tmp_path / "empty", "-o", tmp_path / "sites.json")
    assert (nothing.returncode, nothing.stderr.split(":")[0]) == (5, "no pages")

    cleaner("sites", "learn", folder, "-o", tmp_path / "sites.json")
    unknown = cleaner("sites", "show", tmp_path / "sites.json", "nowhere.example")
    assert unknown.returncode == 2
    assert "there is no site 'nowhere.example': choose one of" in unknown.stderr

    page = next(folder.rglob("*.html"))
    for option, given in (("--host", "https://coast.example/"), ("--host", "a b")):
        refused = cleaner("sites", "learn", folder, "-o", tmp_path / "sites.json", option, given)
        assert (refused.returncode, f"{given!r} is no host: write it alone" in refused.stderr) == (2, True)
    wrong = cleaner("sites", "apply", page, page)
    assert wrong.returncode == 2
    assert "valid JSON" in wrong.stderr

    (tmp_path / "lone.txt").write_text("It rained all night.\n")
    lone = cleaner("sites", "apply", tmp_path / "sites.json", tmp_path / "lone.txt")
    assert "say its address with --url" in lone.stderr

    refused = cleaner("clean", page, "--sites", tmp_path / "sites.json", "--cleaner", "readability")
    assert refused.returncode == 2
    assert "choose combined or by_site" in refused.stderr


def test_a_page_that_fails_does_not_stop_the_others(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.html").write_bytes(b"%PDF-1.7")
    learned = cleaner("sites", "learn", folder, "-o", tmp_path / "sites.json")

    assert learned.returncode == 1
    assert "broken.html: the content is no text" in learned.stderr
    assert "learned 2 sites from 20 pages" in learned.stderr


def test_copies_in_a_folder_are_grouped_and_a_store_remembers(tmp_path: Path, pages: list[DressedPage]) -> None:
    originals, copies = tmp_path / "a", tmp_path / "b"
    for place, edit in ((originals, ""), (copies, " It rained.")):
        place.mkdir()
        for number, page in enumerate(pages[:3]):
            (place / f"{place.name}{number}.txt").write_text(page.body + edit, encoding="utf-8")
    (originals / "a9.txt").write_text(pages[0].body.replace(" ", "  "), encoding="utf-8")

    found = cleaner("dupes", originals, "--store", tmp_path / "store.txt")
    assert found.stdout == "copy\tof\talike\thow\na9.txt\ta0.txt\t1.00\texact\n"
    assert found.stderr == "1 of 4 pages is a copy of another\n"

    later = cleaner("dupes", copies, "--store", tmp_path / "store.txt", "--to", "json")
    groups = [json.loads(line) for line in later.stdout.splitlines()]
    assert [group["first"] for group in groups] == ["a0.txt", "a1.txt", "a2.txt"]
    assert [[(copy["id"], copy["exact"]) for copy in group["copies"]] for group in groups][1] == [("b1.txt", False)]

    (tmp_path / "store.txt").write_text("something else\n")
    refused = cleaner("dupes", copies, "--store", tmp_path / "store.txt")
    assert refused.returncode == 2
    assert "is no store of fingerprints" in refused.stderr


def test_what_only_one_copy_has_is_reported(tmp_path: Path, pages: list[DressedPage]) -> None:
    story = pages[0].body.splitlines()
    for number, extra in enumerate(("", "", "Harbour Post readers know more")):
        (tmp_path / f"site{number}").mkdir()
        (tmp_path / f"site{number}" / "story.txt").write_text("\n".join([*story, extra]), encoding="utf-8")
    table = cleaner("dupes", tmp_path, "--own", "--cleaner", "by_site")
    rows = cleaner("dupes", tmp_path, "--own", "--cleaner", "by_site", "--to", "json")

    assert table.stdout == "page\twhat\ttext\nsite2/story.txt\tline\tHarbour Post readers know more\n"
    assert json.loads(rows.stdout) == {
        "page": "site2/story.txt",
        "what": "line",
        "text": "Harbour Post readers know more",
    }
