"""The tree that the approval cases are about, as a repository, and changes and votes on it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.onetree.tests.repos import Content, Ran, Repo

TREE: Mapping[str, Content] = {
    "OWNERS": "root1@example.org\n",
    "onetree.toml": 'override = ["boss@example.org"]\naccounts = "tooling/accounts.toml"\n',
    "setup.py": "",
    "nova/OWNERS": "core1@example.org\ncore2@example.org\n",
    "nova/__init__.py": "",
    "nova/virt/OWNERS": "core1@example.org\nper-file driver.py=set noparent\nper-file driver.py=virt1@example.org\n",
    "nova/virt/__init__.py": "",
    "nova/virt/driver.py": "class ComputeDriver: ...\n",
    "nova/virt/LIBVIRT_OWNERS": "lv3@example.org\n",
    "nova/virt/libvirt/OWNERS": "set noparent\nlv1@example.org\nlv2@example.org\nfile:/nova/virt/LIBVIRT_OWNERS\n",
    "nova/virt/libvirt/__init__.py": "",
    "nova/virt/libvirt/host.py": "HOST = 1\n",
    "nova/virt/libvirt/x.py": "X = 1\n",
    "nova/virt/vmwareapi/OWNERS": "vm1@example.org\n",
    "nova/virt/vmwareapi/__init__.py": "",
    "nova/virt/vmwareapi/images.py": "IMAGES = 1\n",
    "nova/virt/zvm/__init__.py": "",
    "nova/virt/zvm/x.py": "ZVM = 1\n",
    "nova/db/OWNERS": "set noparent\ndb1@example.org\ndb2@example.org\ndb3@example.org\n",
    "nova/db/subsystem.toml": (
        'name = "db"\nsummary = "the database"\nstatus = "supported"\n\n'
        '[approvals]\ncount = 2\nalso = [{ count = 1, from = "/nova/OWNERS" }]\n'
    ),
    "nova/db/api.py": "API = 1\n",
    "tooling/OWNERS": "set noparent\nsec1@example.org\n",
    "tooling/accounts.toml": '[[accounts]]\nid = "lv1"\nemails = ["lv1@example.org"]\n',
    "tooling/evaluator.py": "EVALUATOR = 1\n",
}


def person(name: str) -> str:
    """The address of somebody whom the cases call by a short name."""
    return name if "@" in name else f"{name}@example.org"


def votes_of(commit: str, cast: Sequence[str], **more: Any) -> dict[str, Any]:
    """A votes file: `cast` are ``approve lv1`` or ``approve lv1 COMMIT``, in order; mallory made the change."""
    votes = []
    for number, each in enumerate(cast, 1):
        vote, account, on = (*each.split(), commit)[:3]
        votes.append({"account": person(account), "vote": vote, "commit": on, "seq": number})
    votes_file = {"author": "mallory@example.org", "uploader": "mallory@example.org", "head": commit, "votes": votes}
    return votes_file | more


class Tree:
    """The fixture's repository, bare: nothing here has a work tree."""

    def __init__(self, path: Path) -> None:
        self.repo = Repo(path / "tree.git", bare=True)
        self.folder = path
        self.tip = self.repo.commit(TREE, author="root1@example.org", message="The fixture")

    def setup(self, files: Mapping[str, Content]) -> str:
        """Commit to main."""
        self.tip = self.repo.commit(files, author="root1@example.org", message="Set up")
        return self.tip

    def change(self, files: Mapping[str, Content], **more: Any) -> str:
        """Commit to the branch `topic`, over main's tip unless `parents` say otherwise."""
        return self.repo.commit(files, branch="topic", **{"parents": [self.tip]} | more)

    def judge(self, commit: str, cast: Sequence[str] = (), *, target: str = "main", **more: Any) -> Ran:
        """Run `onetree approvals` as another program does."""
        return self.judge_by(votes_of(commit, cast, **more), commit, target=target)

    def judge_by(self, votes: object, head: str, *, target: str = "main", form: str = "json") -> Ran:
        """The same by a votes file that is given whole."""
        file = self.folder / "votes.json"
        file.write_text(json.dumps(votes))
        args = ("--target", target, "--head", head, "--votes", str(file))
        return self.repo.onetree("--format", form, "approvals", *args)


def statuses(ran: Ran) -> dict[str, str]:
    """Path -> status of an answer, which must be one."""
    assert ran.code in (0, 1), ran.err
    return {path["path"]: path["status"] for path in ran.json["paths"]}
