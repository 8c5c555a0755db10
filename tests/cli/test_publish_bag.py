"""A bag at the command line: what is refused before anything is made, and what a check asks for."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.person import Done
from tests.publish.bag.test_signing import new_key

Here = Callable[..., Done]

ON = ("--description", "What a script made.", "--author", "Ada", "--license", "CC0-1.0")
TERMS = (*ON, "--training", "allow", "--rehearsals")


@pytest.fixture
def home(here: Here, home_folder: Path) -> Path:
    assert here("run", "--model", "rehearsal/leaves").status == 0
    assert here("publish", "new", "--title", "Tides", *TERMS).status == 0
    return home_folder


@pytest.mark.parametrize("identity", ["ada lovelace", "ada@example.org"])
def test_a_bag_that_cannot_be_signed_is_not_made(
    here: Here, home: Path, tmp_path: Path, identity: str
) -> None:
    made = new_key(tmp_path, "key") if " " in identity else tmp_path / "missing"
    refused = here(
        *("publish", "bag", str(tmp_path / "bag"), "--sign", str(made), "--identity", identity)
    )
    assert refused.status == 2
    assert "Nothing was signed" in refused.err
    assert not (tmp_path / "bag").exists()
    assert not (home / "releases" / "archive").exists()


def test_a_check_that_asks_for_a_key_is_not_content_without_a_signature(
    here: Here, home: Path, tmp_path: Path
) -> None:
    sign = ("--sign", str(new_key(tmp_path, "key")), "--identity", "ada@example.org")
    assert here("publish", "bag", str(tmp_path / "bag"), *sign).status == 0
    known = str(shutil.copy(tmp_path / "bag.allowed_signers", tmp_path / "mine"))
    asked = ("verify", str(tmp_path / "bag"), "--allowed", known)
    assert here(*asked).status == 0
    (tmp_path / "bag.tagmanifest.sig").unlink()
    refused = here(*asked)
    assert refused.status == 1
    assert "is missing, and a signature by a key of" in refused.out
    assert here("verify", str(tmp_path / "bag")).status == 0
    assert here("verify", "--allowed", known).status == 2


def test_a_version_is_written_down_only_where_nothing_stands_in_its_way(
    here: Here, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "tide.jpg").touch()
    for what in ("site", "bag"):
        refused = here("publish", what, str(tmp_path / "full"))
        assert refused.status == 2
    assert not (home / "releases" / "archive").exists()


def test_a_key_in_the_words_of_a_release_stops_it(here: Here, home: Path) -> None:
    planted = "ghp_" + "Ab1" * 12
    file = home / "releases" / "archive.yaml"
    file.write_text(file.read_text().replace("Tides", f"Tides {planted}"))
    for what in (("check",), ("site",), ("bag",)):
        refused = here("publish", *what)
        assert refused.status == 2
        assert "These words hold what must not go out" in refused.err
        assert planted not in refused.err
