"""Jobs in the store: a queue that several services share. What a step did is stored in one transaction with the step itself."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from service.store import documents
from service.store.database import now
from service.store.documents import Filter
from service.store.rows import Cleaning, Learned, StoredPage
from service.store.tables import job_pages, job_uploads, jobs, webhooks

State = Literal["uploading", "queued", "running", "done", "failed", "cancelled"]
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")

FIELD = "field"  # of an upload's options: which of its keys or columns hold what
FETCHED_AT = "fetched_at"  # of an upload's options: when its pages were fetched, where it does not tell of each
OF_UPLOAD = (FIELD, FETCHED_AT)
LEASE_S = 30  # after which the job of a service that died is another's
_SELECTED_AT_ONCE = 500
_REASONS = 3  # that are told of a job some of whose pages failed,
_REASON_LENGTH = 300  # with so many characters of each, from as many pages as are looked at:
_LOOKED_AT = 100


class LeaseLost(Exception):
    """The job was cancelled, or is another service's now; what this one did last was not stored."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its owner sees it. ``pages`` is None until they were counted."""

    number: int
    id: str
    kind: str
    name: str
    options: dict[str, Any]
    state: State
    detail: str | None
    created_at: str
    updated_at: str
    ended_at: str | None
    pages: int | None
    done: int
    failed: int
    webhook: str | None


