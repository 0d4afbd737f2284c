"""The service put together. ``uvicorn service.app:app`` runs it with the settings of the environment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from cleaner.version import __version__
from service import api, openapi, probes
from service.answers import answer_with_problems
from service.cleaning import get_ready
from service.request_ids import RequestIds
from service.settings import Settings, read_settings
from service.workers import Workers


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as an ASGI app, with these settings or the environment's. Raises SettingsError.

    Its worker processes start with its lifespan, or else with the first page.
    """
    app = FastAPI(
        title="Cleaner",
        version=__version__,
        description=openapi.DESCRIPTION,
        lifespan=_lifespan,
        docs_url=None,  # these two load their scripts from somebody else's server
        redoc_url=None,
        redirect_slashes=False,  # a redirected POST loses its body in many clients
    )
    app.state.settings = settings or read_settings()
    app.state.workers = Workers(app.state.settings.workers, app.state.settings.queue)
    app.include_router(api.router)
    app.include_router(probes.router)
    answer_with_problems(app)
    app.add_middleware(RequestIds)
    openapi.describe(app)
    return app


def __getattr__(name: str) -> FastAPI:
    """``app`` is made when it is asked for, so that importing this module reads no environment."""
    if name == "app":
        globals()["app"] = app = create_app()
        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.workers.start(get_ready)
    yield
    app.state.workers.close()
