"""``cleaner artefact``: models are promoted and rolled back whole, and CLEANER_ARTEFACT names the one in use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cleaner.ml.artefact import ARRAYS, CARD, SHIPPED, load, save
from cleaner.ml.versions import CURRENT, VERSIONS
from tests.ml.models import more_generous
from tests.test_score_command import PAGE, PARAGRAPHS, write_sample

SAMPLES = Path(__file__).parents[1] / "samples"
SHIPPED_VERSION = load(SHIPPED).version


def cleaner(*arguments: object, artefact: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({"CLEANER_ARTEFACT": str(artefact)} if artefact else {})
    command = [sys.executable, "-m", "cleaner", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, input=stdin)


def version_in_use(artefact: Path | None) -> str:
    done = cleaner("clean", "--to", "json", artefact=artefact, stdin=PAGE)
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["cleaner"]["version"]).rpartition(".")[2]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    more_generous(tmp_path / "new")
    return tmp_path / "new"


def test_a_promoted_model_cleans_and_a_rollback_brings_the_old_one_back(place: Path, model: Path) -> None:
    new = load(model).version
    promoted = cleaner("artefact", "promote", model, "--in", place)
    assert (promoted.returncode, promoted.stderr) == (0, f"{new} is in use in {place}\n")
    assert version_in_use(place) == new
    assert version_in_use(None) == SHIPPED_VERSION
    shown = cleaner("artefact", "show", artefact=place).stdout.splitlines()
    assert [line.split("\t")[:2] for line in shown] == [["version", "state"], [new, "in use"], ["shipped", "before"]]
    assert cleaner("artefact", "rollback", artefact=place).returncode == 0
    assert version_in_use(place) == SHIPPED_VERSION
    again = cleaner("artefact", "rollback", artefact=place)
    assert (again.returncode, "the first version" in again.stderr) == (2, True)


def test_training_does_not_replace_a_model(model: Path, tmp_path: Path) -> None:
    before = (model / "card.json").read_bytes()
    refused = cleaner("train", tmp_path, "--out", model)
    assert (refused.returncode, "holds a model already: choose another folder" in refused.stderr) == (2, True)
    assert (model / "card.json").read_bytes() == before


@pytest.mark.parametrize(
    ("pages", "out", "code", "told"),
    [(SAMPLES, "file", 2, "file cannot be made a folder"), ("empty", "new", 5, "holds no samples")],
)
def test_training_says_at_once_that_it_cannot(pages: Path | str, out: str, code: int, told: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    refused = cleaner("train", tmp_path / pages, "--out", tmp_path / out)
    assert (refused.returncode, told in refused.stderr) == (code, True)


def test_a_model_is_named_by_its_own_folder_as_well(model: Path) -> None:
    assert version_in_use(model) == load(model).version


def test_a_damaged_model_is_not_promoted(place: Path, model: Path) -> None:
    cleaner("artefact", "promote", SHIPPED, "--in", place)
    before = (place / CURRENT).read_bytes()
    (model / ARRAYS).write_bytes((model / ARRAYS).read_bytes()[:-1])
    done = cleaner("artefact", "promote", model, "--in", place)
    assert (done.returncode, "is damaged" in done.stderr) == (2, True)
    assert (place / CURRENT).read_bytes() == before


def test_a_model_of_other_columns_is_not_promoted(place: Path, model: Path) -> None:
    card = json.loads((model / CARD).read_text())
    card["columns"]["html"][0] += " of yore"
    (model / CARD).write_text(json.dumps(card))
    done = cleaner("artefact", "promote", model, "--in", place)
    assert (done.returncode, "trained by another version" in done.stderr) == (2, True)
    assert not place.exists()


def test_a_model_whose_arrays_do_not_go_together_is_not_promoted(place: Path, tmp_path: Path) -> None:
    shipped = load(SHIPPED)
    html = shipped.models["html"]
    cut = replace(html, trees=replace(html.trees, values=html.trees.values[:100]))
    card = {name: value for name, value in shipped.card.items() if name not in ("format", "sha256", "columns")}
    save({**shipped.models, "html": cut}, card, tmp_path / "cut")
    done = cleaner("artefact", "promote", tmp_path / "cut", "--in", place)
    assert (done.returncode, "do not go together" in done.stderr) == (2, True)
    assert not place.exists()


def test_a_damaged_model_in_use_is_an_error_that_names_the_variable(place: Path, model: Path) -> None:
    cleaner("artefact", "promote", model, "--in", place)
    (place / VERSIONS / load(model).version / CARD).write_text("{}")
    done = cleaner("clean", artefact=place, stdin=PAGE)
    assert done.returncode == 2
    assert "CLEANER_ARTEFACT" in done.stderr


def test_only_a_model_that_is_better_is_promoted_where_that_is_asked_for(place: Path, model: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "coast" / "skerry.example" / "lighthouse", PAGE, "\n".join(PARAGRAPHS))
    refused = cleaner("artefact", "promote", model, "--in", place, "--on", tmp_path / "coast")
    assert refused.returncode == 4
    assert "gate better missed (coast, combined@" in refused.stderr
    assert not place.exists()
    allowed = cleaner("artefact", "promote", model, "--in", place, "--on", tmp_path / "coast", "--gate", "gain>=-1")
    assert allowed.returncode == 0
    assert (place / CURRENT).read_text() == f"shipped\n{load(model).version}\n"


def test_a_batch_does_not_go_on_with_another_model(place: Path, model: Path, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_text(PAGE)
    cleaner("artefact", "promote", model, "--in", place)
    batch = ("batch", tmp_path / "pages", "-o", tmp_path / "out", "--to", "json", "--workers", "1")
    assert cleaner(*batch, artefact=place).returncode == 0
    document = json.loads((tmp_path / "out" / "a.json").read_text())
    assert document["cleaner"]["version"].endswith(load(model).version)
    other = cleaner(*batch)
    assert (other.returncode, "cleaner version" in other.stderr) == (2, True)
