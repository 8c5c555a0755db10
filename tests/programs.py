"""Programs of the system that a few tests drive."""

import os
import shutil

import pytest


def needs(*names: str) -> str:
    """Return the path of the first of ``names`` that is here.

    Without any the test is skipped on a person's machine, and fails in CI, which installs them.
    """
    found = next(filter(None, map(shutil.which, names)), None)
    if found is not None:
        return found
    if "CI" in os.environ:
        pytest.fail(f"{names[0]} is not installed")
    pytest.skip(f"this test drives {names[0]}, which is not installed")
