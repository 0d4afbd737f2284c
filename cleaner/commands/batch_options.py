"""The options of ``cleaner batch``, as its help tells them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cleaner.commands.progress import Style

Inputs = Annotated[
    list[str],
    typer.Argument(metavar="IN", help="Folders, files, patterns in quotes ('crawl/*.warc.gz'), or URLs (s3://, gs://)."),
]
Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="OUT",
        help="A folder, or a file of rows (.jsonl .csv, also .gz .zst; .parquet), or a URL (s3://, gs://).",
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        metavar="FORMAT",
        help="What to write: text, markdown, html or json, a file a page; jsonl, csv (also .gz, .zst) or parquet, a row"
        " a page.  [default: by the suffix of OUT, or text]",
        show_default=False,
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FORMAT",
        help="What all files are: page, zip, tar, jsonl, parquet or warc.  [default: by suffix]",
        show_default=False,
    ),
]
Field = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WHAT=NAME",
        help="The key or column that holds what: html, text, content (either), url, id, charset or fetched_at.",
        show_default=False,
    ),
]
Sites = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Site templates, as 'cleaner sites learn' writes them.", show_default=False)
]
LearnSites = Annotated[
    bool, typer.Option("--learn-sites", help="Read all pages twice, and learn first what repeats over each site's.")
]
Explain = Annotated[
    Literal["none", "summary", "blocks"],
    typer.Option(help="In JSON, the pieces that went (summary, also in Parquet), or every block of the page."),
]
Duplicates = Annotated[
    Literal["keep", "mark", "first"],
    typer.Option(help="Copies of earlier pages: keep them, list them too (mark), or keep the first alone."),
]
Workers = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Worker processes.  [default: one a processor core]", show_default=False)
]
PageSeconds = Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="Seconds that a page may take.")]
PageCpuSeconds = Annotated[float, typer.Option(min=1, metavar="SECONDS", help="Seconds of CPU that a page may take.")]
PageMemory = Annotated[int, typer.Option(min=50, metavar="MB", help="Megabytes that a page may take.")]
ShareOf = Annotated[
    str, typer.Option(metavar="I/N", help="Clean the Ith of N shares: of the files, or of the pages of a single one.")
]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="Look at the first N pages only.", show_default=False)]
Fresh = Annotated[bool, typer.Option("--fresh", help="Forget what earlier runs did, and replace what they wrote.")]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Clean pages anew that failed in earlier runs.")]
Engine = Annotated[
    Literal["local", "ray"], typer.Option(help="Where the work is done: in processes of this machine, or on a Ray cluster.")
]
RayAddress = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="The Ray cluster.  [default: one is started on this machine]", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read everything and say what would be done; write nothing.")]
ProgressStyle = Annotated[Style, typer.Option(help="How far it is: a bar on a terminal, lines elsewhere.")]
