"""What can be set from outside: environment variables named CLEANER_*, and a file."""

from __future__ import annotations

import difflib
import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from cleaner.cores import usable_cores
from cleaner.errors import CleanerError
from cleaner.parse import MAX_CONTENT

PREFIX = "CLEANER_"
FILE_VARIABLE = "CLEANER_SETTINGS"

_NO_SETTINGS = (FILE_VARIABLE, "CLEANER_KEY")  # that the service reads, and that its clients do

_BOUNDS = {"gt": "more than", "ge": "at least", "le": "at most"}  # Pydantic's names of them

FACADE_NAMES = ("tika", "readability", "mercury")

Outbound = Literal["off", "public", "any"]


class Settings(BaseSettings):
    """The settings of one service; the field ``port`` is read from CLEANER_PORT, or from ``port`` in the file."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    host: Annotated[str, Field(description="address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="port to listen on; 0 takes a free one")] = 8000
    access: Annotated[
        Literal["auto", "keys", "open"],
        Field(description="`keys`: every request needs a key; `open`: none does; `auto`: open on a loopback address alone"),
    ] = "auto"
    database: Annotated[
        str, Field(description="where documents are stored: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    ] = "sqlite:///cleaner.db"
    artefact: Annotated[
        str, Field(description="the model: a folder of `cleaner artefact`, or of one model; empty: the one of the package")
    ] = ""
    max_body_bytes: Annotated[int, Field(ge=1, description="largest request body in bytes")] = MAX_CONTENT
    max_bodies_bytes: Annotated[int, Field(ge=1, description="bytes of all request bodies together that are held at once")] = (
        256_000_000
    )
    max_upload_bytes: Annotated[int, Field(ge=1, description="largest upload of a job in bytes")] = 500_000_000
    outbound: Annotated[
        Outbound, Field(description="where webhooks may go: `off`, `public` addresses, or `any`, this network's own included")
    ] = "off"
    fetch: Annotated[
        Literal["off", "public"],
        Field(description="whether pages are fetched that a request names by their address: `off`, or from `public` addresses"),
    ] = "off"
    fetch_ports: Annotated[str, Field(description="ports that pages are fetched from, with commas between")] = "80,443"
    fetch_hosts: Annotated[
        str,
        Field(
            description="names that are fetched from an address of yours, private ones too: NAME=ADDRESS, with commas between"
        ),
    ] = ""
    workers: Annotated[int, Field(ge=1, le=256, description="cleaning processes")] = usable_cores()
    queue: Annotated[int, Field(ge=0, le=10_000, description="requests that may wait for a worker; the next gets a 503")] = 16
    page_seconds: Annotated[float, Field(gt=0, le=600, description="longest time a page may take to clean")] = 8.0
    page_megabytes: Annotated[int, Field(ge=64, description="most memory a page may take to clean, in MB")] = 1000
    requests_at_once: Annotated[
        int, Field(ge=1, description="requests of one key that are answered at once; the next gets a 429")
    ] = 256
    requests_per_second: Annotated[
        float, Field(ge=0, description="requests of one key a second, with bursts of ten seconds' worth; 0 sets no limit")
    ] = 0.0

    facades: Annotated[
        str, Field(description="other services whose shapes are answered, with commas between: tika, readability, mercury")
    ] = ""
    cors_origins: Annotated[
        str, Field(description="origins, with commas between, whose pages may use the service from a browser; empty: none")
    ] = ""
    drain_seconds: Annotated[
        float,
        Field(ge=0, le=300, description="how long to go on, not ready any more, after SIGTERM, for load balancers to see"),
    ] = 0.0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """An option beats the environment, and the environment the file that CLEANER_SETTINGS names."""
        file = os.environ.get(FILE_VARIABLE)
        if not file:
            return init_settings, env_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(file))

    @field_validator("facades")
    @classmethod
    def _known_facades(cls, value: str) -> str:
        names = _listed(value)
        if unknown := [name for name in names if name not in FACADE_NAMES]:
            raise ValueError(f"there is no facade {unknown[0]!r}: choose from {', '.join(FACADE_NAMES)}")
        return value

    @field_validator("fetch_ports")
    @classmethod
    def _ports(cls, value: str) -> str:
        for port in _listed(value):
            if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
                raise ValueError(f"{port!r} is no port: write them as 80,443")
        return value

    @field_validator("fetch_hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        for pair in _listed(value):
            name, _, address = pair.partition("=")
            try:
                ipaddress.ip_address(address.strip())
            except ValueError:
                name = ""
            if not name.strip():
                raise ValueError(f"{pair!r} is no name with its address: write them as wiki.example=10.0.0.7")
        return value

    @property
    def fetch_port_numbers(self) -> list[int]:
        return [int(port) for port in _listed(self.fetch_ports)]

    @property
    def fetch_host_addresses(self) -> dict[str, str]:
        pairs = (pair.partition("=") for pair in _listed(self.fetch_hosts))
        return {name.strip().lower(): address.strip() for name, _, address in pairs}

    @property
    def facade_names(self) -> list[str]:
        return _listed(self.facades)

    @property
    def needs_keys(self) -> bool:
        return self.access == "keys" or (self.access == "auto" and not is_loopback(self.host))


class SettingsError(CleanerError):
    """A setting has a value it cannot have; the message names the variable."""


def read_settings(host: str | None = None, port: int | None = None) -> Settings:
    """The settings of environment and file; ``host`` and ``port`` win over both when they are given. Raises SettingsError."""
    given: dict[str, Any] = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    file = os.environ.get(FILE_VARIABLE)
    if file and not Path(file).is_file():
        raise SettingsError(f"{FILE_VARIABLE} names {file!r}, which is no file: write one, or unset the variable")
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("; ".join(_sentence(dict(problem), given) for problem in error.errors(include_url=False))) from None
    except ValueError as error:  # the file is no TOML
        raise SettingsError(f"the file {file!r} of {FILE_VARIABLE} is no TOML: {error}") from None


def origins(settings: Settings) -> dict[str, tuple[str, str]]:
    """(value, origin) of each setting, without the database's password; the origin is a variable, a file or ``default``."""
    file = os.environ.get(FILE_VARIABLE)
    in_file = TomlConfigSettingsSource(Settings, Path(file))() if file else {}
    rows = {}
    for name in Settings.model_fields:
        origin = _origin(name, str(file) if name in in_file else "default")
        rows[name] = (_shown(name, getattr(settings, name)), origin)
    return rows


