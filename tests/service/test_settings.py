"""The service is set by environment variables, and says which one is wrong."""

from __future__ import annotations

import pytest

from service.app import create_app
from service.settings import Settings, SettingsError, read_settings
from tests.service.conftest import TEXT, InProcess


def test_the_environment_sets_and_the_caller_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANER_PORT", "9000")
    monkeypatch.setenv("CLEANER_QUEUE", "")
    assert read_settings().port == 9000
    assert read_settings(port=9001).port == 9001
    assert read_settings().queue == 16


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CLEANER_PORT", "tcp://10.0.0.7:8000", "valid integer"),
        ("CLEANER_PORT", "65536", "less than or equal to 65535"),
        ("CLEANER_WORKERS", "0", "greater than or equal to 1"),
        ("CLEANER_MAX_BODY_BYTES", "10MB", "valid integer"),
        ("CLEANER_QUEUE", "-1", "greater than or equal to 0"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    for part in (name, repr(value), says):
        assert part in str(refused.value)


def test_the_body_limit_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANER_MAX_BODY_BYTES", "1000")
    app = create_app()
    service = InProcess(app)
    assert service.clean(content=b"x" * 1000, headers=TEXT).status_code == 200
    refused = service.clean(content=b"x" * 1001, headers=TEXT)
    app.state.workers.close()
    assert refused.status_code == 413
    assert refused.json()["limit_bytes"] == 1000


def test_a_body_limit_beyond_the_page_limit_leaves_the_page_limit() -> None:
    app = create_app(Settings(workers=1, queue=0, max_body_bytes=20_000_000))
    refused = InProcess(app).clean(content=b"x" * 10_000_001, headers=TEXT)
    app.state.workers.close()
    assert refused.status_code == 413
    assert refused.json()["limit"] == "size"
