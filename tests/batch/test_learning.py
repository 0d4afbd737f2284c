"""Batches in two passes: what repeats over the pages of a site is learned first, and goes then."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.batch.pages import contents, program
from tests.dressed_sites import dressed_sites

OPTIONS = ("--cleaner", "by_site", "--workers", "2", "--learn-sites")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of two hosts, which say their address; those of one are in a zip archive."""
    top = tmp_path_factory.mktemp("sites") / "in"
    top.mkdir()
    hosts: list[str] = []
    with zipfile.ZipFile(top / "archive.zip", "w") as archive:
        for number, page in enumerate(dressed_sites(3, hosts=2, pages_per_host=9)):
            hosts += [page.host] if page.host not in hosts else []
            content = str(page.html.content).replace("<head>", f'<head><link rel="canonical" href="{page.url}">')
            if page.host == hosts[0]:
                (top / f"{number}.html").write_text(content)
            else:
                archive.writestr(f"{number}.html", content)
    return top


@pytest.fixture(scope="module")
def learned(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sites") / "out"
    done = program("batch", folder, "-o", out, *OPTIONS)
    assert done.returncode == 0, done.stderr
    return out


def test_what_a_site_repeats_is_learned_and_goes(folder: Path, learned: Path, tmp_path: Path) -> None:
    without = program("batch", folder, "-o", tmp_path / "out", *OPTIONS[:-1])

    assert without.returncode == 0
    assert set(contents(learned)) == set(contents(tmp_path / "out"))
    words = {place: sum(len(it.split()) for it in contents(place).values()) for place in (learned, tmp_path / "out")}
    assert words[learned] < 0.8 * words[tmp_path / "out"]


def test_the_templates_are_those_of_the_sites_command(folder: Path, learned: Path, tmp_path: Path) -> None:
    assert program("sites", "learn", folder, "-o", tmp_path / "sites.json").returncode == 0

    assert (learned / ".batch" / "sites.json").read_bytes() == (tmp_path / "sites.json").read_bytes()
    given = program("batch", folder, "-o", tmp_path / "out", *OPTIONS[:-1], "--sites", tmp_path / "sites.json")
    assert given.returncode == 0
    assert contents(tmp_path / "out") == contents(learned)


def test_the_same_command_again_learns_nothing_anew(folder: Path, learned: Path) -> None:
    before = (learned / ".batch" / "sites.json").stat().st_mtime_ns

    again = program("batch", folder, "-o", learned, *OPTIONS)

    assert "0 of them now" in again.stderr
    assert (learned / ".batch" / "sites.json").stat().st_mtime_ns == before


@pytest.mark.xdist_group("ray")
def test_on_ray_the_same_is_learned_and_goes(folder: Path, learned: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the extra 'ray' is not installed")

    done = program("batch", folder, "-o", tmp_path / "out", *OPTIONS, "--engine", "ray")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / ".batch" / "sites.json").read_bytes() == (learned / ".batch" / "sites.json").read_bytes()
    assert contents(tmp_path / "out") == contents(learned)
