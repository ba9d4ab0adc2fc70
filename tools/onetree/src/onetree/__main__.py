"""`python -m onetree`, and the command `onetree`."""

import contextlib
import gc
import os
import sys


def main() -> int:
    """Run the command line, and return its exit code."""
    # What starting makes lives as long as the process, so looking for garbage in it is a waste of time.
    gc.disable()
    words = sys.argv[1:]
    if "check" in words and not any(word.startswith(("--target", "--head", "-h", "--help")) for word in words):
        # What a check asks git is asked before Python's imports, which take as long as git does.
        from onetree.adapters import gitgrep

        folder = words[words.index("--repo") + 1] if "--repo" in words[:-1] else "."
        folder = next((word[len("--repo=") :] for word in words if word.startswith("--repo=")), folder)
        gitgrep.start(folder, whole="--staged" not in words)
    try:
        from onetree.cli import main as run
    except KeyboardInterrupt:  # later ones are the command line's own affair
        return 130
    if "check" not in words:
        gc.enable()
    code = run()
    if "check" in words:
        # Freeing a graph piece by piece takes longer than making it; the system takes it back at once.
        with contextlib.suppress(OSError):  # it has been told by now
            sys.stdout.flush()
        os._exit(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
