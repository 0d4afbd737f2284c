"""Which model the service cleans with, and how it takes up another one without stopping."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path

from cleaner.errors import InputError
from cleaner.ml.artefact import ARRAYS, CARD, SHIPPED, Artefact, ArtefactFiles, made_of, read_files
from cleaner.ml.in_use import use
from cleaner.ml.versions import folder_of
from service.cleaning import get_ready
from service.settings import PREFIX
from service.workers import Workers

_LOOK_EVERY_S = 1.0

_log = logging.getLogger(__name__)


class ModelInUse:
    """The model of a place: a model's folder, a folder of versions, or "" for the model that comes with the package.

    ``watch`` looks every second whether another model is current there. One that is damaged, or made for another version of
    this package, is refused, told in the log, and the old one stays; the workers have it in memory and need no file.
    """

    def __init__(self, place: str) -> None:
        """Raises InputError, which names the setting, for a model that cannot be used."""
        self._place = Path(place) if place else SHIPPED
        self._seen = ""
        try:
            files = self._look()
            assert files is not None
            self._files = files
            self.model = _checked(files)
        except InputError as error:
            raise InputError(f"{PREFIX}ARTEFACT: {error}") from error
        self.refused = 0  # models, since the service started

    @property
    def begin(self) -> partial[None]:
        """What a worker process does first: take up this model."""
        return partial(_use, self._files)

    async def watch(self, workers: Workers) -> None:
        """Take up what becomes current, until cancelled: workers are replaced one after another, each when it is idle."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            try:
                files = await asyncio.to_thread(self._look)
                if files is not None:
                    await self._take_up(files, workers)
            except Exception as error:  # the outermost loop: whatever a file holds, the service goes on with what it has
                self.refused += 1
                _log.error("model refused", extra={"reason": str(error), "model": self.model.version})

    async def _take_up(self, files: ArtefactFiles, workers: Workers) -> None:
        model = await asyncio.to_thread(_checked, files)
        before, self._files, self.model = self.model, files, model
        await asyncio.to_thread(workers.renew, self.begin)
        _log.info("model taken up", extra={"model": model.version, "before": before.version})

    def _look(self) -> ArtefactFiles | None:
        """The files of the current model where they are others than last time; None where nothing has changed."""
        folder = folder_of(self._place)
        try:
            seen = f"{folder} {[(folder / name).stat().st_mtime_ns for name in (ARRAYS, CARD)]}"
        except OSError:
            seen = f"{folder} incomplete"
        if seen == self._seen:
            return None
        self._seen = seen
        return read_files(folder)


def _checked(files: ArtefactFiles) -> Artefact:
    model = made_of(files)
    model.check()
    return model


def _use(files: ArtefactFiles) -> None:
    use(made_of(files))
    get_ready()
