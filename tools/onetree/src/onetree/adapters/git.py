"""Git repositories, read through the git command alone: objects, the index, the working tree, diffs and merges.

Nothing here writes to refs, index, work tree or network; a merge that is tried out leaves loose objects that nothing
refers to, for git to collect. Plumbing commands are used, so that nobody's configuration changes an answer, and every
path travels as bytes between NULs (`-z`).
"""

import os
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, NamedTuple, cast

from onetree.adapters import early
from onetree.policy.tree import Entry, PathChange, Tree
from onetree.policy.values import InputError

if TYPE_CHECKING:
    import subprocess  # 3 ms to import, and of no need where `early` has every answer

_MISSING_MODE = "000000"


class Done(NamedTuple):
    """A git command that has ended."""

    returncode: int
    stdout: bytes
    stderr: bytes


class Commit(NamedTuple):
    """A commit's own fields; `author` and `committer` are e-mail addresses as written, which is text, not identity."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: str
    committer: str
    message: str


class Merge(NamedTuple):
    """What merging would give: the id of the resulting tree, and the paths in conflict (then the tree is no result)."""

    tree: str
    conflicts: tuple[str, ...]


def decode(raw: bytes) -> str:
    """Decode a path as `os.fsdecode` does on a UTF-8 system, whatever this system's locale is."""
    return raw.decode("utf-8", "surrogateescape")


def encode(path: str) -> bytes:
    """The inverse of `decode`."""
    return path.encode("utf-8", "surrogateescape")


