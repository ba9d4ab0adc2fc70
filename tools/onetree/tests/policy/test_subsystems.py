"""Which subsystem a path stands in, which claim it, and which one a change of it is put down to."""

import pytest
from onetree.policy.settings import Settings
from onetree.policy.subsystems.registry import UNOWNED, Subsystem, Subsystems
from onetree.policy.tree import SYMLINK, MemoryTree
from onetree.policy.values import Finding, InputError


def manifest(name: str, *paths: str) -> str:
    return (
        f'name = "{name}"\nsummary = "It."\nstatus = "supported"\npaths = [\n'
        + "".join(f'"{p}",\n' for p in paths)
        + "]"
    )


FILES = {
    "OWNERS": "",
    "subsystem.toml": manifest("core"),
    "docs/OWNERS": "",
    "docs/subsystem.toml": manifest("docs"),
    "virt/OWNERS": "",
    "virt/libvirt/OWNERS": "",
    "virt/libvirt/subsystem.toml": manifest(
        "libvirt", "docs/libvirt/**", "tests/libvirt/**", "virt/libvirt_*.py", "**/*libvirt*", "tests/both/**"
    ),
    "virt/xen/OWNERS": "",
    "virt/xen/subsystem.toml": manifest(
        "xen", "docs/**", "tests/libvirt/xen/**", "tests/both/**", "virt/libvirt/xen.py"
    ),
    "tests/libvirt/OWNERS": "",
    "tests/plain/OWNERS": "",
}


@pytest.fixture
def subsystems() -> Subsystems:
    return Subsystems(MemoryTree(FILES), Settings())


@pytest.mark.parametrize(
    ("path", "stands_in", "claimed_by", "touched"),
    [
        ("setup.py", "core", [], ["core"]),
        ("virt/driver.py", "virt", [], ["virt"]),
        ("virt/libvirt/host.py", "libvirt", [], ["libvirt"]),
        ("virt/libvirt/volume/a/b.py", "libvirt", [], ["libvirt"]),
        # As specific as the folder's name: only a folder without a manifest yields.
        ("docs/index.md", "docs", ["xen"], ["docs"]),
        ("tests/libvirt/test_a.py", "tests/libvirt", ["libvirt"], ["libvirt"]),
        # The longer literal beginning wins, whoever's folder it is; then the number of literal characters.
        ("docs/libvirt/a.md", "docs", ["libvirt", "xen"], ["libvirt"]),
        ("tests/libvirt/xen/a.py", "tests/libvirt", ["xen", "libvirt"], ["xen"]),
        ("virt/libvirt_conn.py", "virt", ["libvirt"], ["libvirt"]),
        ("virt/libvirt/xen.py", "libvirt", ["xen"], ["xen"]),
        ("etc/libvirt.conf", "core", ["libvirt"], ["libvirt"]),
        ("virt/old/libvirt.py", "virt", ["libvirt"], ["virt"]),
        # Two that are equally specific share.
        ("tests/both/a.py", "core", ["libvirt", "xen"], ["libvirt", "xen"]),
        # A name that begins alike is no folder.
        ("tests/plainer/a.py", "core", [], ["core"]),
        ("virt/libvirtual/a.py", "virt", [], ["virt"]),
    ],
)
def test_a_path(subsystems: Subsystems, path: str, stands_in: str, claimed_by: list[str], touched: list[str]) -> None:
    assert subsystems.of(path).name == stands_in
    assert [each.name for each in subsystems.claimed_by(path)] == claimed_by
    assert [each.name for each in subsystems.touched(path)] == touched
    assert subsystems.label(path) == ", ".join(touched)


def test_a_claim_is_found_again_with_its_line(subsystems: Subsystems) -> None:
    libvirt = subsystems.named("libvirt")
    core = subsystems.named("core")
    assert libvirt is not None
    assert core is not None
    assert subsystems.claim_of("virt/libvirt_conn.py", libvirt) == ("virt/libvirt_*.py", 7)
    assert subsystems.claim_of("virt/libvirt_conn.py", core) == ("", 0)
    assert subsystems.named("nobody") is None


def test_all_are_known_by_folder(subsystems: Subsystems) -> None:
    assert [(each.name, each.folder, each.owners_file) for each in subsystems.all()] == [
        ("core", "", "OWNERS"),
        ("docs", "docs", "docs/OWNERS"),
        ("tests/libvirt", "tests/libvirt", "tests/libvirt/OWNERS"),
        ("tests/plain", "tests/plain", "tests/plain/OWNERS"),
        ("virt", "virt", "virt/OWNERS"),
        ("libvirt", "virt/libvirt", "virt/libvirt/OWNERS"),
        ("xen", "virt/xen", "virt/xen/OWNERS"),
    ]
    assert list(subsystems.findings()) == []


def test_the_root_without_a_manifest_has_a_name_and_without_owners_is_nobodys() -> None:
    assert Subsystems(MemoryTree({"OWNERS": ""}), Settings()).of("a/b") == Subsystem("root", "", None, "OWNERS")
    nobodys = Subsystems(MemoryTree({"a/OWNERS": "", "xOWNERS": ""}), Settings())
    assert nobodys.of("b/c") == UNOWNED
    assert nobodys.touched("b") == (UNOWNED,)
    assert nobodys.label("b") == ""


def test_a_manifest_without_owners_and_a_name_given_twice_are_findings() -> None:
    tree = MemoryTree(
        {
            "a/OWNERS": "",
            "a/subsystem.toml": manifest("b"),
            "b/OWNERS": "",
            "c/OWNERS": "",
            "c/subsystem.toml": "# Another.\n" + manifest("b"),
            "d/subsystem.toml": manifest("d"),
        }
    )
    assert list(Subsystems(tree, Settings()).findings()) == [
        Finding(
            "subsystems/owners",
            "d/subsystem.toml",
            1,
            "a manifest without an OWNERS file beside it makes no subsystem.",
            "Add d/OWNERS that names its owners.",
        ),
        Finding("subsystems/name", "a/subsystem.toml", 1, "a and b are both named 'b'.", "Rename one of them."),
        Finding("subsystems/name", "c/subsystem.toml", 2, "a and c are both named 'b'.", "Rename one of them."),
    ]


@pytest.mark.parametrize(
    ("files", "modes", "message"),
    [
        ({"a/subsystem.toml": "nmae = 1"}, {}, "a/subsystem.toml:1: unknown key 'nmae'. Did you mean 'name'?"),
        (
            {"a/subsystem.toml": "../b"},
            {"a/subsystem.toml": SYMLINK},
            "a/subsystem.toml:1: the manifest is a symlink or a submodule, and is not followed. "
            "Put a regular file in its place.",
        ),
    ],
)
def test_a_broken_manifest_is_bad_input(files: dict[str, str], modes: dict[str, str], message: str) -> None:
    subsystems = Subsystems(MemoryTree({"OWNERS": "", "a/OWNERS": "", **files}, modes=modes), Settings())
    assert subsystems.of("b.py").name == "root"  # whose manifest is not needed is not read
    with pytest.raises(InputError) as raised:
        subsystems.of("a/b.py")
    assert str(raised.value) == message
