"""What a request to clean a page may say: the options, and the JSON body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from cleaner.cleaners import CLEANERS, DEFAULT_CLEANER
from cleaner.cleaners.learned import Mode, Profile
from cleaner.errors import InputError, UnknownName
from cleaner.fetch_time import fetch_time
from cleaner.formats import Explain
from service.problems import Fault, Problem, empty_body, invalid, malformed_json

_MAX_ID = 500
_MAX_KEYS = 20  # a body of a million unknown keys gets one error, not a million
_URL = re.compile(r"https?://[^\s/][^\x00-\x20\x7f-\x9f]*", re.I)
_SURROGATES = re.compile("[\ud800-\udfff]")


def _known_cleaner(name: str) -> str:
    if name not in CLEANERS:
        raise PydanticCustomError("unknown_cleaner", "{told}", {"told": str(UnknownName("cleaner", name, sorted(CLEANERS)))})
    return name


def _web_address(url: str) -> str:
    if not _URL.fullmatch(url):
        raise PydanticCustomError("web_address", "a URL begins with http:// or https:// and has no spaces in it")
    return url


def _fetch_time(text: str) -> str:
    try:
        fetch_time(text)
    except InputError as error:
        raise PydanticCustomError("fetch_time", "{told}", {"told": str(error)}) from None
    return text


def _whole_characters(text: object) -> object:
    """JSON can hold halves of surrogate pairs, which no UTF-8 text can: each becomes U+FFFD."""
    return _SURROGATES.sub("\ufffd", text) if isinstance(text, str) else text


CleanerName = Annotated[
    str,
    Field(max_length=100, description="a name from GET /v1/cleaners", json_schema_extra={"enum": sorted(CLEANERS)}),
    AfterValidator(_known_cleaner),
]
PageUrl = Annotated[str, Field(max_length=8_000, description="where the page was found"), AfterValidator(_web_address)]
FetchTime = Annotated[
    str,
    Field(
        max_length=40,
        description="when the page was fetched, in ISO 8601: no date of the page is later, and '2 hours ago' is a date",
        examples=["2024-03-05T10:00:00Z"],
    ),
    AfterValidator(_fetch_time),
]
PageText = Annotated[str, BeforeValidator(_whole_characters)]
SiteUse = Literal["auto", "stored", "none"]


class Options(BaseModel):
    """How a page is cleaned and how much the answer tells."""

    model_config = ConfigDict(extra="forbid")

    cleaner: CleanerName = DEFAULT_CLEANER
    profile: Annotated[Profile, Field(description="what counts as content: the article's body, or all the page is for")] = (
        "auto"
    )
    mode: Annotated[Mode, Field(description="lean towards leaving nothing wrong in, or losing nothing right")] = "balanced"
    explain: Annotated[Explain, Field(description="what the JSON answer says of what was removed")] = "none"
    site: Annotated[
        SiteUse,
        Field(
            description="whether what was learned of the page's site from stored documents is used: `auto` where documents are "
            "stored, `stored` wherever a page is cleaned, `none` nowhere"
        ),
    ] = "auto"


class QueryOptions(Options):
    """The options of a page that is itself the body."""

    url: PageUrl | None = None
    fetched_at: FetchTime | None = None


class CleanRequest(BaseModel):
    """A page as JSON: one of ``html`` and ``text``, or where the service fetches pages, ``url`` alone; what is known of it, and
    the options."""

    model_config = ConfigDict(extra="forbid")

    html: PageText | None = Field(None, description="the page's HTML source")
    text: PageText | None = Field(None, description="the page as text that somebody already flattened")
    url: PageUrl | None = None
    fetched_at: FetchTime | None = None
    options: Options = Options()


def read_clean_request(body: bytes) -> CleanRequest | Problem:
    """The request in a JSON body, or what is wrong with it and where."""
    try:
        data = json.loads(body)
    except RecursionError:
        return malformed_json("it is nested too deeply")
    except UnicodeDecodeError as error:
        return malformed_json(f"it is not UTF-8: byte {error.start:,} does not belong there")
    except json.JSONDecodeError as error:
        return malformed_json(f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}")
    except ValueError:
        return malformed_json("it holds a number too long to read")
    if not isinstance(data, dict):
        return invalid([Fault("pointer", "#", 'it must be an object such as {"html": "..."}')])
    if any(len(part) > _MAX_KEYS for part in (data, data.get("options")) if isinstance(part, dict)):
        return invalid([Fault("pointer", "#", f"too many keys: {_known(CleanRequest)}, and in options {_known(Options)}")])
    try:
        request = CleanRequest.model_validate(data)
    except ValidationError as error:
        return invalid(faults_of("pointer", error.errors(include_url=False, include_input=False)))
    return _one_page(request)


def read_line(line: bytes) -> tuple[str | None, bytes] | Problem:
    """A line of a batch: the sender's id as JSON, None without one, and the request without it."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        found = read_clean_request(line)  # says what is wrong with it
        return found if isinstance(found, Problem) else malformed_json("it cannot be read")
    if not isinstance(data, dict):
        return invalid([Fault("pointer", "#", 'it must be an object such as {"id": "7", "html": "..."}')])
    identity = data.pop("id", None)
    if identity is not None and not (isinstance(identity, str | int) and len(str(identity)) <= _MAX_ID):
        return invalid([Fault("pointer", "#/id", f"must be a string or a number of at most {_MAX_ID} characters")])
    return (None if identity is None else json.dumps(identity)), json.dumps(data).encode()


