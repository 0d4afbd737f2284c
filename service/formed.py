"""Strings that have to have a form: whoever sends another is told in words what it is, and OpenAPI as a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


@dataclass(frozen=True, slots=True)
class Formed:
    """Goes into an Annotated string: the whole of it has to match."""

    pattern: str
    told: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^{self.pattern}$"}

    def _checked(self, given: str) -> str:
        if not re.fullmatch(self.pattern, given):
            raise PydanticCustomError("formed", "{told}", {"told": self.told})
        return given


STORED_ID = Formed("[0-9a-f]{32}", "must be 32 of the characters 0 to 9 and a to f, as lists and answers show it")
DAY = Formed(r"\d{4}-\d\d-\d\d", "must be a day, written as 2026-11-24")
PERSON = Formed(r"[\w.@-]([\w .@-]{0,62}[\w.@-])?", "must be a name: up to 64 letters, digits, . @ - _ and spaces within it")
HOST = Formed(r"[^\x00-\x20/?#\\]+", "must be a host's name, such as news.example")
