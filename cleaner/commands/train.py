"""``cleaner train``: a new model from annotated pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    sets: Annotated[
        list[Path],
        typer.Argument(metavar="SET", help="Annotated pages, as 'cleaner score' takes them."),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FOLDER", help="The folder that the model and its report are written to.")
    ],
    from_: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="MODEL", help="Go on from a model, 'shipped' or a folder, by a few pages.", show_default=False
        ),
    ] = None,
    every: Annotated[int, typer.Option(min=1, metavar="N", help="Take every Nth page of each set.")] = 1,
) -> None:
    """Train the model for HTML and for flattened pages, and measure it on sites that it was not trained on.

    Needs the extra 'train'. Writes model.npz, card.json and report.html; the same pages give the same bytes. A set that
    holds nothing but articles is read as article bodies, every other as main content. Each page counts as one, be it of a
    corpus or a sample.

    With --from a few corrected pages are enough, and a minute: the model is kept, and trees are added that make up for what it
    gets wrong on these pages without forgetting the others.

    Exit codes: 0 fine, 2 usage or a broken sample, 5 too few pages.
    """
    from rich.console import Console
    from rich.progress import Progress

    from cleaner.errors import InputError
    from cleaner.scoring.samples import sample_sets

    try:
        import catboost  # noqa: F401
        import scipy  # noqa: F401
    except ImportError as error:
        raise InputError(f"{error.name} is missing: install the extra 'train' (pip install 'cleaner[train]')") from error
    from cleaner.ml.artefact import CARD, load
    from cleaner.ml.correct import correct
    from cleaner.ml.run import run
    from cleaner.ml.versions import folder_of
    from cleaner.writers.file import make_folder

    if (out / CARD).exists():
        raise InputError(f"{out} holds a model already: choose another folder, or delete that one")
    parts = [found.part(every, None) for path in sets for found in sample_sets(path)]
    make_folder(out)
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=1.0)

        def progress(step: str, share: float) -> None:
            bar.update(task, description=step, completed=share)

        summary = correct(load(folder_of(from_)), parts, out, progress) if from_ else run(parts, out, progress)
    typer.echo(summary)