@dataclass(frozen=True, slots=True)
class Leased:
    """A job that is ours to work on until the lease runs out."""

    id: str
    owner: str
    kind: str
    name: str
    options: dict[str, Any]
    lease: str
    unpacked: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page that nothing has become of yet: ``page`` as it was put there, or the document that is to be cleaned again."""

    number: int
    document_id: str | None
    page: bytes | None


@dataclass(frozen=True, slots=True)
class Member:
    """A page that was found in an upload, or the problem in its place."""

    place: str
    page: bytes | None
    problem: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class PageDone:
    """What became of one page: rows for the store, or a problem."""

    number: int
    page: StoredPage | None
    cleaning: Cleaning | None
    problem: dict[str, Any] | None
    learned: Learned | None = None


def create(
    connection: Connection, owner: str, kind: str, name: str, options: dict[str, Any], webhook: tuple[str, str] | None
) -> str:
    """A new job that is being uploaded; its id. ``webhook`` is an address and the secret it is signed with."""
    identity, at = secrets.token_hex(16), now()
    url, secret = webhook or (None, None)
    connection.execute(
        insert(jobs).values(
            id=identity,
            owner=owner,
            kind=kind,
            name=name.replace("\0", "")[:255],
            options=json.dumps(options),
            state="uploading",
            created_at=at,
            updated_at=at,
            done=0,
            failed=0,
            webhook=url,
            secret=secret,
        )
    )
    return identity


def add_piece(connection: Connection, job: str, number: int, content: bytes) -> None:
    """Store the next piece of an upload."""
    connection.execute(insert(job_uploads).values(job_id=job, number=number, content=content))
    connection.execute(update(jobs).where(jobs.c.id == job).values(updated_at=now()))


def queue(connection: Connection, job: str) -> None:
    """The upload is whole: from now on the job is worked on, whatever happens."""
    connection.execute(
        update(jobs).where(jobs.c.id == job, jobs.c.state == "uploading").values(state="queued", updated_at=now())
    )


def select_documents(connection: Connection, job: str, wanted: Filter) -> int:
    """Make the documents that are wanted the pages of a job; how many they are."""
    after: int | None = None
    count = 0
    while rows := documents.list_ids(connection, wanted, _SELECTED_AT_ONCE, after):
        pages = [
            {"job_id": job, "number": count + at, "place": identity, "document_id": identity, "ended": False}
            for at, (_, identity) in enumerate(rows, start=1)
        ]
        connection.execute(insert(job_pages), pages)
        count += len(rows)
        after = rows[-1][0]
    connection.execute(update(jobs).where(jobs.c.id == job).values(pages=count))
    return count


def drop_abandoned(connection: Connection, before: str) -> int:
    """Drop uploads that nothing was added to since a time."""
    abandoned = and_(jobs.c.state == "uploading", jobs.c.updated_at < before)
    return connection.execute(delete(jobs).where(abandoned)).rowcount


def drop(connection: Connection, job: str) -> None:
    """Forget a job whose upload came to nothing."""
    connection.execute(delete(jobs).where(jobs.c.id == job, jobs.c.state == "uploading"))


def find(connection: Connection, owner: str | None, job: str) -> Job | None:
    """A job of this owner (None: of anybody); None when there is none, or its upload is not whole."""
    row = connection.execute(select(jobs).where(jobs.c.id == job, *_owned(owner))).one_or_none()
    return None if row is None else _job(row)


def list_jobs(connection: Connection, owner: str | None, limit: int, after: int | None) -> list[Job]:
    """At most ``limit`` jobs, newest first, behind the number ``after``."""
    query = select(jobs).where(*_owned(owner))
    if after is not None:
        query = query.where(jobs.c.number < after)
    return [_job(row) for row in connection.execute(query.order_by(jobs.c.number.desc()).limit(limit))]


def list_results(connection: Connection, job: str, limit: int, after: int) -> list[dict[str, Any]]:
    """What became of the pages behind the number ``after``, in their order; those that wait are left out."""
    query = select(job_pages).where(job_pages.c.job_id == job, job_pages.c.number > after, job_pages.c.ended)
    rows = connection.execute(query.order_by(job_pages.c.number).limit(limit))
    return [
        {
            "page": row.number,
            "place": row.place,
            "document": row.document_id,
            "version": row.version,
            "problem": json.loads(row.problem) if row.problem else None,
        }
        for row in rows
    ]


def cancel(connection: Connection, owner: str | None, job: str) -> bool | None:
    """End a job before its time; False when it has ended already, None when there is none. What it stored stays."""
    row = connection.execute(select(jobs.c.state).where(jobs.c.id == job, *_owned(owner)).with_for_update()).one_or_none()
    if row is None:
        return None
    if row.state in ENDED:
        return False
    _end(connection, job, "cancelled", None)
    return True


def lease(connection: Connection) -> Leased | None:
    """The oldest job that nobody works on, ours from now on; None when there is none."""
    free = or_(jobs.c.state == "queued", and_(jobs.c.state == "running", jobs.c.leased_until < now()))
    query = select(jobs).where(free).order_by(jobs.c.number).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    token = secrets.token_hex(16)
    changes = {"state": "running", "lease": token, "leased_until": _lease_end(), "updated_at": now()}
    connection.execute(update(jobs).where(jobs.c.id == row.id).values(changes))
    return Leased(row.id, row.owner, row.kind, row.name, json.loads(row.options), token, row.pages is not None)


def renew(connection: Connection, leased: Leased) -> None:
    """Keep a job. Raises LeaseLost."""
    _check(connection, leased)


def give_back(connection: Connection, leased: Leased) -> None:
    """Let another service have the job at once; this one shuts down."""
    ours = (jobs.c.id == leased.id) & (jobs.c.lease == leased.lease) & (jobs.c.state == "running")
    connection.execute(update(jobs).where(ours).values(state="queued", lease=None, leased_until=None))


def pieces(connection: Connection, job: str) -> Iterator[bytes]:
    """What was uploaded, piece by piece."""
    numbers = connection.execute(
        select(job_uploads.c.number).where(job_uploads.c.job_id == job).order_by(job_uploads.c.number)
    ).scalars()
    for number in numbers.all():
        one = select(job_uploads.c.content).where(job_uploads.c.job_id == job, job_uploads.c.number == number)
        yield connection.execute(one).scalar_one()


def add_members(connection: Connection, leased: Leased, first: int, members: Sequence[Member]) -> None:
    """Store the next pages of an upload, of which the first has this number. Raises LeaseLost.

    A service that died half way has stored some of them; these are stored anew.
    """
    _check(connection, leased)
    behind = (job_pages.c.job_id == leased.id) & (job_pages.c.number >= first)
    connection.execute(delete(job_pages).where(behind))
    rows = [
        {
            "job_id": leased.id,
            "number": number,
            "place": member.place.replace("\0", ""),
            "page": member.page,
            "problem": json.dumps(member.problem) if member.problem else None,
            "ended": member.problem is not None,
        }
        for number, member in enumerate(members, start=first)
    ]
    connection.execute(insert(job_pages), rows)


def all_members_are_there(connection: Connection, leased: Leased) -> None:
    """The upload is not needed any more. Raises LeaseLost."""
    _check(connection, leased)
    connection.execute(delete(job_uploads).where(job_uploads.c.job_id == leased.id))
    counted = select(func.count(), func.count(job_pages.c.problem)).where(job_pages.c.job_id == leased.id)
    pages, failed = connection.execute(counted).one()
    connection.execute(update(jobs).where(jobs.c.id == leased.id).values(pages=pages, failed=failed))


def waiting(connection: Connection, job: str, limit: int) -> list[Waiting]:
    """The next pages that nothing has become of yet."""
    query = select(job_pages).where(job_pages.c.job_id == job, ~job_pages.c.ended).order_by(job_pages.c.number).limit(limit)
    return [Waiting(row.number, row.document_id, row.page) for row in connection.execute(query)]


def finish_step(connection: Connection, leased: Leased, pages: Iterable[PageDone]) -> None:
    """Store what became of some pages, all or none of it. Raises LeaseLost."""
    _check(connection, leased)
    done = failed = 0
    for one in pages:
        of_page = (job_pages.c.job_id == leased.id) & (job_pages.c.number == one.number)
        result: dict[str, Any] = {"ended": True, "page": None}
        if one.cleaning is None:
            failed += 1
            result["problem"] = json.dumps(one.problem)
        else:
            kept = _keep(connection, leased, one)
            if kept is None:
                failed += 1
                result["problem"] = json.dumps({"title": "No such document", "detail": "The document was deleted meanwhile."})
            else:
                done += 1
                result |= {"document_id": kept.id, "version": kept.version}
        connection.execute(update(job_pages).where(of_page).values(result))
    counts = {"done": jobs.c.done + done, "failed": jobs.c.failed + failed, "updated_at": now()}
    connection.execute(update(jobs).where(jobs.c.id == leased.id).values(counts))


def finish(connection: Connection, leased: Leased) -> None:
    """End a job of which nothing is left to do: it failed where every page did. Raises LeaseLost."""
    _check(connection, leased)
    row = connection.execute(select(jobs.c.done, jobs.c.failed).where(jobs.c.id == leased.id)).one()
    state: State = "failed" if row.failed and not row.done else "done"
    _end(connection, leased.id, state, _why(connection, leased.id, row.done, row.failed))


def give_up(connection: Connection, leased: Leased, why: str) -> None:
    """End a job that cannot be worked on. Raises LeaseLost."""
    _check(connection, leased)
    _end(connection, leased.id, "failed", why)


def due_webhooks(connection: Connection, limit: int) -> list[tuple[Job, str, int]]:
    """(job, secret, attempts so far) of the webhooks whose time has come; they are ours for the length of a lease."""
    query = select(jobs, webhooks.c.attempts).join(webhooks).where(webhooks.c.due_at < now()).limit(limit)
    rows = connection.execute(query.with_for_update(skip_locked=True, of=webhooks)).all()
    for row in rows:
        connection.execute(update(webhooks).where(webhooks.c.job_id == row.id).values(due_at=_lease_end()))
    return [(_job(row), row.secret, row.attempts) for row in rows]


def webhook_told(connection: Connection, job: str, answer: str, *, delivered: bool, due_at: str | None) -> None:
    """Note what came of one attempt, and when the next one is due, if any."""
    at = now() if delivered else None
    changes = {"attempts": webhooks.c.attempts + 1, "answer": answer[:100], "delivered_at": at, "due_at": due_at}
    connection.execute(update(webhooks).where(webhooks.c.job_id == job).values(changes))


def webhook_of(connection: Connection, job: str) -> dict[str, Any] | None:
    """What is known of a job's webhook."""
    row = connection.execute(select(webhooks).where(webhooks.c.job_id == job)).one_or_none()
    if row is None:
        return None
    return {"attempts": row.attempts, "delivered_at": row.delivered_at, "next_at": row.due_at, "answer": row.answer}


