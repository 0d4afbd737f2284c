"""An upload sent as a form (``multipart/form-data``), as browsers and ``curl -F`` do: its one file, read while it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from service.problems import Fault, Problem, ProblemFound, broken_form, invalid


class FormFile:
    """The file of a form. ``name`` is what the sender calls it, known once ``opened`` has returned."""

    def __init__(self, content_type: str, body: AsyncIterator[bytes]) -> None:
        """Raises ProblemFound for a Content-Type without a boundary."""
        _, parameters = parse_options_header(content_type)
        boundary = parameters.get(b"boundary", b"")
        if not boundary:
            raise ProblemFound(broken_form("no boundary"))
        self.name = ""
        self._body = body
        self._files = 0
        self._ended = False
        self._header = (bytearray(), bytearray())
        self._headers: dict[bytes, bytes] = {}
        self._held = bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_part_data": lambda data, start, end: self._held.extend(data[start:end]),
                "on_end": self._form_ends,
            },
        )

    async def opened(self) -> FormFile:
        """Read on until the file begins. Raises ProblemFound for a form without one."""
        while not self._files:
            if not await self._read_on():
                raise ProblemFound(_needs_a_file())
        return self

    async def chunks(self) -> AsyncIterator[bytes]:
        """The content of the file. Raises ProblemFound for a form that is broken, breaks off, or has more than one part."""
        going_on = True
        while going_on:
            if self._held:
                yield bytes(self._held)
                self._held.clear()
            going_on = await self._read_on()
        if not self._ended:
            raise ProblemFound(broken_form("it breaks off"))

    async def _read_on(self) -> bool:
        chunk = await anext(self._body, None)
        if chunk is None:
            return False
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise ProblemFound(broken_form(type(error).__name__)) from None
        return True

    def _part_begins(self) -> None:
        if self._files:
            raise ProblemFound(_needs_a_file())
        self._headers.clear()

    def _header_ends(self) -> None:
        name, value = (bytes(one) for one in self._header)
        self._headers[name.lower()] = value
        for one in self._header:
            one.clear()

    def _headers_end(self) -> None:
        _, told = parse_options_header(self._headers.get(b"content-disposition", b"").decode("latin-1"))
        if b"filename" not in told:
            raise ProblemFound(_needs_a_file())
        self._files += 1
        self.name = told[b"filename"].decode("utf-8", "replace")

    def _form_ends(self) -> None:
        self._ended = True


def _needs_a_file() -> Problem:
    detail = (
        "send the upload as one file and nothing else, and the options as parameters (curl -F file=@crawl.zip URL?mode=...)"
    )
    return invalid([Fault("pointer", "#", detail)])