class Repository:
    """One git repository. Its answers are cached as long as the object lives, so make one per judged change."""

    def __init__(self, root: str, git_dir: str, *, bare: bool, shallow: bool) -> None:
        self.root = root
        self.git_dir = git_dir
        self.bare = bare
        self.shallow = shallow
        self._batch: subprocess.Popen[bytes] | None = None
        self._resolved: dict[str, str] = {}

    @classmethod
    def discover(cls, path: str = ".") -> "Repository":
        """The repository around `path`. Raises InputError where there is none, or git itself is not to be had."""
        if not os.path.isdir(path):
            raise InputError(f"{path} is not a folder.", hint="Give --repo the folder of a git repository.")
        done = _run(path, early.DISCOVER)
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()
            if "dubious ownership" in said:
                remedy = f"git config --global --add safe.directory {os.path.abspath(path)}"
                raise InputError(f"git does not trust {path}: another user owns it.", hint=f"Run: {remedy}")
            hint = "Run onetree inside a repository, name one with --repo, or make one with: git init"
            raise InputError(f"{os.path.abspath(path)} is not inside a git repository.", hint=hint)
        bare, shallow, git_dir, *cdup = decode(done.stdout).split("\n")
        root = git_dir if bare == "true" else os.path.normpath(os.path.join(path, cdup[0] if cdup else ""))
        return cls(os.path.abspath(root), git_dir, bare=bare == "true", shallow=shallow == "true")

    # -- revisions ---------------------------------------------------------------------------------------------------

    def resolve(self, rev: str) -> str:
        """The full id of a commit. Raises InputError for an unknown revision, saying how to get it where git knows."""
        found = self.find(rev)
        if found is None:
            raise InputError(f"{rev} is not a commit in this repository.", hint=self._remedy(rev))
        return found

    def find(self, rev: str) -> str | None:
        """The full id of a commit, or None where the revision is unknown."""
        if rev not in self._resolved:
            if not rev or rev.startswith("-") or "\n" in rev or "\0" in rev:
                return None
            found = self._ask("info", rev + "^{commit}")
            if len(found) != 3 or found[1] != b"commit":
                return None
            self._resolved[rev] = found[0].decode()
        return self._resolved[rev]

    def commit(self, rev: str) -> Commit:
        """The fields of one commit. Raises InputError where it is unknown."""
        commit = self.resolve(rev)
        return _parse_commit(commit, self.blob(commit))

    def commits(self, target: str, head: str) -> tuple[Commit, ...]:
        """The commits that `head` has and `target` has not, newest first."""
        done = self._git(["rev-list", "--topo-order", f"{self.resolve(target)}..{self.resolve(head)}"])
        return tuple(_parse_commit(oid, self.blob(oid)) for oid in done.stdout.decode().split())

    def merge_base(self, a: str, b: str) -> str | None:
        """A best common ancestor of two commits, or None. Raises InputError where a shallow clone hides it."""
        done = self._git(["merge-base", self.resolve(a), self.resolve(b)], check=False)
        if done.returncode == 0:
            return done.stdout.decode().strip()
        if self.shallow:
            raise InputError(f"The common ancestor of {a} and {b} is not in this shallow clone.", hint=self._remedy(a))
        return None

    def merge_result(self, target: str, head: str) -> Merge:
        """The tree that merging `head` into `target` would give, without touching index, work tree or refs."""
        old, new = self.resolve(target), self.resolve(head)
        base = self.merge_base(old, new)
        if base == old:
            return Merge(new, ())
        if base == new:
            return Merge(old, ())
        if base is None:
            raise InputError(f"{target} and {head} have no common ancestor.", hint="Rebase one onto the other.")
        # Without --no-messages the conflict report would follow; exit code 1 means conflicts, more than 1 an error.
        args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", old, new]
        done = self._git(args, check=False)
        if done.returncode > 1:
            raise self._failure(args, done)
        tree, *conflicts = [part for part in done.stdout.split(b"\0") if part]
        return Merge(tree.decode(), tuple(decode(path) for path in conflicts))

    # -- trees -------------------------------------------------------------------------------------------------------

    def tree(self, rev: str, name: str = "") -> Tree:
        """The files of a commit or tree, read from objects alone; `name` is what people are to call it."""
        return _ObjectTree(self, rev, name or rev)

    def empty_tree(self) -> str:
        """The id of the tree without files, in this repository's hash."""
        return self._git(["hash-object", "-t", "tree", "--stdin"]).stdout.decode().strip()

    def index(self) -> Tree:
        """What is staged. Raises InputError where the index holds unmerged paths."""
        return _ListedTree(self, "the index", self._staged())

    def worktree(self) -> Tree:
        """The working tree: tracked files as they stand on disk, and the untracked ones that git does not ignore."""
        entries = self._staged()
        for change in self.worktree_changes():
            if change.new is None:
                entries.pop(change.path, None)
            else:
                entries[change.path] = change.new
        return _WorkTree(self, "the working tree", entries)

    def diff(self, old: str, new: str) -> tuple[PathChange, ...]:
        """The paths that differ between two revisions or tree ids; a rename is a deletion and an addition."""
        args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--ignore-submodules=none", old, new]
        return tuple(parse_raw(self._git(args).stdout))

    def staged_changes(self) -> tuple[PathChange, ...]:
        """What is staged, against HEAD (against nothing before the first commit)."""
        base = self.find("HEAD") or self.empty_tree()
        args = ["diff-index", "--cached", "-r", "-z", "--raw", "--no-renames", "--ignore-submodules=none", base]
        return tuple(parse_raw(self._git(args).stdout))

    def worktree_changes(self) -> tuple[PathChange, ...]:
        """What the working tree has changed against HEAD, staged or not, untracked files included."""
        if self.bare:
            return ()
        return tuple(self._status(self._git(early.STATUS).stdout.split(b"\0")))

    def _staged(self) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for record in self._git(early.STAGED).stdout.split(b"\0")[:-1]:
            head, _, path = record.partition(b"\t")
            mode, oid, stage = head.decode().split(" ")
            if stage != "0":
                raise InputError(
                    f"The index holds the unmerged path {decode(path)!r}.",
                    hint="Resolve the conflict, git add it, and run again.",
                )
            entries[decode(path)] = Entry(mode, oid)
        return entries

    def _status(self, records: Sequence[bytes]) -> Iterable[PathChange]:
        for record in records:
            kind = record[:1]
            if kind == b"1":
                _, _, _, mode_head, _, mode_work, oid_head, _, path = record.split(b" ", 8)
                old = None if mode_head.decode() == _MISSING_MODE else Entry(mode_head.decode(), oid_head.decode())
                new = None if mode_work.decode() == _MISSING_MODE else self._on_disk(path, mode_work.decode())
                if old != new:
                    yield PathChange(decode(path), old, new)
            elif kind == b"?":
                new = self._on_disk(record[2:], "")
                if new is not None:
                    yield PathChange(decode(record[2:]), None, new)
            elif kind == b"u":
                path = record.split(b" ", 10)[10]
                raise InputError(
                    f"The working tree holds the unmerged path {decode(path)!r}.",
                    hint="Resolve the conflict, git add it, and run again.",
                )

    def _on_disk(self, raw: bytes, mode: str) -> Entry | None:
        import hashlib

        full = os.path.join(os.fsencode(self.root), raw)
        if raw.endswith(b"/") or (os.path.isdir(full) and not os.path.islink(full)):
            head = _run(os.fsdecode(full), ["rev-parse", "HEAD"])  # a nested repository
            return Entry("160000", head.stdout.decode().strip()) if head.returncode == 0 else None
        try:
            data = _read_disk(full)
        except FileNotFoundError:
            return None
        if not mode:
            status = os.lstat(full)
            mode = "120000" if os.path.islink(full) else "100755" if status.st_mode & 0o100 else "100644"
        return Entry(mode, hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest())

    # -- objects -----------------------------------------------------------------------------------------------------

    def blob(self, oid: str) -> bytes:
        """The content of an object. Raises InputError where it is missing, as in partial and damaged clones."""
        fields = self._ask("contents", oid)
        if len(fields) != 3:
            raise InputError(f"The object {oid} is missing from this clone.", hint=self._remedy(oid))
        pipe = cast(IO[bytes], cast("subprocess.Popen[bytes]", self._batch).stdout)
        data = pipe.read(int(fields[2]))
        pipe.read(1)
        return data

    def _ask(self, what: str, name: str) -> list[bytes]:
        """The words of the line that one long-lived `git cat-file` answers with: id, type and size, or else."""
        if self._batch is None:
            import subprocess

            self._batch = subprocess.Popen(
                _command(["cat-file", "--batch-command"], self.git_dir),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **early.ENVIRONMENT},
            )
            weakref.finalize(self, _end, self._batch)
        try:
            pipe_in, pipe_out = cast(IO[bytes], self._batch.stdin), cast(IO[bytes], self._batch.stdout)
            pipe_in.write(f"{what} {name}\n".encode("utf-8", "surrogateescape"))
            pipe_in.flush()
            line = pipe_out.readline()
        except BrokenPipeError:
            line = b""
        if not line:  # git gave up, as it does where a partial clone lacks an object: the next question starts anew
            self._batch = None
        return line.split()

    def config(self, key: str) -> str:
        """One value of git's configuration, or an empty string."""
        return self._git(["config", "--get", key], check=False).stdout.decode().strip()

    def raw(self, args: Sequence[str]) -> bytes:
        """The output of a git command that reads. Raises InputError where it fails."""
        return self._git(args).stdout

    def _git(self, args: Sequence[str], *, check: bool = True) -> Done:
        done = _run(self.root, args)
        if check and done.returncode:
            raise self._failure(args, done)
        return done

    def _failure(self, args: Sequence[str], done: Done) -> InputError:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return InputError(
            f"git {args[0]} failed: {said[0].rstrip('.') if said else f'exit code {done.returncode}'}.",
            hint=self._remedy(""),
        )

    def _remedy(self, rev: str) -> str:
        if self.shallow:
            return "This clone is shallow. Get its history with: git fetch --unshallow"
        if self.config("remote.origin.promisor") == "true" or self.config("extensions.partialclone"):
            return "This clone is partial. Get its objects with: git fetch --refetch --no-filter"
        if rev and self._git(["remote"], check=False).stdout:
            return "Get it with: git fetch --all"
        return "See what there is with: git log --oneline --all" if rev else "Check the repository with: git fsck"


