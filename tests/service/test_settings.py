"""The service is set by environment variables, and says which one is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
        ("CLEANER_PORT", "tcp://10.0.0.7:8000", "must be a whole number, at least 0 and at most 65,535 (port to listen on"),
        ("CLEANER_PORT", "65536", "at most 65,535"),
        ("CLEANER_WORKERS", "0", "at least 1"),
        ("CLEANER_MAX_BODY_BYTES", "10MB", "must be a whole number, at least 1 (largest request body in bytes)"),
        ("CLEANER_QUEUE", "-1", "at least 0"),
        ("CLEANER_PAGE_SECONDS", "nan", "must be a number, more than 0 and at most 600"),
        ("CLEANER_ACCESS", "nobody", "must be one of auto, keys, open"),
        ("CLEANER_FACADES", "solr", "there is no facade 'solr': choose from tika, readability, mercury"),
        ("CLEANER_FETCH_PORTS", "http", "'http' is no port: write them as 80,443"),
    ],
)
def test_a_wrong_value_is_told_with_its_variable_and_what_may_be_there(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    for part in (name, repr(value), says):
        assert part in str(refused.value)
    assert "nput" not in str(refused.value)


def test_a_wrong_value_is_told_with_its_option_or_the_file_that_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "service.toml"
    file.write_text('workers = "two"\nfacades = 3\nporte = 1\n')
    monkeypatch.setenv("CLEANER_SETTINGS", str(file))
    with pytest.raises(SettingsError) as refused:
        read_settings(port=70_000)
    for part in (
        "--port is 70000, and must be a whole number",
        f"workers in {file} is 'two', and must be a whole number",
        f"facades in {file} is 3, and must be a text",
        "there is no setting 'porte': known are host, port",
    ):
        assert part in str(refused.value)


@pytest.mark.parametrize("command", [(), ("config",), ("keys",), ("keys", "create")])
def test_the_help_is_plain_text(command: tuple[str, ...]) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "service", *command, "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert shown.isascii()
    assert "`" not in shown
    assert "<" not in shown
    assert "Usage: " in shown


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
