"""What the tests of the command line share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from latitude.cli.main import main
from tests.cli.forked import Loaded, forking
from tests.cli.person import Done


@pytest.fixture
def here(home_folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Done]:
    """Run a command in this process, which is faster than starting one."""

    def run(*arguments: str) -> Done:
        try:
            status = main(["--home", str(home_folder), *arguments])
        except SystemExit as usage:
            status = int(str(usage.code))
        said = capsysbinary.readouterr()
        return Done(status, said.out.decode(), said.err.decode())

    return run


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """A process that has loaded the program, to fork others from."""
    with forking(tmp_path_factory.mktemp("forked")) as ready:
        yield ready
