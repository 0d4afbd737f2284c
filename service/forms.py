"""A page sent as a form (``multipart/form-data``): a file or a field with the page, and fields for its address and options."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import ValidationError
from python_multipart import create_form_parser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

from cleaner.types import Kind
from service.problems import Fault, Problem, broken_form, empty_body, invalid
from service.requests import QueryOptions, faults_of

PAGE_FIELDS: dict[str, Kind] = {"html": "html", "text": "text"}
_MAX_PARTS = 20


class _TooManyParts(Exception):
    """The form has more parts than there are options."""


class Part(NamedTuple):
    """A field of a form, or a file with its name."""

    name: str
    content: bytes
    file_name: str = ""


def read_form(body: bytes, content_type: str) -> tuple[bytes, Kind, QueryOptions] | Problem:
    """The page with its kind and options, or what is wrong with the form.

    The page is the part ``html`` or ``text``, a file or a field; the other parts are fields named like the options.
    """
    parts = parts_of(body, content_type)
    return parts if isinstance(parts, Problem) else _read_parts([(part.name, part.content) for part in parts])


def parts_of(body: bytes, content_type: str) -> list[Part] | Problem:
    """The parts of a form, _MAX_PARTS at most."""
    parts: list[Part] = []

    def add(part: Part) -> None:
        parts.append(part)
        if len(parts) > _MAX_PARTS:
            raise _TooManyParts

    def on_field(field: Field) -> None:
        add(Part(_text(field.field_name), field.value or b""))

    def on_file(file: File) -> None:
        file.file_object.seek(0)
        add(Part(_text(file.field_name), file.file_object.read(), _text(file.file_name)))

    try:
        # all in memory: the whole body is, already
        parser = create_form_parser(
            {"Content-Type": content_type.encode("latin-1")}, on_field, on_file, config={"MAX_MEMORY_FILE_SIZE": len(body) + 1}
        )
        parser.write(body)
        parser.finalize()
    except _TooManyParts:
        return invalid([Fault("pointer", "#", f"more than {_MAX_PARTS} parts: send the page, and each option once")])
    except (FormParserError, ValueError) as error:
        return broken_form(type(error).__name__)
    return parts


def _text(name: bytes | None) -> str:
    return (name or b"").decode("utf-8", "replace")


def _read_parts(parts: list[tuple[str, bytes]]) -> tuple[bytes, Kind, QueryOptions] | Problem:
    if len({name for name, _ in parts}) < len(parts):
        return invalid([Fault("pointer", "#", "a part stands there more than once: send the page and each option once")])
    pages = [(content, PAGE_FIELDS[name]) for name, content in parts if name in PAGE_FIELDS]
    if len(pages) != 1:
        return invalid([Fault("pointer", "#", "send the page as exactly one part, html or text")])
    given = {name: content.decode("utf-8", "replace") for name, content in parts if name not in PAGE_FIELDS}
    try:
        options = QueryOptions.model_validate(given)
    except ValidationError as error:
        return invalid(faults_of("pointer", error.errors(include_url=False, include_input=False), body=QueryOptions))
    content, kind = pages[0]
    return (content, kind, options) if content else empty_body()
