"""``cleaner dupes``: the pages of a folder whose bodies are copies of each other."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cleaner.commands.clean_options import CleanerName

if TYPE_CHECKING:
    from cleaner.cleaners import Cleaner
    from cleaner.commands.page_files import PageFiles
    from cleaner.duplicates import Fingerprint, Group


def dupes(
    inputs: Annotated[list[Path], typer.Argument(metavar="IN", help="Folders of pages (.html .htm .xhtml .txt), or files.")],
    cleaner: CleanerName = "combined",
    to: Annotated[
        Literal["table", "json"], typer.Option(help="What to print: a row a copy, or a JSON object a group.")
    ] = "table",
    own: Annotated[
        bool,
        typer.Option("--own", help="Print, of copies on three or more sites, what only one has: its furniture or spam."),
    ] = False,
    store: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A file of fingerprints: those in it are compared, too, and new ones are added.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Group the pages whose bodies are the same, or nearly: as they are after cleaning, without what their sites put around.

    Each copy is listed with the page that sorts first, how alike they are, and whether it is exact. A page's site is the
    host that it gives as its address, or else the folder it lies in.

    Exit codes: 0 fine, 1 some pages failed, 2 usage, 3 every page failed, 5 no pages found.
    """
    from cleaner.cleaners import cleaner_named
    from cleaner.commands.page_files import PageFiles
    from cleaner.duplicates import find_copies

    chosen = cleaner_named(cleaner)
    pages = PageFiles(inputs, store or Path("fingerprints"))
    known = _read(store) if store and store.exists() else {}
    known |= _fingerprints(pages, chosen)
    if store:
        _write(known, store)
    groups = find_copies(known)
    if own:
        _print_own(pages, groups, chosen, to)
    else:
        _print_groups(groups, to)
    copies = sum(len(group.copies) for group in groups)
    told = "is a copy of another" if copies == 1 else "are copies of others"
    typer.echo(f"{copies:,} of {len(known):,} pages {told}", err=True)
    pages.leave()


def _fingerprints(pages: PageFiles, cleaner: Cleaner) -> dict[str, Fingerprint]:
    """Of each page that can be cleaned; the others are told."""
    from cleaner.duplicates import fingerprint
    from cleaner.errors import CleanerError
    from cleaner.pipeline import clean

    found = {}
    for page in pages:
        try:
            found[page.id] = fingerprint(clean(page, cleaner=cleaner).text)
        except CleanerError as error:
            pages.fail(page.id, str(error))
    return found


def _print_groups(groups: Sequence[Group], to: str) -> None:
    from cleaner.commands.tables import print_table

    if to == "json":
        for group in groups:
            copies = [copy._asdict() for copy in group.copies]
            typer.echo(json.dumps({"first": group.first, "copies": copies}, ensure_ascii=False))
        return
    rows = [
        (copy.id, group.first, f"{copy.alike:.2f}", "exact" if copy.exact else "near")
        for group in groups
        for copy in group.copies
    ]
    print_table(("copy", "of", "alike", "how"), rows)


def _print_own(pages: PageFiles, groups: Sequence[Group], cleaner: Cleaner, to: str) -> None:
    """What only one copy has: a row a piece. The pages of the groups are cleaned once more, so that no others are held."""
    from cleaner.commands.tables import print_table
    from cleaner.copies import CopiedText, CopyEvidence, own_pieces
    from cleaner.pipeline import clean
    from cleaner.site_templates import stated_host

    group_of = {name: group.first for group in groups for name in (group.first, *(copy.id for copy in group.copies))}
    copies: dict[str, list[CopiedText]] = defaultdict(list)
    for page in pages.again(group_of):
        document = clean(page, cleaner=cleaner)
        site = stated_host(document.parsed) or page.id.rpartition("/")[0] or page.id
        copies[group_of[page.id]].append(CopiedText(page.id, site, document.text.split("\n")))
    evidence = CopyEvidence()
    rows: list[tuple[str, str, str]] = []
    for first in sorted(copies):
        if not evidence.add(copies[first]):
            continue
        for copy in copies[first]:
            if shared := evidence.shared(copy.page):
                rows += [(copy.page, kind, text) for kind, text in own_pieces(copy.lines, shared).told(copy.lines)]
    if to == "json":
        for page_id, kind, text in rows:
            typer.echo(json.dumps({"page": page_id, "what": kind, "text": text}, ensure_ascii=False))
    else:
        print_table(("page", "what", "text"), rows)


def _read(store: Path) -> dict[str, Fingerprint]:
    from cleaner.duplicates import read_store
    from cleaner.errors import InputError

    try:
        with store.open(encoding="utf-8", newline="\n") as lines:
            return read_store(lines, str(store))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{store} cannot be read: {error}") from error


def _write(known: dict[str, Fingerprint], store: Path) -> None:
    from cleaner.duplicates import store_header, to_line
    from cleaner.writers.file import write_output

    write_output(store, store_header() + "".join(to_line(name, known[name]) for name in sorted(known)))
