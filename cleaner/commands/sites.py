"""``cleaner sites``: what repeats over the pages of a site, learned, shown, applied and merged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.commands import addresses

if TYPE_CHECKING:
    from cleaner.site_templates import SiteTemplates

sites = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Learn what repeats over the pages of a site, and use it.",
)

Templates = Annotated[Path, typer.Argument(metavar="TEMPLATES", help="A file that 'cleaner sites learn' wrote.")]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file that the templates are written to.")]


@sites.command()
def learn(
    inputs: Annotated[list[Path], typer.Argument(metavar="IN", help="Folders of pages (.html .htm .xhtml .txt), or files.")],
    out: Output,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="HOST",
            callback=addresses.host,
            help="The host of all these pages, where they do not say it themselves.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Learn the templates of the sites that the pages below a folder belong to.

    A page's site is the host that the page gives as its address. Pages that give none, as flattened ones do, are grouped by the
    lines they share, above the text and below it, so that one page may be in two groups.

    Exit codes: 0 fine, 1 some pages failed, 2 usage, 3 every page failed, 5 no pages found.
    """
    from dataclasses import replace

    from cleaner.commands.page_files import PageFiles
    from cleaner.commands.tables import counted
    from cleaner.errors import CleanerError
    from cleaner.parse import parse
    from cleaner.site_templates import SiteTemplates

    pages = PageFiles(inputs, out)
    templates = SiteTemplates()
    for page in pages:
        try:
            page = replace(page, url=f"https://{host}/" if host else None)
            if templates.wants(page):
                templates.learn(parse(page))
        except CleanerError as error:
            pages.fail(page.id, str(error))
    lone = templates.prune()
    _write(templates, out)
    typer.echo(f"learned {_learned(templates)} from {counted(pages.total - pages.failed, 'page')} into {out}", err=True)
    if lone:
        told = f"{counted(lone, 'page')} without an address and with no other's head or foot taught nothing"
        typer.echo(f"{told}: say with --host whose they are", err=True)
    pages.leave()


@sites.command()
def show(
    templates: Templates,
    host: Annotated[
        str | None, typer.Argument(metavar="SITE", help="The site, as the list of all names it.", show_default=False)
    ] = None,
) -> None:
    """List the sites, or the lines that repeat on one: how often, where, and the line without its numbers and names.

    In a pipe the columns, whose names stand first, are separated by tabs.

    Exit codes: 0 fine, 2 usage, or a site that is not in the file.
    """
    from cleaner.commands.tables import print_table
    from cleaner.errors import UnknownName
    from cleaner.site_templates import SiteTemplates
    from cleaner.site_templates.summary import LEAST_PAGES, repeated_lines

    read = SiteTemplates.read(templates)
    if host is None:
        rows = []
        for name in read.hosts:
            if site := read.site(name):
                pages = read.pages(name)
                rows.append((name, f"{len(pages)}", f"{len(repeated_lines(pages))}", site.facts.name, site.facts.spam_token))
        print_table(("site", "pages", "repeated lines", "name", "injected token"), rows)
        return
    site = read.site(host)
    if site is None:
        raise UnknownName("site", host, read.hosts)
    pages = read.pages(host)
    lines = repeated_lines(pages)
    if not lines:
        typer.echo(f"no line repeats on {host}: {_as_many(len(pages))} learned of it, and it takes {LEAST_PAGES}", err=True)
    print_table(("pages", "place", "line"), [(f"{it.pages} of {len(pages)}", it.place, it.form) for it in lines])
    facts = {
        "name": site.facts.name,
        "titles end with": site.facts.title_end,
        "authors are named": ", ".join(form.told for form in site.facts.author_forms),
        "date lines": ", ".join(site.facts.date_lines),
        "injected token": site.facts.spam_token,
    }
    for what, told in facts.items():
        if told:
            typer.echo(f"{what}: {told}", err=True)


@sites.command()
def apply(
    templates: Templates,
    path: Annotated[Path, typer.Argument(metavar="PAGE", help="The page.")],
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", callback=addresses.web_address, help="The page's address, which tells its site.", show_default=False
        ),
    ] = None,
) -> None:
    """Show what of a page is its site's, by the templates alone; 'cleaner clean --sites' cleans with them.

    Exit codes: 0 fine, 2 usage, 3 the page was refused.
    """
    from cleaner.cleaners import cleaner_named
    from cleaner.commands.explain import show as show_document
    from cleaner.pipeline import clean
    from cleaner.readers.file import read_file
    from cleaner.site_templates import SiteTemplates
    from cleaner.types import Page

    read = SiteTemplates.read(templates)
    document = clean(Page(path.name, read_file(path), url=url), cleaner=cleaner_named("by_site", read))
    if read.site_of(document.parsed) is None:
        typer.echo(f"no site of {templates} has this page, so nothing of it repeats: say its address with --url", err=True)
    show_document(document)


@sites.command()
def merge(
    inputs: Annotated[list[Path], typer.Argument(metavar="TEMPLATES", help="Files that 'cleaner sites learn' wrote.")],
    out: Output,
) -> None:
    """Merge templates that were learned apart: the result is that of learning all of the pages at once.

    Exit codes: 0 fine, 2 usage, or a file that is none.
    """
    from cleaner.commands.tables import counted
    from cleaner.site_templates import SiteTemplates

    merged = SiteTemplates()
    for path in inputs:
        merged.merge(SiteTemplates.read(path))
    _write(merged, out)
    typer.echo(f"merged {counted(len(inputs), 'file')} with {counted(len(merged), 'site')} into {out}", err=True)


def _as_many(pages: int) -> str:
    return "one page was" if pages == 1 else f"{pages:,} pages were"


def _learned(templates: SiteTemplates) -> str:
    from cleaner.commands.tables import counted

    groups = len(templates.groups)
    known = counted(len(templates) - groups, "site")
    if not groups:
        return known
    told = f"{counted(groups, 'group')} of pages without an address, by the same head or foot,"
    return f"{known} and {told}" if len(templates) > groups else told


def _write(templates: SiteTemplates, out: Path) -> None:
    from cleaner.errors import InputError
    from cleaner.writers.file import write_whole

    try:
        write_whole(out, templates.to_json())
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}") from error
