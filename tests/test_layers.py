"""The library stands alone: it never knows the service, nor what only a service or a cluster needs."""

from __future__ import annotations

import ast
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cleaner

ABOVE = frozenset(("service", "fastapi", "starlette", "uvicorn", "sqlalchemy", "ray"))
PACKAGE = Path(cleaner.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

# `cleaner serve` starts the service when it is called, and says what to install where that is not there.
# Ray is known to one module, which loads it when a batch runs on a cluster.
MAY_KNOW = {
    PACKAGE / "commands" / "serve.py": frozenset(("service",)),
    PACKAGE / "ray_data.py": frozenset(("ray",)),
}


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(PACKAGE)) for file in FILES])
def test_a_file_of_the_library_imports_nothing_above_it(file: Path) -> None:
    imported = set(_imported(ast.parse(file.read_text(encoding="utf-8"))))
    assert not imported & (ABOVE - MAY_KNOW.get(file, frozenset()))


def test_importing_the_whole_library_loads_nothing_above_it() -> None:
    modules = ["cleaner", *(module.name for module in pkgutil.walk_packages([str(PACKAGE)], "cleaner."))]
    assert "cleaner.pipeline" in modules
    imports = f"for name in {modules!r}: importlib.import_module(name)"
    script = f"import importlib, json, sys\n{imports}\nprint(json.dumps(list(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert not {name.partition(".")[0] for name in json.loads(loaded)} & ABOVE


def _imported(tree: ast.Module) -> Iterator[str]:
    """The top-level packages of every import in a file, those inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
