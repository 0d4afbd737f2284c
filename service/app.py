"""The service put together. ``uvicorn service.app:app`` runs it with the settings of the environment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from cleaner.version import __version__
from service import api, bench, documents_api, jobs_api, logins, openapi, probes, review, samples_api, sites_api
from service.answers import answer_with_problems
from service.bodies import BodyRoom
from service.callers import Callers
from service.facades import FACADES
from service.fetching import Fetcher
from service.job_runner import JobRunner
from service.models import ModelInUse
from service.observing import Metrics
from service.request_ids import RequestIds
from service.settings import Settings, read_settings
from service.store.database import Store
from service.workers import Workers


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service as an ASGI app, with these settings or the environment's. Raises SettingsError, StoreError, InputError for a
    model that cannot be used.

    Its worker processes start with its lifespan, or else with the first page; the database is opened with the first request
    that needs it.
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
    chosen = settings or read_settings()
    app.state.settings = chosen
    app.state.body_room = BodyRoom(chosen.max_bodies_bytes)
    app.state.store = Store(chosen.database)
    app.state.models = ModelInUse(chosen.artefact)
    app.state.workers = Workers(
        chosen.workers,
        chosen.queue,
        seconds=chosen.page_seconds,
        memory=chosen.page_megabytes * 1_000_000,
        begin=app.state.models.begin if chosen.artefact else None,
    )
    app.state.fetcher = Fetcher(chosen)
    app.state.metrics = Metrics(app.state.workers, app.state.models)
    app.state.draining = False
    app.include_router(api.router)
    app.include_router(documents_api.router)
    app.include_router(jobs_api.router)
    app.include_router(sites_api.router)
    app.include_router(samples_api.router)
    app.include_router(probes.router)
    app.include_router(logins.router)
    app.include_router(review.router)
    app.include_router(bench.router)
    for name in chosen.facade_names:
        app.include_router(FACADES[name])
    answer_with_problems(app)
    app.add_middleware(Callers, settings=chosen, store=app.state.store, body_room=app.state.body_room)
    if chosen.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=[origin.strip() for origin in chosen.cors_origins.split(",")],
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
            expose_headers=["Location", "Link", "Cleaner-Status", "Cleaner-Result", "X-Request-ID", "Retry-After"],
        )
    app.add_middleware(RequestIds, metrics=app.state.metrics)
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
    app.state.workers.start()
    runner = JobRunner(app.state.settings, app.state.store, app.state.workers)
    runner.start()
    watching = asyncio.create_task(app.state.models.watch(app.state.workers)) if app.state.settings.artefact else None
    yield
    if watching:
        watching.cancel()
    await runner.stop()
    app.state.workers.close()
    app.state.store.close()