class _ObjectTree:
    """A commit's or tree's files, listed at the first question."""

    def __init__(self, repo: Repository, rev: str, name: str) -> None:
        self.name = name
        self._repo = repo
        self._rev = rev
        self._entries: dict[str, Entry] | None = None

    def entries(self) -> Mapping[str, Entry]:
        if self._entries is None:
            self._entries = {}
            for record in decode(self._repo.raw(["ls-tree", "-r", "-z", "--full-tree", self._rev])).split("\0")[:-1]:
                head, _, path = record.partition("\t")
                self._entries[path] = Entry(head[:6], head[head.rindex(" ") + 1 :])
        return self._entries

    def read(self, path: str) -> bytes:
        return self._repo.blob(self.entries()[path].oid)


class _ListedTree:
    """Files whose entries are known and whose contents are git objects: the index."""

    def __init__(self, repo: Repository, name: str, entries: Mapping[str, Entry]) -> None:
        self.name = name
        self._repo = repo
        self._entries = entries

    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def read(self, path: str) -> bytes:
        return self._repo.blob(self._entries[path].oid)


class _WorkTree(_ListedTree):
    """Files whose contents stand on disk. What vanished or cannot be read since is a KeyError, as elsewhere."""

    def read(self, path: str) -> bytes:
        self._entries[path]
        try:
            return _read_disk(os.path.join(os.fsencode(self._repo.root), encode(path)))
        except FileNotFoundError:
            raise KeyError(path) from None


