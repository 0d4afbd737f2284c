"""Where a site names who wrote a page, told from its pages together: a byline, or a box above or below the text."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from cleaner.metadata.line_forms import NAME
from cleaner.metadata.named_lines import OPEN, NamedLine, names_by_form
from cleaner.site_templates.sample import Sketch
from cleaner.types import AuthorForm

MIN_PAGES = 3  # that name their author there, and
FORM_SHARE = 0.3  # of all pages
PURE = 0.8  # of the pages that have the words around the name, from which these announce authors and nothing else
ALWAYS = 0.8  # of the pages that have the same name there, from which it is a label ("Release Date"), a desk or the only author
_MOST = 4  # forms of a site


def author_forms_of(sketches: Sequence[Sketch]) -> tuple[AuthorForm, ...]:
    """The forms of the lines in which enough pages name different persons, the most frequent first.

    What stands around the name has hardly ever anything else in its place: "Most read" stands above headlines, of which some
    begin with a name; nor does it stand above several names. A name that never changes is a desk's or the site's; where one
    person writes all, each page says so.
    """
    everybody = [{name for line in sketch.named for name in line.names} for sketch in sketches]
    most = max(MIN_PAGES, ALWAYS * sum(map(bool, everybody)))
    always = {name for name, on in Counter(itertools.chain.from_iterable(everybody)).items() if on >= most}
    named: dict[AuthorForm, list[tuple[str, ...]]] = defaultdict(list)
    for sketch in sketches:
        for form in {form for line in sketch.named for form in _forms(line)}:
            names = names_by_form(sketch.named, form)
            if names and always.isdisjoint(names):
                named[form].append(names)
    least = max(MIN_PAGES, FORM_SHARE * len(sketches))
    likely = [form for form, on in named.items() if len(on) >= least and len(set(on)) > 1]
    found = [form for form in likely if len(named[form]) >= PURE * _having(form, sketches)]
    return tuple(sorted(found, key=lambda form: (-len(named[form]), form))[:_MOST])


def _forms(line: NamedLine) -> Iterator[AuthorForm]:
    """The forms that a line may be of: its own words, or the line before or after it, must tell it from others."""
    if line.form not in (NAME, OPEN):
        yield AuthorForm(line.side, "", line.form, "")
    own = NAME if line.form == NAME else OPEN
    if line.form.startswith(NAME) and line.before:
        yield AuthorForm(line.side, line.before, own, "")
    if line.form.startswith(NAME) and line.after:
        yield AuthorForm(line.side, "", own, line.after)


def _having(form: AuthorForm, sketches: Sequence[Sketch]) -> int:
    """How many pages have the words around the name."""
    around = form.before or form.after
    if around:
        return sum(around in sketch.lines for sketch in sketches)
    start, end = form.line.split(NAME, 1)
    return sum(any(line.startswith(start) and line.endswith(end) for line in sketch.lines) for sketch in sketches)
