"""Cleans hostile pages in processes of their own, under limits, and tells what each answered, took and held.

Run as ``python -m tests.hostile.measure``. A request is a line ``cleaner<TAB>case``, the answer a line of JSON.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cleaner.cleaners import CLEANERS
from cleaner.errors import CleanerError
from cleaner.formats import to_html, to_json, to_markdown, to_text
from cleaner.pipeline import clean
from cleaner.types import Document, Label, Labelled, Parsed
from tests.hostile.cases import CASES, HTML

KEEPS_ALL = "all"  # the cleaner below
CPU_KILL = 20  # seconds, after which the system ends the process
ADDRESS_SPACE = 4_000_000_000  # bytes; keeps a runaway case from taking the machine down

WRITERS: dict[str, Callable[[Document], str]] = {
    "text": to_text,
    "markdown": to_markdown,
    "html": to_html,
    "json": partial(to_json, explain="blocks"),
}
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*\\(?:u00[01]|[bf])")  # what JSON makes of a control character


@dataclass(frozen=True)
class KeepsAll:
    """Keeps every block, so that the formats have to write the whole page."""

    name: str = KEEPS_ALL
    version: str = "1"
    summary: str = "keeps every block"

    def label(self, parsed: Parsed) -> Labelled:
        return Labelled([Label(True, self.name) for _ in parsed.blocks])


def main() -> None:
    for name in CLEANERS:  # a cleaner that has seen one page has loaded what it needs, as in a service
        clean(HTML, cleaner=name)
    for request in sys.stdin:
        cleaner, case = request.rstrip("\n").split("\t")
        print(json.dumps(measured(partial(answer, cleaner, case))), flush=True)


def measured(work: Callable[[], str]) -> dict[str, str | float]:
    """What ``work`` said in a process of its own, with the seconds of CPU and the megabytes (resident, at most) it took."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _limit()
        try:
            said = work()
        except BaseException as error:  # told to the test, which fails with it
            said = f"crash: {error!r}"[:2000]
        os.write(writer, said.encode("ascii", "backslashreplace"))
        os._exit(0)
    os.close(writer)
    with open(reader, encoding="ascii") as pipe:
        said = pipe.read()
    _, status, usage = os.wait4(pid, 0)
    ended = os.waitstatus_to_exitcode(status)
    return {
        "said": said or f"crash: ended with {ended}",
        "seconds": usage.ru_utime + usage.ru_stime,
        "megabytes": usage.ru_maxrss / 1024,
    }


def answer(cleaner: str, case: str) -> str:
    """``document``, ``refused: …`` for a typed refusal, or what is wrong with the document."""
    try:
        document = clean(CASES[case](), cleaner=KeepsAll() if cleaner == KEEPS_ALL else cleaner)
    except CleanerError as error:
        return f"refused: {error}"
    for name, write in WRITERS.items():
        text = write(document)
        if unwanted := _UNWANTED.search(text) or (_ESCAPED.search(text) if name == "json" else None):
            return f"crash: {unwanted.group()!r} in {name}, after {text[max(0, unwanted.start() - 100) : unwanted.start()]!r}"
    return "document"


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_KILL, CPU_KILL))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
