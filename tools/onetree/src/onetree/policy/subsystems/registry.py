"""Which subsystem a path belongs to.

An OWNERS file alone makes its folder a subsystem, named by the folder's path (`ROOT_NAME` for the root); a manifest
beside it refines that. The nearest such folder upwards is where a path *stands*, and approvals go by that alone.

A manifest's `paths` *claim* files elsewhere, for tests and reports; they grant nothing. For a report each path is put
down to one subsystem, the one that names it most specifically (`Subsystems.touched`):

- how specific a folder or a glob is: the length of the literal text before its first wildcard, then the number of all
  its literal characters. So ``nova/tests/virt/libvirt/**`` is more specific than ``nova/tests/**``;
- the most specific claim wins over the folder that the path stands in. Where both are equally specific, the claim
  wins if the folder has no manifest, for then nobody has named it, and the folder wins if it has one;
- claims that are equally specific share the path.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from onetree.policy.reading import path_globs
from onetree.policy.settings import Settings
from onetree.policy.subsystems import manifest as manifests
from onetree.policy.subsystems.manifest import Manifest
from onetree.policy.tree import GITLINK, SYMLINK, Tree
from onetree.policy.values import Finding, InputError

OWNERS: Final = "OWNERS"
ROOT_NAME: Final = "root"


class Subsystem(NamedTuple):
    """A folder with an OWNERS file ("" is the root). `owners_file` is the path of that file."""

    name: str
    folder: str
    manifest: Manifest | None
    owners_file: str

    def __hash__(self) -> int:
        """A manifest holds mappings; the folder tells the subsystems of one tree apart."""
        return hash(self.folder)


UNOWNED: Final = Subsystem("", "", None, "")
"""What a path stands in where no folder upwards has an OWNERS file."""


class _Claim(NamedTuple):
    glob: str
    rank: tuple[int, int]
    subsystem: Subsystem

    def matches(self, path: str) -> bool:
        """Whether the glob matches; it is compiled for the first path that may."""
        return bool(path_globs.one(self.glob)(path))


class _Folder(NamedTuple):
    """What is known of every path directly in one folder: where it stands, and which claims may match, best first."""

    stands_in: Subsystem
    rank: tuple[int, int]
    claims: tuple[_Claim, ...]


class Subsystems:
    """The subsystems of one tree. Manifests are read when they are needed; a broken one is an InputError then."""

    def __init__(self, tree: Tree, settings: Settings) -> None:
        self._tree = tree
        self._tables = settings.manifest_tables
        entries = tree.entries()
        self._owned = {
            path[: -len(OWNERS)].rstrip("/")
            for path in entries
            if path.endswith(OWNERS) and _is_file_name(path, OWNERS)
        }
        self._read: dict[str, Subsystem] = {}
        self._standing: dict[str, Subsystem] = {}
        self._folders: dict[str, _Folder] = {}
        self._touched: dict[str, tuple[Subsystem, ...]] = {}
        self._claims: tuple[_Claim, ...] | None = None

    def of(self, path: str) -> Subsystem:
        """The subsystem that the path stands in: the nearest folder upwards with an OWNERS file, or `UNOWNED`."""
        folder = path.rpartition("/")[0]
        found = self._standing.get(folder)
        if found is None:
            found = self._standing[folder] = self._stands_in(folder)
        return found

    def all(self) -> tuple[Subsystem, ...]:
        """Every subsystem, by folder."""
        return tuple(self._subsystem(folder) for folder in sorted(self._owned))

    def named(self, name: str) -> Subsystem | None:
        """The subsystem of that name, if there is one."""
        return next((subsystem for subsystem in self.all() if subsystem.name == name), None)

    def claimed_by(self, path: str) -> tuple[Subsystem, ...]:
        """The subsystems whose manifests' `paths` match the path, the most specific claim first."""
        folder = self._folder(path.rpartition("/")[0])
        return tuple(dict.fromkeys(claim.subsystem for claim in folder.claims if claim.matches(path)))

    def touched(self, path: str) -> tuple[Subsystem, ...]:
        """The subsystems that a change of the path is put down to by the rule above; more where claims tie."""
        found = self._touched.get(path)
        if found is None:
            folder = self._folder(path.rpartition("/")[0])
            found = self._touched[path] = _attributed(folder, [c for c in folder.claims if c.matches(path)])
        return found

    def label(self, path: str) -> str:
        """The name, for people, of what the path counts for: that of `touched`, "" where it is no subsystem's."""
        return ", ".join(subsystem.name for subsystem in self.touched(path))

    def claim_of(self, path: str, subsystem: Subsystem) -> tuple[str, int]:
        """The glob by which the subsystem claims the path and its line in the manifest; ("", 0) where it does not."""
        manifest = subsystem.manifest
        for claim in self._folder(path.rpartition("/")[0]).claims:
            if manifest and claim.subsystem == subsystem and claim.matches(path):
                return claim.glob, manifest.lines.get(f"paths.{manifest.paths.index(claim.glob)}", 0)
        return "", 0

    def findings(self) -> Iterator[Finding]:
        """Manifests without an OWNERS file beside them, and names that two subsystems have. Raises InputError."""
        for path in sorted(self._tree.entries()):
            if _is_file_name(path, manifests.FILE_NAME) and path.rpartition("/")[0] not in self._owned:
                message = "a manifest without an OWNERS file beside it makes no subsystem."
                yield Finding(
                    "subsystems/owners", path, 1, message, f"Add {_beside(path, OWNERS)} that names its owners."
                )
        first: dict[str, Subsystem] = {}
        for subsystem in self.all():
            other = first.setdefault(subsystem.name, subsystem)
            if other is not subsystem:
                where = subsystem.manifest or other.manifest
                assert where is not None  # noqa: S101 - folders differ, so one of the two is named by a manifest
                message = f"{_shown(other.folder)} and {_shown(subsystem.folder)} are both named {subsystem.name!r}."
                yield Finding("subsystems/name", where.path, where.lines.get("name", 1), message, "Rename one of them.")

    def _stands_in(self, folder: str) -> Subsystem:
        while folder not in self._owned:
            if not folder:
                return UNOWNED
            folder = folder.rpartition("/")[0]
        return self._subsystem(folder)

    def _subsystem(self, folder: str) -> Subsystem:
        found = self._read.get(folder)
        if found is None:
            found = self._read[folder] = self._load(folder)
        return found

    def _load(self, folder: str) -> Subsystem:
        owners = f"{folder}/{OWNERS}" if folder else OWNERS
        path = _beside(owners, manifests.FILE_NAME)
        entry = self._tree.entries().get(path)
        if entry is None:
            return Subsystem(folder or ROOT_NAME, folder, None, owners)
        if entry.mode in (SYMLINK, GITLINK):
            message = "the manifest is a symlink or a submodule, and is not followed."
            raise InputError(message, file=path, line=1, hint="Put a regular file in its place.")
        manifest = manifests.parse(self._tree.read(path), path, self._tables)
        return Subsystem(manifest.name, folder, manifest, owners)

    def _folder(self, folder: str) -> _Folder:
        found = self._folders.get(folder)
        if found is None:
            found = self._folders[folder] = self._look_up(folder)
        return found

    def _look_up(self, folder: str) -> _Folder:
        if self._claims is None:
            self._claims = _claims_of(self.all())
        below = f"{folder}/" if folder else ""
        claims = tuple(claim for claim in self._claims if _may_match(claim.glob, below))
        stands_in = self._stands_in(folder)
        rank = (len(stands_in.folder) + 1,) * 2 if stands_in.folder else (0, 0)
        return _Folder(stands_in, rank, claims)


