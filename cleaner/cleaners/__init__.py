"""The cleaners: each answers the same question about the same blocks, so they can be compared, combined and explained."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, cast, get_args

from cleaner.cleaners.by_site import BySiteCleaner
from cleaner.cleaners.combined import CombinedCleaner
from cleaner.cleaners.heuristic import HeuristicCleaner
from cleaner.cleaners.learned import LearnedCleaner, Mode, Profile
from cleaner.cleaners.libraries import ReadabilityCleaner, TrafilaturaCleaner
from cleaner.copies import CopyEvidence
from cleaner.errors import InputError, UnknownName
from cleaner.ml.artefact import Artefact
from cleaner.site_templates import SiteTemplates
from cleaner.types import Labelled, Parsed

PROFILES: tuple[str, ...] = get_args(Profile)
MODES: tuple[str, ...] = get_args(Mode)


class Cleaner(Protocol):
    """Labels the blocks of a page, one label a block, and remembers nothing between pages."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def summary(self) -> str:
        """One line for ``cleaner cleaners`` and ``GET /v1/cleaners``."""
        ...

    def label(self, parsed: Parsed) -> Labelled: ...


CLEANERS: dict[str, Cleaner] = {
    cleaner.name: cleaner
    for cleaner in (
        CombinedCleaner(),
        LearnedCleaner(),
        HeuristicCleaner(),
        BySiteCleaner(),
        TrafilaturaCleaner(),
        ReadabilityCleaner(),
    )
}
DEFAULT_CLEANER = "combined"


def cleaner_named(
    name: str, sites: SiteTemplates | None = None, copies: CopyEvidence | None = None, model: Artefact | None = None
) -> Cleaner:
    """The cleaner of that name; a profile and a mode may follow it: "combined", "learned:article", "combined:main:precision".

    With ``sites`` it knows what repeats over the sites' pages, with ``copies`` what the copies of a text share. It asks them
    and does not change them. With ``model`` it asks that one and not the one in use.

    Raises UnknownName, which lists the known ones, for a name, profile or mode that is in no table, and InputError for a
    profile, a mode, templates, copies or a model for a cleaner that has no use for them.
    """
    cleaner = _with_options(name)
    if sites is not None:
        if not isinstance(cleaner, BySiteCleaner | CombinedCleaner):
            raise InputError(f"{cleaner.name} knows no site templates: choose combined or by_site, or leave the templates out")
        cleaner = replace(cleaner, sites=sites)
    if copies is not None:
        if not isinstance(cleaner, CombinedCleaner):
            raise InputError(f"{cleaner.name} does not look at copies: choose combined, or leave the copies out")
        cleaner = replace(cleaner, copies=copies)
    if model is not None:
        if not isinstance(cleaner, CombinedCleaner | LearnedCleaner):
            raise InputError(f"{cleaner.name} asks no model: choose combined or learned, or leave the model out")
        cleaner = replace(cleaner, model=model)
    return cleaner


def asking(cleaner: Cleaner, model: Artefact) -> Cleaner:
    """The cleaner with that model, where it asks one."""
    return replace(cleaner, model=model) if isinstance(cleaner, CombinedCleaner | LearnedCleaner) else cleaner


def _with_options(name: str) -> Cleaner:
    name, *options = name.split(":", 2)
    if name not in CLEANERS:
        raise UnknownName("cleaner", name, sorted(CLEANERS))
    cleaner = CLEANERS[name]
    if not options:
        return cleaner
    profile, mode = [*options, "balanced"][:2]
    for what, value, known in (("profile", profile, PROFILES), ("mode", mode, MODES)):
        if value not in known:
            raise UnknownName(what, value, sorted(known))
    if not isinstance(cleaner, CombinedCleaner | LearnedCleaner):
        raise InputError(f"{name} has neither profile nor mode: choose combined or learned, or leave both out")
    return replace(cleaner, profile=cast(Profile, profile), mode=cast(Mode, mode))


def name_with(name: str, profile: str, mode: str) -> str:
    """The name that stands for a cleaner with that profile and mode; the name alone where both are as they come.

    Raises what ``cleaner_named`` raises, and InputError for a name that brings a profile of its own.
    """
    if (profile, mode) == ("auto", "balanced"):
        return name
    if ":" in name:
        raise InputError(f"{name!r} names its profile already: leave profile and mode out, or choose {name.split(':', 1)[0]!r}")
    whole = f"{name}:{profile}:{mode}"
    cleaner_named(whole)
    return whole
