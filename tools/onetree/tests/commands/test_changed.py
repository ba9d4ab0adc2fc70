"""`onetree changed`, through the command line on real repositories."""

from pathlib import Path

import pytest

from tools.onetree.tests.repos import Content, Repo


def manifest(name: str, *paths: str) -> str:
    return f'name = "{name}"\nsummary = "It."\nstatus = "supported"\npaths = {list(paths)}\n'


FILES: dict[str, Content] = {
    "OWNERS": "root1@example.org\n",
    "subsystem.toml": manifest("core"),
    "app/__init__.py": "",
    "app/server.py": "import app.store\n\nfrom app.drivers import loader\n",
    "app/util.py": "",
    "app/store/OWNERS": "ann@example.org\n",
    "app/store/__init__.py": "import app.store.rows\n",
    "app/store/rows.py": "",
    "app/store/schema.sql": "",
    "app/drivers/__init__.py": "",
    "app/drivers/loader.py": 'DEFAULT = "app.drivers.disk.main"\n',
    "app/drivers/disk/OWNERS": "dora@example.org\n",
    "app/drivers/disk/subsystem.toml": manifest("disk", "docs/disk/**", "app/disk_*.py"),
    "app/drivers/disk/__init__.py": "",
    "app/drivers/disk/main.py": "import app.util\n",
    "app/disk_old.py": "",
    "docs/disk/a.md": "",
    "web/OWNERS": "wim@example.org\n",
    "web/__init__.py": "",
    "web/page.py": "import app.server\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit(FILES)
    return made


def named(repo: Repo) -> dict[str, list[str]]:
    """The names of what HEAD's commit touches, and of what depends on that."""
    ran = repo.onetree("changed", "--target", "HEAD^", "--head", "HEAD", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert all(each["affected"] for each in ran.json["subsystems"])
    return {
        "touched": [each["name"] for each in ran.json["subsystems"] if each["touched"]],
        "depending": [each["name"] for each in ran.json["subsystems"] if not each["touched"]],
    }


@pytest.mark.parametrize(
    ("change", "touched", "depending"),
    [
        ({"app/store/rows.py": "ROWS = 1\n"}, ["app/store"], ["core", "web"]),
        ({"app/store/schema.sql": "x"}, ["app/store"], ["core", "web"]),
        ({"app/store/rows.py": None, "app/store/__init__.py": ""}, ["app/store"], ["core", "web"]),
        ({"app/util.py": "A = 1\n"}, ["core"], ["disk", "web"]),
        # The loader names the driver in a string alone.
        ({"app/drivers/disk/main.py": "A = 1\n"}, ["disk"], ["core", "web"]),
        ({"web/page.py": None}, ["web"], []),
        ({"docs/disk/a.md": "x"}, ["disk"], []),
        ({"docs/a.md": "x", "docs/disk/b.md": "x"}, ["core", "disk"], []),
        ({"app/disk_old.py": None, "app/drivers/disk/old.py": ""}, ["disk"], []),
        ({"app/store/rows.py": ("100755", "")}, ["app/store"], ["core", "web"]),
        ({"web/OWNERS": "wim@example.org\nwil@example.org\n"}, ["web"], []),
        # A change of policy adds to what a change touches, and takes nothing away.
        ({"new/OWNERS": "", "new/a.txt": ""}, ["core", "new"], []),
        (
            {"app/drivers/disk/subsystem.toml": manifest("disk", "app/util.py"), "app/util.py": "A = 1\n"},
            ["core", "disk"],
            ["web"],
        ),
    ],
)
def test_what_a_change_touches_and_what_depends_on_that(
    repo: Repo, change: dict[str, Content], touched: list[str], depending: list[str]
) -> None:
    repo.commit(change)
    assert named(repo) == {"touched": touched, "depending": depending}


def test_json_names_paths_claims_and_edges(repo: Repo) -> None:
    repo.commit({"app/store/rows.py": "ROWS = 1\n", "app/disk_old.py": None})
    ran = repo.onetree("changed", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {
        "change": f"commit {repo.git('rev-parse', 'HEAD')[:10]} over its parent",
        "changed_paths": 2,
        "subsystems": [
            {
                "name": "app/store",
                "touched": True,
                "affected": True,
                "reasons": ["app/store/rows.py is modified"],
            },
            {
                "name": "disk",
                "touched": True,
                "affected": True,
                "reasons": [
                    "app/disk_old.py is deleted, claimed by app/disk_*.py (app/drivers/disk/subsystem.toml:4)",
                ],
            },
            {
                "name": "core",
                "touched": False,
                "affected": True,
                "reasons": [
                    "app.server imports app.store (app/server.py:1)",
                    "app.store imports app.store.rows (app/store/__init__.py:1)",
                ],
            },
            {
                "name": "web",
                "touched": False,
                "affected": True,
                "reasons": [
                    "web.page imports app.server (web/page.py:1)",
                    "app.server imports app.store (app/server.py:1)",
                    "app.store imports app.store.rows (app/store/__init__.py:1)",
                ],
            },
        ],
        "enclosing": ["core"],
        "unowned": [],
    }


def test_text_shows_the_first_reasons_and_counts_the_rest(repo: Repo) -> None:
    repo.commit({f"web/page{number}.txt": "x" for number in range(7)} | {"app/disk_old.py": "A = 1\n"})
    assert repo.onetree("changed") == (
        0,
        f"commit {repo.git('rev-parse', 'HEAD')[:10]} over its parent: 8 changed paths.\n"
        "Touches:\n"
        "  disk\n"
        "    app/disk_old.py is modified, claimed by app/disk_*.py (app/drivers/disk/subsystem.toml:4)\n"
        "  web\n"
        "    web/page0.txt is added\n"
        "    web/page1.txt is added\n"
        "    web/page2.txt is added\n"
        "    web/page3.txt is added\n"
        "    web/page4.txt is added\n"
        "    and 2 more\n"
        "Files that others claim stand in folders of: core\n",
        "",
    )


def test_paths_of_nobody_and_odd_names_are_shown(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"a/OWNERS": "ann@example.org\n"})
    repo.commit({"b\n\udcff.txt": "x", "a/x y.txt": "x"})
    head = repo.git("rev-parse", "HEAD")[:10]
    assert repo.onetree("changed") == (
        0,
        f"commit {head} over its parent: 2 changed paths.\n"
        "Touches:\n  a\n    a/x y.txt is added\n"
        "1 path of no subsystem:\n    b\\n\\udcff.txt\n",
        "",
    )
    assert repo.onetree("changed", "--format", "json").json["unowned"] == ["b\n\udcff.txt"]


def test_a_broken_manifest_is_bad_input(repo: Repo) -> None:
    repo.commit({"web/subsystem.toml": "nmae = 1\n"})
    assert repo.onetree("changed") == (
        2,
        "",
        "onetree: web/subsystem.toml:1: unknown key 'nmae'. Did you mean 'name'?\n",
    )
