"""What an operator watches: the metrics of this process, for Prometheus."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.types import Scope

from service.models import ModelInUse
from service.workers import Workers

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)
_BYTES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
_SCORES = tuple(tenth / 10 for tenth in range(1, 11))


class Metrics:
    """The counters of one service; ``written`` is what ``/metrics`` answers."""

    def __init__(self, workers: Workers, models: ModelInUse) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter("cleaner_requests", "Requests answered", ("method", "route", "status"), registry=registry)
        self._seconds = Histogram(
            "cleaner_request_seconds",
            "From the head of a request to the end of its answer",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._bytes = Histogram("cleaner_body_bytes", "Sizes of request bodies", buckets=_BYTES, registry=registry)
        self._problems = Counter("cleaner_problems", "Problems answered, by kind", ("kind",), registry=registry)
        self._quality = Histogram("cleaner_quality", "Foretold quality of documents", buckets=_SCORES, registry=registry)
        self._removed = Counter("cleaner_removed", "Pieces that were removed, by reason", ("reason",), registry=registry)
        self._pages = Counter("cleaner_pages", "Pages that were cleaned", registry=registry)
        for name, told, value in (
            ("cleaner_queue", "Jobs that wait for a worker or are worked on", lambda: workers.waiting),
            ("cleaner_workers", "Worker processes that live", lambda: len(workers.pids)),
            ("cleaner_worker_deaths", "Pages that killed their worker", lambda: workers.deaths),
            ("cleaner_worker_timeouts", "Pages that took too long", lambda: workers.timeouts),
            ("cleaner_models_refused", "Models that became current and could not be used", lambda: models.refused),
        ):
            Gauge(name, told, registry=registry).set_function(value)

    def answered(self, scope: Scope, status: int, seconds: float, size: int) -> None:
        """Count one answer."""
        route = route_of(scope)
        self._requests.labels(scope["method"] if route else "other", route or "none", str(status)).inc()
        self._seconds.labels(route or "none").observe(seconds)
        if size:
            self._bytes.observe(size)
        kind = scope["state"].get("problem")
        if kind is not None:
            self._problems.labels(kind or str(status)).inc()

    def cleaned(self, quality: float | None, reasons: Mapping[str, int]) -> None:
        """Count one page."""
        self._pages.inc()
        if quality is not None:
            self._quality.observe(quality)
        for reason, pieces in reasons.items():
            self._removed.labels(reason).inc(pieces)

    def written(self) -> bytes:
        return generate_latest(self._registry)


def metrics_of(request: Request) -> Metrics:
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)
    return metrics


def route_of(scope: Scope) -> str | None:
    """The path of the route as it is documented, with names in place of values; None where none was found."""
    route = scope.get("route")
    return getattr(route, "path", None)
