"""What requests about samples may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from cleaner.hand_cleaning import HandCleaning
from service.formed import DAY, PERSON
from service.store.samples import Order

Person = Annotated[str, Field(max_length=64), PERSON]
MAX_QUEUE = 200
_TEXT = 2_000  # characters of a title or a name


class CutBody(BaseModel):
    """A part of a block that goes."""

    model_config = ConfigDict(extra="forbid")

    block: Annotated[int, Field(ge=0, le=10_000_000)]
    start: Annotated[int, Field(ge=0, le=10_000_000)]
    end: Annotated[int, Field(ge=1, le=10_000_000)]


class SampleBody(BaseModel):
    """A page as a person cleans it. Blocks are counted from 0 as in `blocks` of the JSON document, offsets in characters."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=0, le=1_000_000_000, description="of the sample that was changed; 0 where there was none")]
    reading: Annotated[str, Field(max_length=16, description="as GET says it: how the page was taken apart")]
    removed: Annotated[list[int], Field(max_length=200_000, description="the blocks that go")]
    cuts: Annotated[list[CutBody], Field(max_length=20_000, description="parts of other blocks that go")] = []
    page_type: Literal["article", "forum", "product", "listing", "collection", "documentation", "service", "none"]
    title: Annotated[str | None, Field(max_length=_TEXT)] = None
    authors: Annotated[list[Annotated[str, Field(max_length=_TEXT)]], Field(max_length=100)] = []
    date_published: Annotated[str, DAY] | None = None
    language: Annotated[str, Field(max_length=35)] = ""
    site_name: Annotated[str | None, Field(max_length=_TEXT)] = None
    done: Annotated[bool, Field(description="whether it is a sample, or still a draft")] = False

    def hand(self) -> HandCleaning:
        """What the person says."""
        cuts = tuple((cut.block, cut.start, cut.end) for cut in self.cuts)
        names = tuple(name for author in self.authors if (name := author.strip()))
        said = (self.page_type, self.title or None, names, self.date_published, self.language, self.site_name or None)
        return HandCleaning(frozenset(self.removed), cuts, *said)


class QueueQuery(BaseModel):
    """Which documents, in which order."""

    model_config = ConfigDict(extra="forbid")

    order: Annotated[
        Order,
        Field(
            description="`unsure`: of the lowest foretold quality first; `disputed`: on which model and rules disagree most; "
            "`newest`"
        ),
    ] = "unsure"
    annotator: Annotated[Person | None, Field(description="leave out what this person has done")] = None
    limit: Annotated[int, Field(ge=1, le=MAX_QUEUE, description="documents")] = 50


class ExportQuery(BaseModel):
    """Whose samples."""

    model_config = ConfigDict(extra="forbid")

    annotator: Annotated[Person | None, Field(description="of this person alone; else the latest of each page")] = None
