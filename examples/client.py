"""Stores the pages that are given, and prints what became of each: an example of a client that can be trusted to go on.

usage: python examples/client.py http://127.0.0.1:8000 page.html another.html

CLEANER_KEY has the key, where one is needed. Exit codes: 0 fine, 1 a page was not stored, 2 usage.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path

import httpx

ATTEMPTS = 6


def main() -> None:
    if len(sys.argv) < 3 or not sys.argv[1].startswith(("http://", "https://")):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    address, *files = sys.argv[1:]
    key = os.environ.get("CLEANER_KEY")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    failed = 0
    with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        for file in files:
            try:
                answer = store(client, Path(file).read_bytes())
                told = answer.json()
            except (OSError, httpx.TransportError, ValueError) as error:  # no such file, no service, no answer of the service
                failed += 1
                print(f"{file}: {error}", file=sys.stderr)
                continue
            if answer.is_success:
                print(f"{file}: {told['id']} {told['title'] or 'without a title'}")
            else:
                failed += 1
                print(f"{file}: {told['detail']}", file=sys.stderr)
    sys.exit(1 if failed else 0)


def store(client: httpx.Client, page: bytes) -> httpx.Response:
    """The answer to one page, which is sent again while the service is busy or not there.

    The Idempotency-Key makes that safe: an answer that got lost does not store the page twice.
    """
    headers = {"Content-Type": "text/html", "Idempotency-Key": hashlib.sha256(page).hexdigest()}
    for attempt in range(ATTEMPTS):
        last = attempt == ATTEMPTS - 1
        try:
            answer = client.post("/v1/documents", content=page, headers=headers)
        except httpx.TransportError:
            if last:
                raise
            time.sleep(2**attempt)
            continue
        if last or answer.status_code not in (429, 503):
            return answer
        time.sleep(float(answer.headers.get("Retry-After", 2**attempt)))
    raise AssertionError("the last attempt returns or raises")


if __name__ == "__main__":
    main()
