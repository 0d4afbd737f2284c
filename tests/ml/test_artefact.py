"""The model that ships: small, whole, and refused with a reason when it is not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner.errors import InputError
from cleaner.ml.artefact import ARRAYS, CARD, SHIPPED, load, save

MEGABYTE = 1 << 20


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "model")
    return tmp_path / "model"


def test_the_shipped_model_is_small_and_says_what_it_is() -> None:
    artefact = load(SHIPPED)

    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 4 * MEGABYTE
    assert set(artefact.models) == {"html", "text"}
    assert {"seed", "trained_with", "data", "columns", "cross_validated_by_site", "sha256"} <= set(artefact.card)
    assert all(artefact.card["columns"][kind] == list(model.names) for kind, model in artefact.models.items())


def test_a_saved_model_is_read_back_the_same(tmp_path: Path) -> None:
    artefact = load(SHIPPED)
    card = {name: value for name, value in artefact.card.items() if name not in ("format", "sha256", "columns")}

    save(artefact.models, card, tmp_path)

    assert (tmp_path / ARRAYS).read_bytes() == (SHIPPED / ARRAYS).read_bytes()
    assert (tmp_path / CARD).read_bytes() == (SHIPPED / CARD).read_bytes()


def _flip_a_byte(folder: Path) -> None:
    data = bytearray((folder / ARRAYS).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / ARRAYS).write_bytes(data)


def _cut_off(folder: Path) -> None:
    (folder / ARRAYS).write_bytes((folder / ARRAYS).read_bytes()[:1000])


def _of_another_format(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | {"format": 999}))


def _without_columns(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({name: value for name, value in card.items() if name != "columns"}))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (_flip_a_byte, "damaged"),
        (_cut_off, "damaged"),
        (_of_another_format, "format 1"),
        (_without_columns, "lacks a part"),
        (lambda folder: (folder / CARD).write_text("{"), "holds no model"),
        (lambda folder: (folder / ARRAYS).unlink(), "holds no model"),
        (shutil.rmtree, "holds no model"),
    ],
)
def test_a_harmed_model_is_refused_and_the_error_says_what_to_do(copy: Path, harm: Callable[[Path], None], told: str) -> None:
    harm(copy)

    with pytest.raises(InputError, match=told) as caught:
        load(copy)
    assert "cleaner train" in str(caught.value) or "new model" in str(caught.value)


def test_cleaning_needs_no_training_library() -> None:
    program = (
        "import sys; from cleaner import clean; clean('<p>It rained all night.</p>');"
        "print(sorted({'catboost', 'scipy', 'lightgbm', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
