"""What every test of a study stands on."""

import pytest

from latitude.workspace.sandbox.base import Missing


@pytest.fixture(autouse=True)
def a_bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sandbox and no browser: looking for them takes seconds, and no study is about them."""

    async def nothing(*_: object) -> Missing:
        return Missing(why="It is not here.", cure="")

    monkeypatch.setattr("latitude.tools.machine.find_sandbox", nothing)
    monkeypatch.setattr("latitude.tools.machine.find_browser", nothing)
