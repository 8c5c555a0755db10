"""Where root runs the tests, the road of everybody else is gone as well: all of it once more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ordinary import folder_of_theirs
from tests.programs import needs

ROOT = Path(__file__).parents[3]
ORDINARY = 54321
"""Somebody, and not the one whom root hands its commands to."""


@pytest.mark.slow
@pytest.mark.skipif(
    os.geteuid() != 0, reason="the tests beside this one are run by an ordinary user"
)
def test_all_of_it_holds_for_an_ordinary_user() -> None:
    setpriv = needs("setpriv")
    python = needs(f"/usr/bin/python3.{sys.version_info.minor}", "/usr/bin/python3")
    with folder_of_theirs() as folder:
        env = folder / "env"
        subprocess.run([python, "-m", "venv", "--without-pip", env], check=True)
        [packages] = env.glob("lib/python3.*/site-packages")
        known = [path for path in sys.path if path.endswith("site-packages")]
        (packages / "ours.pth").write_text("\n".join([str(ROOT), *known]) + "\n")
        home = folder / "home"
        home.mkdir()
        subprocess.run(["chown", "-R", f"{ORDINARY}:{ORDINARY}", folder], check=True)
        done = subprocess.run(
            [
                *(setpriv, f"--reuid={ORDINARY}", f"--regid={ORDINARY}", "--clear-groups", "--"),
                *(env / "bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                *("-p", "no:xdist", f"--basetemp={folder / 'temporary'}", "-m", "not slow"),
                # Which asks the system for nothing that it would not give to anybody.
                f"--ignore={Path(__file__).with_name('test_pipes.py')}",
                Path(__file__).parent,
            ],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "HOME": str(home), "CI": "true"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert "passed" in done.stdout or "[100%]" in done.stdout
