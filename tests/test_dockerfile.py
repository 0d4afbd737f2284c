"""The Dockerfile's steps, carried out in a clean folder: it installs, starts, finds itself healthy, and cleans a page."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from service.settings import Settings

REPOSITORY = Path(__file__).parents[1]
Instructions = list[tuple[str, str]]


def read_instructions(dockerfile: str) -> Instructions:
    """(name, arguments) of each instruction, comments left out and continued lines joined."""
    lines = [line for line in dockerfile.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    return [(name.upper(), arguments.strip()) for name, _, arguments in (line.partition(" ") for line in joined)]


INSTRUCTIONS = read_instructions((REPOSITORY / "Dockerfile").read_text())


class Image:
    """What building the image leaves, below a folder that stands for ``/``. Both stages share it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
        self.environment["PIP_NO_COMPILE"] = "1"  # compiling all that is installed takes longer than installing it
        self.environment["PATH"] = f"{sys.base_prefix}/bin:/usr/bin:/bin"

    def build(self, instructions: Instructions) -> None:
        steps = {"WORKDIR": self._enter, "COPY": self._copy, "RUN": self._run, "ENV": self._set}
        for name, arguments in instructions:
            if name in steps:
                steps[name](arguments)

    def here(self, text: str) -> str:
        """The text with the image's own paths as paths of this machine."""
        for top in ("/opt/", "/build", "/data"):
            text = text.replace(top, f"{self.root}{top}")
        return text

    def _enter(self, folder: str) -> None:
        self.folder = Path(self.here(folder))
        self.folder.mkdir(parents=True, exist_ok=True)

    def _copy(self, arguments: str) -> None:
        *sources, target = arguments.split()
        if sources[0].startswith("--from="):
            assert sources[1:] == [target], "a venv works only at the path it was made for"
            assert Path(self.here(target)).is_dir()
            return
        for source in sources:
            found = REPOSITORY / source
            if found.is_dir():
                shutil.copytree(found, self.folder / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(found, self.folder / target)

    def _run(self, command: str) -> None:
        if "useradd" in command:  # would change this machine
            Path(self.here("/data")).mkdir()
            return
        done = subprocess.run(
            ["/bin/sh", "-ec", self.here(command)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"RUN {command} failed:\n{done.stdout}\n{done.stderr}"

    def _set(self, arguments: str) -> None:
        for assignment in shlex.split(arguments):
            name, _, value = assignment.partition("=")
            self.environment[name] = self.here(value).replace("$PATH", self.environment["PATH"])


on_one_core = pytest.mark.xdist_group("image")  # it is built once


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    with tempfile.TemporaryDirectory(prefix="cleaner-image-") as folder:  # not pytest's: the image's user has to get in
        root = Path(folder)
        root.chmod(0o755)
        built = Image(root)
        built.build(INSTRUCTIONS)
        yield built


def test_every_file_the_image_is_built_from_is_there() -> None:
    copied = [
        arguments.split()[:-1] for name, arguments in INSTRUCTIONS if name == "COPY" and not arguments.startswith("--from")
    ]
    assert copied
    assert not [source for sources in copied for source in sources if not (REPOSITORY / source).exists()]


@on_one_core
def test_the_built_image_serves_and_finds_itself_healthy(image: Image) -> None:
    port = _free_port()
    environment = image.environment | {"CLEANER_PORT": str(port)}
    check = _argument("HEALTHCHECK")
    assert not _healthy(check, environment)
    key = _key(image, environment)
    with _running(_argument("CMD"), image, environment) as process:
        while not _healthy(check, environment):
            assert process.poll() is None, "the service ended by itself"
        page = "<nav><a href=/>Home</a></nav><p>" + "The harbour master counted forty barges before noon. " * 5
        answer = httpx.post(
            f"http://127.0.0.1:{port}/v1/clean", content=page, headers={"Content-Type": "text/html", **key}, timeout=60
        )
        stored = httpx.get(f"http://127.0.0.1:{port}/v1/documents", headers=key, timeout=60)
    assert answer.json()["text"].startswith("The harbour master counted")
    assert stored.json()["documents"] == []
    assert Path(image.here("/data/cleaner.db")).exists()


# The root as a container has it with ``read_only``: /data can be written to, and /tmp, which is $TMPDIR here.
# A Python that lies in root's home is shown to others.
CONTAINED = """
case "$BASE" in /root/*)
    mkdir -p "$ROOT/base"
    mount --bind "$BASE" "$ROOT/base"
    mount -t tmpfs -o mode=755 tmpfs /root
    mkdir -p "$BASE"
    mount --move "$ROOT/base" "$BASE"
esac
for folder in "$ROOT/data" "$TMPDIR"; do mount --bind "$folder" "$folder"; done
for mounted in / $(findmnt --noheadings --output TARGET --target "$ROOT"); do mount -o remount,bind,ro "$mounted"; done
exec setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
"""


@on_one_core
def test_the_image_works_as_its_user_without_rights_on_a_root_that_is_read_only(image: Image) -> None:
    scratch, user = image.root / "tmp", int(dict(INSTRUCTIONS)["USER"])
    scratch.mkdir(mode=0o1777)
    scratch.chmod(0o1777)
    (image.root / "data").chmod(0o755)
    port = _free_port()
    environment = image.environment | {
        "CLEANER_PORT": str(port),
        "CLEANER_DATABASE": f"sqlite:///{image.root}/data/contained.db",
        "ROOT": str(image.root),
        "BASE": sys.base_prefix,
        "TMPDIR": str(scratch),
        "USER_ID": str(user),
    }
    contained = ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-ec", CONTAINED, "sh"]
    tried = subprocess.run([*contained, "true"], env=environment, capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"no root can be made read-only here, for which it takes root: {tried.stderr.strip()}")
    os.chown(image.root / "data", user, user)
    writes = subprocess.run([*contained, "touch", f"{image.root}/opt/x"], env=environment, capture_output=True, check=False)
    assert b"Read-only file system" in writes.stderr
    key = _key(image, environment, contained)
    with _running([*contained, *_argument("CMD")], image, environment) as process:
        while not _healthy(_argument("HEALTHCHECK"), environment):
            assert process.poll() is None, "the service ended by itself"
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=key, timeout=60) as client:
            upload = b'{"html": "<p>The harbour master counted forty barges before noon, and then he went home.</p>"}'
            job = client.post("/v1/jobs?name=a.jsonl", content=upload).json()
            while (shown := client.get(f"/v1/jobs/{job['id']}").json())["state"] in ("queued", "running"):
                time.sleep(0.1)
    assert (shown["state"], shown["done"]) == ("done", 1), shown
    assert {file.stat().st_uid for file in (image.root / "data").glob("contained.db*")} == {user}


@on_one_core
def test_the_image_has_no_tools_of_development(image: Image) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    wanted_by = project["optional-dependencies"]
    listed = subprocess.run(
        [f"{image.root}/opt/cleaner/bin/python", "-m", "pip", "list", "--format=json"], capture_output=True, check=True
    )
    installed = {row["name"].lower() for row in json.loads(listed.stdout)}
    assert "fastapi" in installed
    development = {name.partition(">")[0].lower() for name in wanted_by["dev"] if "[" not in name}
    also_at_run_time = {"httpx", "markdown-it-py"}  # trafilatura and rich want them
    assert not installed & (development - also_at_run_time)


def test_the_image_runs_as_a_user_without_rights_and_says_its_port() -> None:
    last_stage = INSTRUCTIONS[max(at for at, (name, _) in enumerate(INSTRUCTIONS) if name == "FROM") :]
    said = dict(last_stage)
    assert said["FROM"] == "python:3.11-slim"
    assert said["USER"] not in ("root", "0")
    assert f"--uid {said['USER']} " in said["RUN"]
    assert said["EXPOSE"] == str(Settings.model_fields["port"].default)
    assert _argument("CMD") == ["cleaner", "serve", "--host", "0.0.0.0"]  # noqa: S104


def test_reading_a_dockerfile_joins_lines_and_drops_comments() -> None:
    text = "# a comment\nRUN one \\\n    two\n\n  # another\nUSER 7\n"
    assert [(name, arguments.split()) for name, arguments in read_instructions(text)] == [
        ("RUN", ["one", "two"]),
        ("USER", ["7"]),
    ]


def _argument(name: str) -> list[str]:
    """The command of a CMD or HEALTHCHECK, which is a JSON list."""
    arguments = dict(INSTRUCTIONS)[name]
    command: list[str] = json.loads(arguments[arguments.index("[") :])
    return command


def _healthy(check: list[str], environment: dict[str, str]) -> bool:
    executable = shutil.which(check[0], path=environment["PATH"])
    assert executable
    done = subprocess.run([executable, *check[1:]], env=environment, capture_output=True, check=False)
    return done.returncode == 0


def _key(image: Image, environment: dict[str, str], contained: Sequence[str] = ()) -> dict[str, str]:
    """The header of a key: without one the image does not start, as it listens on every address."""
    command = f"{image.root}/opt/cleaner/bin/cleaner-service keys create --name test --scopes admin"
    made = subprocess.run(
        [*contained, *command.split()], env=environment, cwd=image.root, capture_output=True, text=True, check=True
    )
    return {"Authorization": f"Bearer {made.stdout.strip()}"}


@contextmanager
def _running(command: list[str], image: Image, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    executable = shutil.which(_argument("CMD")[0], path=environment["PATH"])
    assert executable
    assert Path(executable).is_relative_to(image.root)
    with subprocess.Popen(
        command, executable=shutil.which(command[0], path=environment["PATH"]), env=environment, cwd=image.root
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
