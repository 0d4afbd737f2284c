"""The trained model on disk: plain arrays that cannot execute, and a card that says what they are."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np

from cleaner.errors import InputError
from cleaner.ml.arrays import Numbers
from cleaner.ml.first_stage import FirstStage, as_steps, restored
from cleaner.ml.line_network import LineNetwork, Scaling, Weights
from cleaner.ml.model import KindModel
from cleaner.ml.page_type import PageTypes
from cleaner.ml.remembered import NOTHING, Remembered
from cleaner.ml.trees import Trees
from cleaner.parse import parse
from cleaner.types import Kind, Page

FORMAT = 1  # of the files; another cannot be read
ARRAYS, CARD = "model.npz", "card.json"
_SMALL_PAGE = "<p>It rained all night, and the river rose by a metre.</p>"
SHIPPED = Path(__file__).with_name("artefact")


@dataclass(frozen=True)
class Artefact:
    """Models for HTML and flattened pages, their card (columns, seed, versions, data and scores), where they were read, and
    what is remembered of corrected pages.
    """

    models: Mapping[Kind, KindModel]
    card: Mapping[str, Any]
    folder: Path
    remembered: Remembered = NOTHING

    @property
    def version(self) -> str:
        """The first digits of the arrays' hash: another model is another version."""
        return str(self.card["sha256"])[:8]

    @property
    def trained_on(self) -> Sequence[str]:
        """Keys of the pages that it was trained on (``scoring.paired.page_key``), where its card tells."""
        return list(self.card.get("trained_on", ()))

    def check(self) -> None:
        """Look at a small page of each kind. Raises InputError when the model is made for another version of this package, or
        its arrays do not go together.
        """
        for kind, model in self.models.items():
            try:
                looked = model.look(parse(Page("check", _SMALL_PAGE, kind)))
                assert looked is not None
                probabilities = looked.probabilities(article=True)
                looked.quality(probabilities, probabilities > 0)
                _ = looked.page_types
            except (IndexError, ValueError) as error:
                raise InputError(
                    f"{self.folder}: the arrays of its model do not go together ({error}): train a new one"
                ) from error


class ArtefactFiles(NamedTuple):
    """The two files of a model as they lie in ``folder``: a value that another process can make the same model of."""

    folder: str
    card: bytes
    arrays: bytes


def save(models: Mapping[Kind, KindModel], card: Mapping[str, Any], folder: Path, remembered: Remembered = NOTHING) -> None:
    """Write the arrays and the card; the same model gives the same bytes."""
    arrays = {f"{kind}/{name}": value for kind, model in models.items() for name, value in _arrays(model).items()}
    data = write_arrays(arrays | remembered.arrays())
    whole = {
        "format": FORMAT,
        "sha256": hashlib.sha256(data).hexdigest(),
        **card,
        "columns": {kind: list(model.names) for kind, model in models.items()},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ARRAYS).write_bytes(data)
    (folder / CARD).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_arrays(arrays: Mapping[str, Numbers]) -> bytes:
    """A file of arrays by name; the same arrays give the same bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, value in sorted(arrays.items()):
            written = io.BytesIO()
            np.lib.format.write_array(written, value, allow_pickle=False)
            file.writestr(zipfile.ZipInfo(f"{name}.npy"), written.getvalue(), zipfile.ZIP_DEFLATED)  # ZipInfo: no clock
    return data.getvalue()


def load(folder: Path) -> Artefact:
    """Read a model. Raises InputError, which says what is wrong, for one that is missing, damaged or of another format."""
    return made_of(read_files(folder))


def read_files(folder: Path) -> ArtefactFiles:
    """The files of a model, unread. Raises InputError where one is missing."""
    try:
        return ArtefactFiles(str(folder), (folder / CARD).read_bytes(), (folder / ARRAYS).read_bytes())
    except OSError as error:
        raise InputError(f"{folder} holds no model: {error}; 'cleaner train' writes one") from error


def made_of(files: ArtefactFiles) -> Artefact:
    """The model of some files. Raises what ``load`` raises."""
    folder, data = Path(files.folder), files.arrays
    try:
        card = json.loads(files.card)
    except ValueError as error:
        raise InputError(f"{folder} holds no model: {error}; 'cleaner train' writes one") from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise InputError(f"{folder / CARD}: this version reads models of format {FORMAT}: train a new one with 'cleaner train'")
    if hashlib.sha256(data).hexdigest() != card.get("sha256"):
        raise InputError(
            f"{folder / ARRAYS} is damaged or does not belong to its {CARD}: copy both again, or train a new model"
        )
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            models: dict[Kind, KindModel] = {
                kind: _model(arrays, kind, tuple(card["columns"][kind])) for kind in get_args(Kind)
            }
            remembered = Remembered.of_arrays(arrays)
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{folder / ARRAYS} lacks a part of the model ({error}): train a new one with 'cleaner train'"
        ) from error
    return Artefact(models, card, folder, remembered)


def _arrays(model: KindModel) -> dict[str, Numbers]:
    arrays: dict[str, Numbers] = {}
    for name in ("words", "own", "around"):
        steps, step = as_steps(getattr(model.stage, name))
        arrays |= {f"stage/{name}": steps, f"stage/{name}_step": np.array(step)}
    for name in ("trees", "quality"):
        trees: Trees = getattr(model, name)
        arrays |= {
            f"{name}/column": trees.column.astype(np.int16),
            f"{name}/threshold": trees.threshold,
            f"{name}/values": trees.values,
            f"{name}/bias": np.array(trees.bias),
        }
    if model.network:
        parts = model.network.scaling._asdict() | model.network.weights._asdict()
        arrays |= {f"network/{name}": part for name, part in parts.items()}
    types = model.types
    return arrays | {
        "types/rows": types.rows,
        "types/center": types.center,
        "types/scale": types.scale,
        "types/weights": types.weights.astype(np.float16),
    }


def _model(arrays: Mapping[str, Numbers], kind: Kind, names: tuple[str, ...]) -> KindModel:
    def array(name: str) -> Numbers:
        return arrays[f"{kind}/{name}"]

    def trees(name: str) -> Trees:
        column = array(f"{name}/column").astype(np.int64)
        return Trees(column, array(f"{name}/threshold"), array(f"{name}/values"), float(array(f"{name}/bias")))

    tables = (restored(array(f"stage/{name}"), float(array(f"stage/{name}_step"))) for name in ("words", "own", "around"))
    types = PageTypes(
        array("types/rows"), array("types/center"), array("types/scale"), array("types/weights").astype(np.float32)
    )
    return KindModel(FirstStage(*tables), names, trees("trees"), trees("quality"), types, _network(arrays, kind))


def _network(arrays: Mapping[str, Numbers], kind: Kind) -> LineNetwork | None:
    """The network of a kind of pages that has one."""
    if f"{kind}/network/out" not in arrays:
        return None

    def parts(names: Sequence[str]) -> Iterator[Numbers]:
        return (arrays[f"{kind}/network/{name}"] for name in names)

    return LineNetwork(Scaling(*parts(Scaling._fields)), Weights(*parts(Weights._fields)))
