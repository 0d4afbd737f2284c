"""What can go wrong, told once, with what to do about it."""

from __future__ import annotations


class CleanerError(Exception):
    """The root of everything this package raises on purpose. The message says what to do."""


class PageRefused(CleanerError):
    """The page is beyond a limit that keeps hostile input from taking the machine down; ``limit`` names which one."""

    def __init__(self, limit: str, message: str) -> None:
        super().__init__(message)
        self.limit = limit


class UnknownName(CleanerError):
    """A cleaner, format, reader or writer was asked for by a name that is in no table."""

    def __init__(self, what: str, name: str, known: list[str]) -> None:
        super().__init__(f"there is no {what} {name!r}: choose one of {', '.join(known)}")


class InputError(CleanerError):
    """A file, folder, sample or row cannot be read as what it should be."""


class NothingFound(InputError):
    """There are no pages or samples where they were looked for, or too few."""


class CleanerFailed(CleanerError):
    """A cleaner broke on a page (a library's own exception, say); the page is untouched and named in the message."""
