"""Which protocol a name stands for."""

from pathlib import Path

import pytest

from latitude.errors import ProtocolError, UnknownName
from latitude.prompts.library import Library, shipped_prompts
from tests.prompts.conftest import Edited


def test_the_home_comes_first_and_the_shipped_ones_stay(edited: Edited, tmp_path: Path) -> None:
    path = edited(("What would you like", "What will you like"))
    library = Library(tmp_path)
    assert library.get("open").path == path
    assert library.get("open-silent").path.parent == shipped_prompts()
    assert library.names() == Library().names()


def test_a_checkout_that_is_the_home_is_searched_once() -> None:
    assert Library(shipped_prompts()).folders == (shipped_prompts(),)


def test_a_home_without_a_folder_has_the_shipped_ones(tmp_path: Path) -> None:
    assert Library(tmp_path / "none").names() == Library().names()


@pytest.mark.parametrize("name", ["opne", "", "../open", "/etc/passwd", "Open", "rehearsals/page"])
def test_an_unknown_name_is_answered_with_the_list(name: str) -> None:
    with pytest.raises(UnknownName, match=r"There are: empty-repository, open, open-audience, "):
        Library().get(name)


def test_a_spoiled_file_in_the_home_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "open.yaml").write_text("name: open\n")
    with pytest.raises(ProtocolError, match="The field 'opening' is missing"):
        Library(tmp_path).get("open")
