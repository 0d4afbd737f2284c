"""Tar, compressed or not: a page a member."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import BinaryIO

from cleaner.errors import InputError, PageRefused
from cleaner.parse import MAX_CONTENT
from cleaner.readers.compression import decompressed
from cleaner.readers.found import Fields, Found, failure
from cleaner.readers.members import Members


def read_tar(file: BinaryIO, name: str, fields: Fields) -> Iterator[Found]:
    """The pages among the members of a tar archive, in its order; other members are passed over.

    The archive is streamed and nothing is written to disk. A link, pipe or device that is called like a page, and a member
    that is too large or whose name leads elsewhere, is a failure; the next are read. Of an archive that is damaged what
    comes before is read, and InputError raised there.
    """
    members = Members(name)
    try:
        with tarfile.open(fileobj=decompressed(file), mode="r|", errorlevel=2) as archive:
            for member in archive:
                archive.members = []  # type: ignore[attr-defined]  # it keeps every member it has seen
                if not member.isdir() and members.is_page(member.name):
                    yield _found(archive, member, members)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise InputError(
            f"{name} is no tar archive, or one that is damaged; what stands from there on is not read: {error}"
        ) from error


def _found(archive: tarfile.TarFile, member: tarfile.TarInfo, members: Members) -> Found:
    place = members.place(member.name)
    try:
        if not member.isreg():
            raise InputError("the member is a link, pipe or device: pack the file itself")
        members.check(member.name)
        if member.size > MAX_CONTENT:
            raise PageRefused("size", f"the page has {member.size:,} bytes, the limit is {MAX_CONTENT:,}: split it")
        content = archive.extractfile(member)
        assert content is not None, "regular members have content"
        return members.found(member.name, place, content.read())
    except (InputError, PageRefused) as error:
        return failure(place, error)
