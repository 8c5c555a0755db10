"""An ordinary user, for tests that root runs: no permission binds root."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Have only an ordinary user's rights; whoever is one already just goes on.

    What is imported late cannot be found meanwhile where Python lies in a folder of root's.
    """
    if os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@contextmanager
def folder_of_theirs() -> Iterator[Path]:
    """A new folder that belongs to the ordinary user, and that they can reach."""
    place = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(place, NOBODY, NOBODY)
    try:
        yield place
    finally:
        # Not shutil: it stops at a folder of mode 0, and in a tree of thousands of levels.
        subprocess.run(["chmod", "-R", "u+rwX", place], check=True)
        subprocess.run(["rm", "-rf", place], check=True)
