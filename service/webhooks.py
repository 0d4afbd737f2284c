"""Tells the end of a job to an address of its owner, signed as https://www.standardwebhooks.com has it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from datetime import UTC, datetime, timedelta

import httpx

from service.outbound import Outbound
from service.reach import OutboundRefused
from service.store import jobs
from service.store.database import Store
from service.store.jobs import Job

RETRIES_AFTER_S = (5, 30, 120, 600, 3_600, 14_400, 43_200)  # then it is given up
SECRET_PREFIX = "whsec_"  # noqa: S105  # of the standard


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def signature(secret: str, identity: str, timestamp: str, body: bytes) -> str:
    """What the header ``webhook-signature`` holds.

    >>> signature("whsec_" + "c2VjcmV0" , "job", "1700000000", b"{}")
    'v1,5O+rxNDVTJMd2sgQXkR4ffhgFw0Ry2HZyjzjpLbHcQ4='
    """
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        key = secret.encode()
    signed = f"{identity}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


async def deliver(store: Store, outbound: Outbound, job: Job, secret: str, attempts: int) -> None:
    """One attempt to tell of a job; what came of it is noted, with the time of the next one."""
    assert job.webhook is not None
    data = {"id": job.id, "state": job.state, "pages": job.pages, "done": job.done, "failed": job.failed}
    body = json.dumps({"type": f"job.{job.state}", "timestamp": job.ended_at, "data": data}).encode()
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": job.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(secret, job.id, timestamp, body),
    }
    try:
        status = await outbound.post(job.webhook, body, headers)
        answer, delivered = str(status), 200 <= status < 300
    except (OutboundRefused, httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
        answer, delivered = type(error).__name__, False
    due_at = None
    if not delivered and attempts < len(RETRIES_AFTER_S):
        due_at = (datetime.now(UTC) + timedelta(seconds=RETRIES_AFTER_S[attempts])).isoformat(timespec="microseconds")
    await store.write(jobs.webhook_told, job.id, answer, delivered=delivered, due_at=due_at)
