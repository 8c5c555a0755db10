"""From rehearsals with known preferences to a report: what was planted is found, and no more.

One study of a hundred and twenty sessions; ``python -m tests.planted`` makes a hundred such.
"""

from pathlib import Path

import pytest

from tests.cli.person import latitude
from tests.planted.truth import verdicts


@pytest.mark.slow
def test_what_was_planted_is_found_and_nothing_else(tmp_path: Path) -> None:
    home = tmp_path / "home"
    latitude(home, "init", str(home))
    found = verdicts(home, seed=1)
    assert {one.truth for one in found} == {True, False, None}
    assert [one for one in found if one.truth is not None and one.found != one.truth] == []
