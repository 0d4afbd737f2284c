"""What a correction of the model must not forget: blocks of the pages that it was trained on, as numbers without their texts.

A few corrected pages alone would teach the model that all pages are like them. Annotated pages cannot come with the package,
but the columns of some of their blocks can: they are trained on beside the corrected ones.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from cleaner.errors import InputError
from cleaner.ml.arrays import Flags, Floats, Numbers
from cleaner.ml.artefact import SHIPPED, write_arrays
from cleaner.ml.dataset import Example
from cleaner.ml.features import READING, columns_of
from cleaner.ml.model import KindModel
from cleaner.ml.train import SEED, WEIGHT_POWER, block_weights
from cleaner.ml.view import View
from cleaner.types import Kind

FILE = "anchors.npz"
BLOCKS = 6_000  # of each kind of pages
_LARGEST = 65_000.0  # that a half-precision number holds; what is larger is large


@dataclass(frozen=True)
class Anchors:
    """``columns`` has a row a column of the model and an entry a block, ``content`` says which blocks are content, and
    ``by_network`` what a model's network made of them on their pages, which are not here.

    Blocks are drawn by their weight in training, so each counts as much as the others.
    """

    columns: Floats
    content: Flags
    by_network: Floats


def draw(model: KindModel, examples: Sequence[Example]) -> Anchors:
    """BLOCKS of the examples' blocks, as the model sees them."""
    chance = np.random.default_rng(SEED)
    trusted = [example for example in examples if example.trust > 0 and example.parsed.blocks]
    counts = chance.multinomial(BLOCKS, np.full(len(trusted), 1 / len(trusted)))
    columns, content, by_network = [], [], []
    for example, count in zip(trusted, counts.tolist(), strict=True):
        if count:
            weights = block_weights(example, WEIGHT_POWER)
            drawn = chance.choice(len(weights), count, p=weights / weights.sum())
            read = columns_read(model, example)
            columns.append(read[:, drawn])
            content.append(example.content[drawn])
            by_network.append(model.odds_by_network(read, example.size)[drawn])
    return Anchors(np.concatenate(columns, axis=1), np.concatenate(content), np.concatenate(by_network))


def columns_read(model: KindModel, example: Example) -> Floats:
    """The columns of a page under the reading that its truth was made by."""
    names, columns = columns_of(View(example.parsed, model.stage))
    columns[names.index(READING)] = example.article
    return columns


def save(anchors: Mapping[Kind, Anchors], folder: Path) -> None:
    """Write them beside a model."""
    arrays: dict[str, Numbers] = {}
    for kind, one in anchors.items():
        arrays[f"{kind}/columns"] = one.columns.clip(-_LARGEST, _LARGEST).astype(np.float16)
        arrays[f"{kind}/content"] = np.packbits(one.content)
        arrays[f"{kind}/by_network"] = one.by_network.astype(np.float16)
    (folder / FILE).write_bytes(write_arrays(arrays))


def load(folder: Path = SHIPPED) -> Mapping[Kind, Anchors]:
    """Read them. Raises InputError where they are missing or damaged."""
    try:
        with np.load(io.BytesIO((folder / FILE).read_bytes()), allow_pickle=False) as arrays:
            return {kind: _of_kind(arrays, kind) for kind in get_args(Kind)}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(f"{folder / FILE} cannot be read ({error}): install the package anew") from error


def _of_kind(arrays: Mapping[str, Any], kind: Kind) -> Anchors:
    columns = arrays[f"{kind}/columns"].astype(np.float32)
    content = np.unpackbits(arrays[f"{kind}/content"], count=columns.shape[1]).astype(np.bool_)
    return Anchors(columns, content, arrays[f"{kind}/by_network"].astype(np.float64))