def misspelt() -> list[str]:
    """A sentence for each variable of the environment that looks like a setting and is none."""
    known = [name.upper() for name in Settings.model_fields]
    given = (name.removeprefix(PREFIX) for name in sorted(os.environ) if name.startswith(PREFIX) and name not in _NO_SETTINGS)
    return [_no_such_setting(name, difflib.get_close_matches(name, known, n=1)) for name in given if name not in known]


def _no_such_setting(name: str, like: list[str]) -> str:
    hint = f"did you mean {PREFIX}{like[0]}?" if like else "cleaner-service config lists those there are"
    return f"{PREFIX}{name} is set, but there is no such setting: {hint}"


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listed(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


def _shown(name: str, value: object) -> str:
    if name != "database":
        return str(value)
    try:
        return make_url(str(value)).render_as_string(hide_password=True)
    except ArgumentError:
        return "not a URL"


def _sentence(problem: dict[str, Any], given: Mapping[str, Any]) -> str:
    """Which setting is wrong, where it was set, and what it may be."""
    name = str(problem["loc"][0])
    field = Settings.model_fields.get(name)
    if field is None:
        return f"there is no setting {name!r}: known are {', '.join(Settings.model_fields)}"
    where = f"--{name}" if name in given else _origin(name, f"{name} in {os.environ.get(FILE_VARIABLE)}")
    if problem["type"] == "value_error":  # of a validator above, in its own words
        return f"{where}: {problem['ctx']['error']}"
    return f"{where} is {problem['input']!r}, and must be {_allowed(field)} ({field.description})"


def _origin(name: str, otherwise: str) -> str:
    """The variable that sets it, or what does where that is not set."""
    variable = PREFIX + name.upper()
    return variable if os.environ.get(variable) else otherwise


def _allowed(field: FieldInfo) -> str:
    """What a setting may be, in words."""
    if choices := get_args(field.annotation):
        return f"one of {', '.join(choices)}"
    if field.annotation is str:
        return "a text"
    kind = "a whole number" if field.annotation is int else "a number"
    bounds = ((told, getattr(limit, name, None)) for limit in field.metadata for name, told in _BOUNDS.items())
    limits = [f"{told} {bound:,}" for told, bound in bounds if bound is not None]
    return f"{kind}, {' and '.join(limits)}"
