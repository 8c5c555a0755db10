"""What the groups of tries share: each is played once, in one session of its own."""

from collections.abc import Iterator

import pytest

from tests.hostile.stage import Played, playing


@pytest.fixture(scope="module")
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """The tries of the module that asks, played to their end."""
    group = request.module.__name__.rpartition(".test_")[2]
    with playing(tmp_path_factory.mktemp(group), request.module.SUITE.tries) as ended:
        yield ended
