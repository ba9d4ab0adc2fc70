"""A small tree that passes every check, in a real repository, for tests that break one thing in it."""

from pathlib import Path
from typing import Any

from tools.onetree.tests.repos import Content, Repo

OWNERS = ("core1@example.org", "core2@example.org")

CONTRACTS = """\
[importlinter]
root_package = app

[importlinter:contract:layers]
name = app's layers
type = layers
layers =
    app.cmd
    app.core
    app.api

[importlinter:contract:islands]
name = No driver imports another driver
type = independence
modules =
    app.virt.*
"""

SETTINGS = """\
scripts = ["tools/**"]
plugins = ["app/virt/*"]

[[layout]]
match = "app/virt/*"
require = ["__init__.py", "driver.py", "tests"]

[budgets]
file_lines = 40
class_lines = 12
function_lines = 8
parameters = 3
protocol_methods = 2
exclude = ["app/generated.py"]
"""

FILES: dict[str, Content] = {
    "OWNERS": "\n".join(OWNERS) + "\n",
    ".importlinter": CONTRACTS,
    "onetree.toml": SETTINGS,
    "app/__init__.py": "",
    "app/cmd.py": "import app.core\n",
    "app/core.py": "from app import api\n",
    "app/api.py": "",
    "app/virt/__init__.py": '"""Drivers."""\n',
    "app/virt/disk/OWNERS": "dora@example.org\ndan@example.org\n",
    "app/virt/disk/__init__.py": "",
    "app/virt/disk/driver.py": "import app.api\n",
    "app/virt/disk/tests/__init__.py": "",
    "app/virt/tape/OWNERS": "tom@example.org\ntim@example.org\n",
    "app/virt/tape/__init__.py": "",
    "app/virt/tape/driver.py": "import app.api\n",
    "app/virt/tape/tests/__init__.py": "",
    "tools/run.py": "import app.cmd\n",
}


def repo_with(path: Path, files: dict[str, Content] | None = None) -> Repo:
    """A repository whose one commit is the tree with some files changed."""
    made = Repo(path)
    made.commit({**FILES, **(files or {})})
    return made


def told(repo: Repo, *args: str) -> list[str]:
    """What `onetree check` finds, as ``rule path:line: message``."""
    return lines(repo.onetree("check", *args, "--format", "json").json)


def lines(report: dict[str, Any]) -> list[str]:
    """A report's findings, one a line."""
    return [f"{each['rule']} {each['path']}:{each['line']}: {each['message']}" for each in report["findings"]]
