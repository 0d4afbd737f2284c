"""What compose.yaml does, without containers: its database is found healthy, its service finds it and keeps pages there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from service.serving import SHUTDOWN_SECONDS
from service.settings import PREFIX, Settings
from tests.service.conftest import HTML, HTML_PAGE, running_server
from tests.service.databases import Postgres, programs, running_postgres
from tests.test_dockerfile import INSTRUCTIONS

REPOSITORY = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text())
SERVICE, DATABASE = COMPOSE["services"]["service"], COMPOSE["services"]["database"]
PASSWORD = "Varnholm7"  # noqa: S105  # of a database that lives for a test


def interpolated(value: str, given: dict[str, str]) -> str:
    """The value with its ${NAME:?message} filled in, as compose does it; a name that is not given is an error."""
    return re.sub(r"\$\{(\w+)(?::\?[^}]*)?\}", lambda found: given[found.group(1)], value)


def test_the_database_is_found_healthy_and_the_service_keeps_pages_in_it(tmp_path: Path) -> None:
    given = {"POSTGRES_PASSWORD": PASSWORD}
    image = {name: interpolated(value, given) for name, value in DATABASE["environment"].items()}
    with running_postgres(image["POSTGRES_USER"], image["POSTGRES_PASSWORD"]) as postgres:
        assert _healthy(postgres)
        postgres.new_database(image["POSTGRES_USER"])  # the image makes a database of the user's name
        settings = {name: interpolated(value, given) for name, value in SERVICE["environment"].items()}
        url = settings[f"{PREFIX}DATABASE"].replace("@database/", f"@127.0.0.1:{postgres.port}/")
        key = _made_key(url)
        with running_server(tmp_path, database=url, access="keys", workers="1") as server:
            headers = HTML | {"Authorization": f"Bearer {key}"}
            assert server.client.post("/v1/documents", content=HTML_PAGE, headers=headers).status_code == 201
            assert httpx.get(f"{server.client.base_url}/v1/documents", timeout=60).status_code == 401
            server.process.terminate()
            assert server.process.wait(60) == 0
        with running_server(tmp_path, database=url, access="keys", workers="1") as server:
            listed = server.client.get("/v1/documents", headers={"Authorization": f"Bearer {key}"}).json()
            assert len(listed["documents"]) == 1
    assert not _healthy(postgres)


def test_what_it_sets_is_there_to_be_set() -> None:
    names = {name.removeprefix(PREFIX).lower() for name in SERVICE["environment"]}
    assert names <= set(Settings.model_fields)
    with pytest.raises(KeyError):
        interpolated(DATABASE["environment"]["POSTGRES_PASSWORD"], {})


def test_the_service_may_write_where_it_has_to_and_nowhere_else() -> None:
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    mounted = {volume.split(":")[1] for volume in SERVICE["volumes"]}
    assert "/tmp" in mounted  # noqa: S108  # uploads that are taken apart
    named = {volume.split(":")[0] for service in (SERVICE, DATABASE) for volume in service["volumes"]}
    assert named == set(COMPOSE["volumes"])


def test_it_publishes_the_port_of_the_image_on_this_machine_alone() -> None:
    exposed = dict(INSTRUCTIONS)["EXPOSE"]
    assert SERVICE["ports"] == [f"127.0.0.1:{exposed}:{exposed}"]


def test_it_gives_the_service_the_time_that_it_takes_to_end() -> None:
    last_page = Settings.model_fields["page_seconds"].default
    assert int(SERVICE["stop_grace_period"].removesuffix("s")) > SHUTDOWN_SECONDS + last_page


def _healthy(postgres: Postgres) -> bool:
    how, command = DATABASE["healthcheck"]["test"]
    assert how == "CMD-SHELL"
    environment = os.environ | {"PGPORT": str(postgres.port), "PATH": f"{programs()}:{os.environ['PATH']}"}
    return subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, check=False).returncode == 0


def _made_key(url: str) -> str:
    """The key that the service's README has made before the first start."""
    readme = (REPOSITORY / "service" / "README.md").read_text()
    found = re.search(r"docker compose run --rm service (cleaner-service keys create .*)", readme)
    assert found
    command = [sys.executable, "-m", "service", *found.group(1).split()[1:]]
    environment = os.environ | {f"{PREFIX}DATABASE": url}
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return made.stdout.strip()
