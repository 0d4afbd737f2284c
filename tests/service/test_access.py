"""Who gets in, and what they see: keys, scopes, owners, limits."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service import callers
from service.callers import OPEN_PATHS
from service.serving import check_access
from service.settings import Settings, SettingsError
from service.store import keys
from tests.service.conftest import HTML, HTML_PAGE, InProcess, in_process


@pytest.fixture
def service(database: str) -> Iterator[InProcess]:
    with in_process(workers=1, queue=20, access="keys", database=database) as running:
        yield running


def key_for(service: InProcess, *scopes: str, owner: str | None = None) -> dict[str, str]:
    """The header of a new key."""
    return {"Authorization": f"Bearer {service.app.state.store.writing(keys.create, 'a key', scopes, owner)}"}


def store(service: InProcess, key: dict[str, str]) -> httpx.Response:
    return service.ask("POST", "/v1/documents", content=HTML_PAGE, headers=HTML | key)


def test_every_route_but_the_probes_needs_a_key(service: InProcess) -> None:
    paths = [*service.app.openapi()["paths"], service.app.openapi_url, "/nowhere"]
    for path in paths:
        filled = str(path).replace("{document_id}", "0" * 32).replace("{number}", "1")
        status = service.get(filled).status_code
        assert (status == 401) == (path not in OPEN_PATHS), path


@pytest.mark.parametrize("header", ["Bearer ", "Bearer wrong", "Basic abc", "Bearer clk_000000000000_" + "x" * 43, ""])
def test_what_is_no_key_opens_nothing(service: InProcess, header: str) -> None:
    answer = service.get("/v1/documents", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Authorization: Bearer KEY" in answer.json()["detail"]


def test_a_wrong_secret_of_a_right_id_opens_nothing(service: InProcess) -> None:
    key = key_for(service, "admin")["Authorization"]
    assert (
        service.get("/v1/documents", headers={"Authorization": key[:-1] + ("A" if key[-1] != "A" else "B")}).status_code == 401
    )


def test_a_scope_allows_what_it_says(service: InProcess) -> None:
    reader, writer, both = key_for(service, "read"), key_for(service, "write"), key_for(service, "read", "write")
    assert store(service, reader).status_code == 403
    assert "'write'" in store(service, reader).json()["detail"]
    assert store(service, writer).status_code == 201
    assert service.get("/v1/documents", headers=writer).status_code == 403
    assert service.get("/v1/documents", headers=both).status_code == 200
    assert service.ask("POST", "/v1/clean", content=HTML_PAGE, headers=HTML | reader).status_code == 200


def test_a_key_never_sees_what_another_stored_unless_it_may(service: InProcess) -> None:
    mine, other, admin = key_for(service, "read", "write"), key_for(service, "read", "write"), key_for(service, "admin")
    location = store(service, mine).headers["Location"]
    assert service.get(location, headers=mine).status_code == 200
    for path in ("", "/page", "/versions", "/versions/1", "/versions/1/diff"):
        assert service.get(location + path, headers=other).status_code == 404
    assert service.ask("POST", f"{location}/versions", headers=other).status_code == 404
    assert service.ask("DELETE", location, headers=other).status_code == 404
    assert service.get("/v1/documents", headers=other).json()["documents"] == []
    assert service.get("/v1/documents?q=barges", headers=other).json()["documents"] == []
    assert service.get("/v1/documents/export", headers=other).text == ""
    assert store(service, other).json()["id"] not in location
    assert len(service.get("/v1/documents", headers=admin).json()["documents"]) == 2
    assert service.get(location, headers=admin).status_code == 200


def test_an_idempotency_key_is_the_owners_own(service: InProcess) -> None:
    for key in (key_for(service, "write"), key_for(service, "write")):
        assert store(service, key | {"Idempotency-Key": "order-7"}).status_code == 201


def test_keys_of_one_owner_share_their_documents(service: InProcess) -> None:
    old, new = key_for(service, "read", "write", owner="newsroom"), key_for(service, "read", owner="newsroom")
    location = store(service, old).headers["Location"]
    assert service.get(location, headers=new).status_code == 200


def test_a_revoked_key_opens_nothing(service: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "KEY_REMEMBERED_S", 0.0)
    key = key_for(service, "read")
    assert service.get("/v1/documents", headers=key).status_code == 200
    service.app.state.store.writing(keys.revoke, key["Authorization"].split("_")[1])
    assert service.get("/v1/documents", headers=key).status_code == 401


def test_the_store_holds_no_key(service: InProcess, tmp_path: Path) -> None:
    secret = key_for(service, "read")["Authorization"].rsplit("_", 1)[-1]
    service.app.state.store.close()
    assert all(secret.encode() not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_a_key_that_sends_too_much_at_once_is_told_and_others_are_not_held_up(database: str) -> None:
    with in_process(workers=1, queue=20, access="keys", requests_at_once=2, database=database) as service:
        greedy, other = key_for(service, "read"), key_for(service, "read")

        async def ask() -> list[int]:
            asked = [
                service.ask_from_loop("POST", "/v1/clean", content=HTML_PAGE, headers=HTML | key)
                for key in (greedy,) * 5 + (other,)
            ]
            answers = await asyncio.gather(*asked)
            assert all(int(it.headers["Retry-After"]) > 0 for it in answers if it.status_code == 429)
            return [answer.status_code for answer in answers]

        *of_greedy, of_other = asyncio.run(ask())
        assert sorted(of_greedy) == [200, 200, 429, 429, 429]
        assert of_other == 200


def test_a_key_that_sends_too_fast_is_told_when_to_come_back(tmp_path: Path) -> None:
    with in_process(workers=1, requests_per_second=0.1, database=f"sqlite:///{tmp_path}/a.db") as service:
        answers = [service.get("/version") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 429]
        assert 1 <= int(answers[1].headers["Retry-After"]) <= 10
        assert service.get("/livez").status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "service.example"])  # noqa: S104
def test_an_address_that_others_reach_is_refused_without_a_key(tmp_path: Path, host: str) -> None:
    database = f"sqlite:///{tmp_path}/a.db"
    with pytest.raises(SettingsError, match="keys create"):
        check_access(Settings(host=host, database=database))
    check_access(Settings(host=host, database=database, access="open"))
    with in_process(database=database, workers=1) as service:
        key_for(service, "read")
    check_access(Settings(host=host, database=database))


def test_this_machine_alone_needs_no_key(tmp_path: Path) -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        check_access(Settings(host=host, database=f"sqlite:///{tmp_path}/a.db"))


def test_keys_are_made_listed_and_revoked_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANER_DATABASE", f"sqlite:///{tmp_path}/a.db")
    key = _command("keys", "create", "--name", "crawler", "--scopes", "read,write").stdout.strip()
    identity = key.split("_")[1]
    listed = _command("keys", "list").stdout
    assert identity in listed
    assert "crawler" in listed
    assert key.split("_")[2] not in listed
    assert _command("keys", "revoke", identity).returncode == 0
    again = _command("keys", "revoke", identity)
    assert again.returncode == 2
    assert "no valid key" in again.stderr
    assert "there is no scope 'all'" in _command("keys", "create", "--name", "x", "--scopes", "all").stderr


def test_the_settings_are_printed_with_their_origin_and_without_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "service.toml").write_text("queue = 7\nport = 9000\n")
    monkeypatch.setenv("CLEANER_SETTINGS", str(tmp_path / "service.toml"))
    monkeypatch.setenv("CLEANER_PORT", "9001")
    monkeypatch.setenv("CLEANER_DATABASE", "postgresql://cleaner:hunter2@db.example/cleaner")
    printed = _command("config").stdout
    rows = {line.split()[0]: line.split()[1:] for line in printed.splitlines()}
    assert rows["port"] == ["9001", "CLEANER_PORT"]
    assert rows["queue"] == ["7", str(tmp_path / "service.toml")]
    assert rows["host"] == ["127.0.0.1", "default"]
    assert "hunter2" not in printed
    monkeypatch.setenv("CLEANER_WORKRES", "4")
    monkeypatch.setenv("CLEANER_COLOUR", "red")
    monkeypatch.setenv("CLEANER_KEY", "clk_of_a_client")
    assert _command("config").stderr.splitlines() == [
        "warning: CLEANER_COLOUR is set, but there is no such setting: cleaner-service config lists those there are",
        "warning: CLEANER_WORKRES is set, but there is no such setting: did you mean CLEANER_WORKERS?",
    ]
    (tmp_path / "service.toml").write_text("ports = 1\n")
    assert "there is no setting 'ports'" in _command("config").stderr


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "service", *arguments], capture_output=True, text=True, check=False)
