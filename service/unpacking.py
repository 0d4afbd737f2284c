"""Takes an upload apart into its pages, in a process of its own: archives are hostile, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cleaner.errors import CleanerError
from cleaner.fetch_time import fetch_time
from cleaner.readers import Fields, read_pages, reader_named
from cleaner.types import Kind
from service.cleaning import MemberJob
from service.requests import Options
from service.store.jobs import Member
from service.store.rows import packed

MAX_PAGES = 1_000_000
MAX_UNPACKED_BYTES = 20_000_000_000  # of all pages of an upload together, before they are compressed
_BATCH_PAGES = 100
_BATCH_BYTES = 4_000_000


class UploadRefused(CleanerError):
    """The upload as a whole cannot be worked on; the message says why."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, what it is called, the name of its reader, the fields of its rows, and an empty folder to put its pages in."""

    file: str
    name: str
    reader: str
    fields: Fields
    folder: str


def unpack(upload: Upload) -> None:
    """Put the pages into files of the folder, a batch a file, named so that they sort. Raises UploadRefused."""
    size = 0
    batch: list[Member] = []
    batch_bytes = 0
    number = count = 0
    for count, (member, length) in enumerate(_members(upload), start=1):
        size += length
        if count > MAX_PAGES or size > MAX_UNPACKED_BYTES:
            raise UploadRefused(f"the upload holds more than {MAX_PAGES:,} pages or {MAX_UNPACKED_BYTES:,} bytes: split it")
        batch.append(member)
        batch_bytes += len(member.page or b"")
        if len(batch) >= _BATCH_PAGES or batch_bytes >= _BATCH_BYTES:
            number += 1
            _write(Path(upload.folder) / f"{number:09d}", batch)
            batch, batch_bytes = [], 0
    if count == 1 and batch[0].problem is not None and batch[0].place == _place(upload.name):
        raise UploadRefused(f"nothing of the upload can be read: {batch[0].problem['detail']}")
    if batch:
        _write(Path(upload.folder) / f"{number + 1:09d}", batch)


def read_batch(file: Path) -> list[Member]:
    """The pages of one file that ``unpack`` wrote."""
    members = []
    with file.open("rb") as source:
        while head := source.readline():
            told = json.loads(head)
            page = source.read(told["size"]) if told["size"] is not None else None
            members.append(Member(told["place"], page, told["problem"]))
    return members


def member_job(page: bytes, options: Options, fetched_at: str | None = None) -> MemberJob:
    """The page of a Member with what the archive told of it; ``fetched_at`` is for those of which it told no time."""
    head, _, content = page.partition(b"\n")
    told = json.loads(head)
    told_at = told.get("fetched_at") or fetched_at  # pages that an earlier version unpacked have none
    moment = fetch_time(told_at) if told_at else None
    return MemberJob(content, cast("Kind | None", told["kind"]), told["url"], told["charset"], options, fetched_at=moment)


def _members(upload: Upload) -> Iterator[tuple[Member, int]]:
    for found in read_pages(upload.file, upload.name, reader_named(upload.reader), upload.fields):
        place = _place(found.place)
        page = found.page
        if page is None:
            title = "The page cannot be read"
            yield Member(place, None, {"title": title, "detail": found.message, "error": found.error}), 0
            continue
        content = page.content if isinstance(page.content, bytes) else page.content.encode("utf-8", "replace")
        charset = page.charset if isinstance(page.content, bytes) else "utf-8"
        told: dict[str, Any] = {
            "kind": page.kind,
            "url": page.url,
            "charset": charset[:40] if charset else None,
            "fetched_at": page.fetched_at.isoformat() if page.fetched_at else None,
        }
        yield Member(place, json.dumps(told).encode() + b"\n" + packed(content), None), len(content)


def _place(told: str) -> str:
    return told.encode("utf-8", "replace").decode()[:1000]


def _write(file: Path, batch: list[Member]) -> None:
    with file.open("wb") as target:
        for member in batch:
            size = None if member.page is None else len(member.page)
            head = {"place": member.place, "size": size, "problem": member.problem}
            target.write(json.dumps(head).encode() + b"\n" + (member.page or b""))
