"""What zip and tar have in common: members with names that nobody may trust."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath, PureWindowsPath

from cleaner.errors import InputError
from cleaner.readers.found import Found, refuse_oversize
from cleaner.readers.names import PAGE_SUFFIXES, readable
from cleaner.types import Page


class Members:
    """The members of one archive: which are pages, and what their results are called."""

    def __init__(self, archive: str) -> None:
        self._archive = archive
        self._seen: set[bytes] = set()
        self._count = 0

    def is_page(self, member: str) -> bool:
        return member.lower().endswith(PAGE_SUFFIXES)

    def place(self, member: str) -> str:
        """Where the next member stands, which has that name; numbered when an earlier one has it, too."""
        self._count += 1
        place = f"{self._archive}/{readable(PurePosixPath(member))}"
        return f"{place}#{self._count}" if _hash(member) in self._seen else place

    def check(self, member: str) -> None:
        """Raise InputError for a name that leads out of the archive, or that an earlier member has."""
        windows = PureWindowsPath(member)
        if PurePosixPath(member).is_absolute() or windows.is_absolute() or windows.drive or ".." in windows.parts:
            raise InputError(f"the name {readable(PurePosixPath(member))!r} leads out of the archive: rename the member")
        if _hash(member) in self._seen:
            raise InputError("an earlier member of the archive has the same name: rename one of them")
        self._seen.add(_hash(member))

    def found(self, member: str, place: str, content: bytes) -> Found:
        """Raises PageRefused for a page beyond the limit."""
        refuse_oversize(content)
        return Found(place, f"{self._archive}/{member}", Page(place, content))


def _hash(member: str) -> bytes:
    return hashlib.blake2b(member.encode("utf-8", "surrogateescape"), digest_size=16).digest()
