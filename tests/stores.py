"""Object stores on this machine, which the environment leads to while they run."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def s3_server() -> Iterator[None]:
    from moto.server import ThreadedMotoServer
    from s3fs import S3FileSystem

    running = ThreadedMotoServer(port=0)
    running.start()
    host, port = running.get_host_and_port()
    with _environment(
        {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "invented",
            "AWS_SECRET_ACCESS_KEY": "invented",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    ):
        try:
            yield
        finally:
            S3FileSystem.clear_instance_cache()  # it knows its server
            running.stop()


@contextmanager
def gs_server() -> Iterator[None]:
    from gcp_storage_emulator.server import create_server

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = create_server("127.0.0.1", port, in_memory=True)
    running.start()
    # the emulator does not know the kinds of buckets that gcsfs asks for
    told = {"STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{port}", "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false"}
    with _environment(told):
        try:
            yield
        finally:
            running.stop()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