def parse_raw(output: bytes) -> Iterable[PathChange]:
    """Read `git diff --raw -z` without renames: ``:mode mode oid oid status NUL path NUL`` for each path."""
    fields = output.split(b"\0")
    for head, path in zip(fields[0::2], fields[1::2], strict=False):
        old_mode, new_mode, old_oid, new_oid, _ = head[1:].decode().split(" ")
        yield PathChange(
            decode(path),
            None if old_mode == _MISSING_MODE else Entry(old_mode, old_oid),
            None if new_mode == _MISSING_MODE else Entry(new_mode, new_oid),
        )


def _parse_commit(oid: str, data: bytes) -> Commit:
    head, _, message = data.partition(b"\n\n")
    fields: dict[str, list[str]] = {"parent": []}
    for line in head.decode("utf-8", "replace").split("\n"):
        key, _, value = line.partition(" ")
        fields.setdefault(key, []).append(value)
    mail: Callable[[str], str] = lambda ident: ident.partition("<")[2].partition(">")[0]  # noqa: E731
    return Commit(
        oid,
        fields["tree"][0],
        tuple(fields["parent"]),
        mail(fields["author"][0]),
        mail(fields["committer"][0]),
        message.decode("utf-8", "replace"),
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Let a reader of objects go: it ends when its input does."""
    process.communicate()


def _read_disk(path: bytes) -> bytes:
    if os.path.islink(path):
        return os.readlink(path)
    with open(path, "rb") as file:
        return file.read()


def _command(args: Sequence[str], folder: str) -> list[str]:
    return ["git", "-C", folder, "-c", "core.quotePath=false", *args]


def _run(folder: str, args: Sequence[str]) -> Done:
    known = early.take(folder, args)
    if known is not None:
        return Done(0, known, b"")
    import subprocess

    try:
        done = subprocess.run(
            _command(args, folder),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **early.ENVIRONMENT},
            check=False,
        )
    except FileNotFoundError:
        raise InputError("The git command is not installed.", hint="Install git 2.38 or later.") from None
    return Done(done.returncode, done.stdout, done.stderr)
