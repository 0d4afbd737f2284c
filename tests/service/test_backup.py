"""A copy that is made as service/README.md says while the service runs is a whole database, which the service serves."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from service.store.database import integrity
from tests.service.conftest import HTML, HTML_PAGE, in_process
from tests.service.databases import Postgres, programs


def test_a_copy_of_sqlite_is_served(tmp_path: Path) -> None:
    with in_process(workers=1, database=f"sqlite:///{tmp_path}/cleaner.db") as service:
        kept = service.ask("POST", "/v1/documents", content=HTML_PAGE, headers=HTML).json()
        with (
            closing(sqlite3.connect(tmp_path / "cleaner.db")) as source,
            closing(sqlite3.connect(tmp_path / "copy.db")) as copy,
        ):
            source.backup(copy)  # what .backup of the sqlite3 program does
        service.ask("DELETE", f"/v1/documents/{kept['id']}")
    with in_process(workers=1, database=f"sqlite:///{tmp_path}/copy.db") as restored:
        assert restored.get(f"/v1/documents/{kept['id']}").json() == kept
        assert len(restored.get("/v1/documents?q=barges").json()["documents"]) == 1
        assert restored.app.state.store.reading(integrity) == []


def test_a_dump_of_postgresql_is_served(postgres: Postgres, tmp_path: Path) -> None:
    source, target = postgres.new_database(), postgres.new_database()
    with in_process(workers=1, database=source) as service:
        kept = service.ask("POST", "/v1/documents", content=HTML_PAGE, headers=HTML).json()
        _run("pg_dump", "--format=custom", f"--file={tmp_path}/dump", f"--dbname={source}")
    _run("pg_restore", "--no-owner", f"--dbname={target}", f"{tmp_path}/dump")
    with in_process(workers=1, database=target) as restored:
        assert restored.get(f"/v1/documents/{kept['id']}").json() == kept
        assert len(restored.get("/v1/documents?q=barges").json()["documents"]) == 1
        another = restored.ask("POST", "/v1/documents", content=HTML_PAGE + "<p>More.", headers=HTML)
        assert another.status_code == 201


def _run(program: str, *arguments: str) -> None:
    folder = programs()
    assert folder is not None
    command = [f"{folder}/{program}", *arguments]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
