"""`python -m onetree`, and the command `onetree`."""

import sys


def main() -> int:
    """Run the command line. What a check asks git is asked before Python's imports, which take as long as git does."""
    words = sys.argv[1:]
    if "check" in words and not any(word.startswith(("--target", "--head", "-h", "--help")) for word in words):
        from onetree.adapters import gitgrep

        folder = words[words.index("--repo") + 1] if "--repo" in words[:-1] else "."
        folder = next((word[len("--repo=") :] for word in words if word.startswith("--repo=")), folder)
        gitgrep.start(folder, tree=True)
    from onetree.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