def _keep(connection: Connection, leased: Leased, one: PageDone) -> documents.Kept | None:
    assert one.cleaning is not None
    if one.page is not None:
        return documents.keep(connection, leased.owner, one.page, one.cleaning, learned=one.learned)
    of_page = select(job_pages.c.document_id).where(job_pages.c.job_id == leased.id, job_pages.c.number == one.number)
    document = connection.execute(of_page).scalar_one()
    return documents.add_version(connection, None, document, one.cleaning)


def _why(connection: Connection, job: str, done: int, failed: int) -> str | None:
    """How many pages failed, and the first reasons; None when all is well."""
    if not failed:
        return None if done else "There was no page to clean."
    query = select(job_pages.c.problem).where(job_pages.c.job_id == job, job_pages.c.problem.is_not(None))
    problems = connection.execute(query.order_by(job_pages.c.number).limit(_LOOKED_AT)).scalars()
    reasons = list(dict.fromkeys(json.loads(problem).get("detail", "") for problem in problems))
    shown = " ".join(reason[:_REASON_LENGTH] for reason in reasons[:_REASONS])
    count = f"{failed:,} of {done + failed:,} pages failed"
    others = " Others failed for other reasons: look at the results." if len(reasons) > _REASONS else ""
    return f"{count}: {shown}{others}"


def _end(connection: Connection, job: str, state: State, detail: str | None) -> None:
    at = now()
    changes = {"state": state, "detail": detail, "ended_at": at, "updated_at": at, "lease": None, "leased_until": None}
    connection.execute(update(jobs).where(jobs.c.id == job).values(changes))
    connection.execute(delete(job_uploads).where(job_uploads.c.job_id == job))
    connection.execute(update(job_pages).where(job_pages.c.job_id == job).values(page=None))
    if connection.execute(select(jobs.c.webhook).where(jobs.c.id == job)).scalar_one() is not None:
        connection.execute(insert(webhooks).values(job_id=job, attempts=0, due_at=at))


def _check(connection: Connection, leased: Leased) -> None:
    ours = (jobs.c.id == leased.id) & (jobs.c.lease == leased.lease) & (jobs.c.state == "running")
    if connection.execute(update(jobs).where(ours).values(leased_until=_lease_end())).rowcount != 1:
        raise LeaseLost


def _lease_end() -> str:
    return (datetime.now(UTC) + timedelta(seconds=LEASE_S)).isoformat(timespec="microseconds")


def _owned(owner: str | None) -> tuple[Any, ...]:
    whole = jobs.c.state != "uploading"
    return (whole,) if owner is None else (whole, jobs.c.owner == owner)


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    return Job(
        row.number,
        row.id,
        row.kind,
        row.name,
        json.loads(row.options),
        row.state,
        row.detail,
        row.created_at,
        row.updated_at,
        row.ended_at,
        row.pages,
        row.done,
        row.failed,
        row.webhook,
    )
