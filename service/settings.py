"""What can be set from outside: environment variables named CLEANER_*."""

from __future__ import annotations

import os
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cleaner.errors import CleanerError
from cleaner.parse import MAX_CONTENT

_PREFIX = "CLEANER_"


class Settings(BaseSettings):
    """The settings of one service; the field ``port`` is read from CLEANER_PORT, and so on."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, frozen=True)

    host: Annotated[str, Field(description="address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="port to listen on; 0 takes a free one")] = 8000
    max_body_bytes: Annotated[int, Field(ge=1, description="largest request body in bytes")] = MAX_CONTENT
    workers: Annotated[int, Field(ge=1, le=256, description="cleaning processes")] = os.cpu_count() or 1
    queue: Annotated[int, Field(ge=0, le=10_000, description="requests that may wait for a worker; the next gets a 503")] = 16


class SettingsError(CleanerError):
    """A setting has a value it cannot have; the message names the variable."""


def read_settings(host: str | None = None, port: int | None = None) -> Settings:
    """The settings from the environment; ``host`` and ``port`` win over it when they are given. Raises SettingsError."""
    given: dict[str, Any] = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("; ".join(_sentence(dict(problem)) for problem in error.errors(include_url=False))) from None


def _sentence(problem: dict[str, Any]) -> str:
    name = str(problem["loc"][0])
    field = Settings.model_fields[name]
    return f"the setting {_PREFIX}{name.upper()} ({field.description}) is {problem['input']!r}: {problem['msg']}"