def _one_page(request: CleanRequest) -> CleanRequest | Problem:
    if request.html is not None and request.text is not None:
        return invalid([Fault("pointer", "#", "html and text are both there: send the page once")])
    if request.html is None and request.text is None:
        return request if request.url else invalid([Fault("pointer", "#", "the page is missing: send it as html or as text")])
    return request if request.html or request.text else empty_body()


def faults_of(
    where: Literal["parameter", "pointer"],
    errors: list[Any],
    known: Iterable[str] = (),
    *,
    body: type[BaseModel] = CleanRequest,
) -> list[Fault]:
    """Pydantic's errors about a body (pointer) of the form ``body``, or about a query string (parameter, of which ``known``
    are those there are).
    """
    return [_fault(where, error, known, body) for error in errors]


def _fault(where: Literal["parameter", "pointer"], error: dict[str, Any], known: Iterable[str], body: type[BaseModel]) -> Fault:
    steps = [str(step) for step in error["loc"]]
    if where == "parameter":
        name = ".".join(steps[1:])
        unknown = f"there is no such parameter: known are {', '.join(sorted(known)) or 'none'}"
    else:
        name = "#" + "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
        unknown = f"there is no such key: {_known(_part_of(body, steps[:-1]))}"
    if error["type"] == "extra_forbidden":
        return Fault(where, name, unknown)
    if error["type"] in ("literal_error", "enum"):
        choices = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return Fault(where, name, f"must be one of {choices}")
    told = _TOLD.get(error["type"])
    return Fault(where, name, told.format(known=_known(Options), **error.get("ctx", {})) if told else error["msg"])


# What pydantic finds, by its name for it, in words for whoever sent it.
_TOLD = {
    "missing": "is missing",
    "string_type": "must be a string",
    "string_too_short": "must have a character at least",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "must be a number that is not that large",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number that has an end",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "too_long": "must be at most {max_length}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "model_type": "must be an object; {known}",
    "model_attributes_type": "must be an object; {known}",
}


def _part_of(body: type[BaseModel], steps: Sequence[str]) -> type[BaseModel]:
    """The model of what stands in a body at a pointer."""
    for step in steps:
        if field := body.model_fields.get(step):  # an item's number is no field
            kinds = (field.annotation, *get_args(field.annotation))
            body = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), body)
    return body


def _known(model: type[BaseModel]) -> str:
    return f"known are {', '.join(sorted(model.model_fields))}"
