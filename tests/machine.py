"""This machine as the tests take it: what was found out once is not found out by each of them."""

import shutil
from functools import cache
from pathlib import Path

from latitude.workspace.browser import tried
from latitude.workspace.browser.browser import PROGRAMS
from latitude.workspace.sandbox.linux import find_program


def remember_the_browser(state: Path) -> None:
    """Leave in a state folder that the browser worked: a trial would take each test seconds.

    That it really works is tested where the browser is.
    """
    if (known := _identity()) is not None:
        state.mkdir(parents=True, exist_ok=True)
        tried.remember(state, known)


@cache
def _identity() -> str | None:
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    sandbox = find_program()
    return tried.identity(program, sandbox) if program and sandbox else None