def _attributed(folder: _Folder, claims: list[_Claim]) -> tuple[Subsystem, ...]:
    """The subsystems that share a path in the folder, given the claims that match it, best first."""
    if not claims or claims[0].rank < folder.rank or (claims[0].rank == folder.rank and folder.stands_in.manifest):
        return (folder.stands_in,)
    return tuple(dict.fromkeys(claim.subsystem for claim in claims if claim.rank == claims[0].rank))


def _claims_of(subsystems: tuple[Subsystem, ...]) -> tuple[_Claim, ...]:
    claims = [
        _Claim(
            glob,
            (len(path_globs.literal_prefix(glob)), path_globs.literal_length(glob)),
            subsystem,
        )
        for subsystem in subsystems
        if subsystem.manifest
        for glob in subsystem.manifest.paths
    ]
    return tuple(sorted(claims, key=lambda claim: (-claim.rank[0], -claim.rank[1], claim.subsystem.folder)))


def _may_match(glob: str, below: str) -> bool:
    """Whether the glob can match a path directly in the folder `below`, "a/b/"; certain where it is a plain folder."""
    if path_globs.is_folder(glob):
        return below.startswith(glob[:-2])
    prefix = path_globs.literal_prefix(glob)
    folder = prefix[: prefix.rfind("/") + 1]
    rest = glob[len(folder) :]
    if "/" in rest or "**" in rest:
        return below.startswith(folder) or folder.startswith(below)
    return below == folder


def _is_file_name(path: str, name: str) -> bool:
    return path == name or path.endswith(f"/{name}")


def _beside(path: str, name: str) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}/{name}" if folder else name


def _shown(folder: str) -> str:
    return folder or "the root"
