"""``cleaner train``: a new model from annotated pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    sets: Annotated[
        list[Path],
        typer.Argument(metavar="SET...", help="Annotated pages, as 'cleaner score' takes them."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder that the model and its report are written to.")],
    every: Annotated[int, typer.Option(min=1, help="Take every Nth page of each set.")] = 1,
) -> None:
    """Train the model for HTML and for flattened pages, and measure it on sites that it was not trained on.

    Needs the extra 'train'. Writes model.npz, card.json and report.html; the same pages give the same bytes. A set that
    holds nothing but articles is read as article bodies, every other as main content.

    Exit codes: 0 fine, 2 usage or a broken sample, 5 too few pages.
    """
    from rich.console import Console
    from rich.progress import Progress

    from cleaner.errors import InputError
    from cleaner.ml.run import TooFewPages, run
    from cleaner.scoring.samples import sample_sets

    try:
        import catboost  # noqa: F401
        import scipy  # noqa: F401
    except ImportError as error:
        raise InputError(f"{error.name} is missing: install the extra 'train' (pip install 'cleaner[train]')") from error
    parts = [found.part(every, None) for path in sets for found in sample_sets(path)]
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("reading", total=1.0)
        try:
            summary = run(parts, out, lambda step, share: bar.update(task, description=step, completed=share))
        except TooFewPages as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(5) from error
    typer.echo(summary)
