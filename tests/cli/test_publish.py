"""From sessions to a site and a bag, at the command line, as an archivist goes."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.person import Done, rehearse, sessions

Here = Callable[..., Done]

TERMS = ("--title", "Tides", "--description", "What a script made.", "--author", "Ada")
ON = ("--license", "CC-BY-4.0", "--training", "reserve", "--rehearsals")
ADDRESS = "ada@" + "lovelace.dev"
MAKES = f"""
- delay: 0
  text: Write to {ADDRESS}.
  calls:
    - name: write_file
      arguments: {{path: "{ADDRESS}.html", content: "<h1>{ADDRESS}</h1>"}}
- delay: 0
  text: |
    Please do not show the first draft to anyone.

    Stopping now.
"""
WISHES = """
- delay: 0
  calls: [{name: wish, arguments: {publish: "no", signature: "Tide", words: "Not yet."}}]
- delay: 0
  text: Stopping now.
"""


@pytest.fixture
def made(here: Here, home_folder: Path) -> Path:
    """A home with a session that made something, and a release file."""
    assert here("run", "--model", rehearse(home_folder, "makes", MAKES)).status == 0
    assert here("publish", "new", *TERMS, *ON).status == 0
    return home_folder


def everything_below(folder: Path) -> bytes:
    return b"".join(
        str(path.relative_to(folder)).encode() + path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def test_nothing_goes_out_before_what_was_found_is_decided(here: Here, made: Path) -> None:
    checked = here("publish", "check")
    assert checked.status == 1
    assert ADDRESS in checked.out
    assert "Please do not show the first draft to anyone." in checked.out
    for what in ("site", "bag"):
        refused = here("publish", what)
        assert refused.status == 1
        assert "Nothing was published: 1 session waiting for a decision." in refused.err
        assert not (made / "releases" / "archive").exists()
    assert here("publish", "redact", "all").status == 0
    assert here("publish", "dismiss", "all").status == 2
    assert here("publish", "dismiss", "all", "--why", "It means a draft.").status == 0
    assert here("publish", "check").status == 0
    assert here("publish", "site").status == 0


def test_a_site_and_a_bag_of_a_redacted_copy(here: Here, made: Path) -> None:
    [session] = (made / "sessions" / name for name in sessions(made))
    before = everything_below(session)
    here("publish", "redact", "all", "--why", "an address")
    here("publish", "dismiss", "all", "--why", "It means a draft.")
    assert here("publish", "site").status == 0
    assert here("publish", "bag").status == 0
    site, bag = made / "releases" / "archive" / "site", made / "releases" / "archive" / "bag-1"
    out = everything_below(site) + everything_below(bag)
    clone = made / "clone"
    bundle = bag / "data" / "artifacts.bundle"
    subprocess.run(["git", "clone", "-q", bundle, clone], check=True, capture_output=True)
    told = subprocess.run(
        ["git", "-C", clone, "log", "-p", "--all", "--text"], check=True, capture_output=True
    )
    assert ADDRESS.encode() not in out + told.stdout
    assert b"[redacted: e-mail]" in told.stdout
    assert everything_below(session) == before
    verified = here("verify", str(bag))
    assert (verified.status, verified.err) == (0, "")
    assert here("verify", "--against", str(bag)).status == 0
    [row] = json.loads((bag / "data" / "release.json").read_text())["sessions"]
    assert row["original"] != row["fingerprint"]
    assert {taken["why"] for taken in row["taken_out"]} == {"an address"}
    journal = next(bag.glob("data/sessions/*/journal.jsonl"))
    journal.write_bytes(journal.read_bytes().replace(b"Write to", b"Wrote to"))
    spoiled = here("verify", str(bag))
    assert spoiled.status == 1
    assert "it was changed after it was written" in spoiled.out


@pytest.mark.promise("wishes-carried")
def test_a_wish_is_followed_unless_it_is_overridden_in_writing(
    here: Here, home_folder: Path
) -> None:
    model = rehearse(home_folder, "shy", WISHES)
    here("run", "--model", model, "--protocol", "open-audience")
    [shy] = sessions(home_folder)
    here("run", "--model", "rehearsal/leaves")
    [shown] = {*sessions(home_folder)} - {shy}
    here("publish", "new", *TERMS, *ON)
    assert f"{shy} is held back (wish)" in here("publish", "check").out
    assert here("publish", "site").status == 0
    site = home_folder / "releases" / "archive" / "site"
    assert [path.name for path in (site / "sessions" / shy).iterdir()] == ["index.html"]
    assert "Held back" in (site / "sessions" / shy / "index.html").read_text()
    assert (site / "sessions" / shown / "index.html").exists()
    assert (
        "The model wished that this session is not shown." in (site / "sessions.html").read_text()
    )
    assert here("publish", "override", shy).status == 2
    assert here("publish", "override", shy, "--why", "It agreed later.").status == 0
    assert "“Not yet.”" in here("publish", "site", "--why", "An override.").out
    assert here("publish", "dismiss", "all", "--why", "It is time.").status == 0
    assert here("publish", "site").status == 2
    assert here("publish", "site", "--why", "An override.").status == 0
    page = (site / "sessions" / shy / "index.html").read_text()
    assert "It agreed later." in page
    assert "Signed: Tide" in page
    assert here("publish", "withdraw", shy, "--why", "Not ours to show.").status == 0
    assert here("publish", "site", "--why", "A withdrawal.").status == 0
    assert [path.name for path in (site / "sessions" / shy).iterdir()] == ["index.html"]
    assert "Held back" in (site / "sessions" / shy / "index.html").read_text()
    assert "Not ours to show." in (site / "sessions.html").read_text()


def test_a_dry_run_says_what_would_be_and_makes_nothing(here: Here, home_folder: Path) -> None:
    here("run", "--model", "rehearsal/leaves")
    here("publish", "new", *TERMS, *ON)
    done = here("publish", "site", "--dry-run")
    assert done.status == 0
    assert "would be written" in done.out
    assert not (home_folder / "releases" / "archive").exists()
    assert here("publish", "site").status == 0
    again = here("publish", "site")
    assert "Nothing changed since that version went out." in again.out
    assert "0 files written, 0 removed." in again.out


def test_the_same_sessions_give_the_same_bag(here: Here, home_folder: Path, tmp_path: Path) -> None:
    here("run", "--model", "rehearsal")
    here("publish", "new", *TERMS, *ON)
    one, other = tmp_path / "one", tmp_path / "other"
    assert here("publish", "bag", str(one), "--date", "2026-11-22").status == 0
    shutil.rmtree(home_folder / "releases" / "archive")
    gathered = ["git", "-C", str(home_folder / "artifacts"), "gc", "-q"]
    subprocess.run(gathered, check=True, capture_output=True)
    assert here("publish", "bag", str(other), "--date", "2026-11-22").status == 0
    assert everything_below(one) == everything_below(other)


def test_what_cannot_be_published_is_said_plainly(
    here: Here, home_folder: Path, tmp_path: Path
) -> None:
    none = here("publish", "site")
    assert none.status == 2
    assert "`latitude publish new` makes one" in none.err
    here("run", "--model", "rehearsal/leaves")
    here("publish", "new", *TERMS, *ON)
    assert here("publish", "new", *TERMS, *ON).status == 2
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "tide.jpg").write_bytes(b"a tide")
    elsewhere = here("publish", "site", str(tmp_path / "photos"))
    assert elsewhere.status == 2
    assert "is not empty, and no site of latitude" in elsewhere.err
    assert here("publish", "site", str(home_folder / "sessions")).status == 2
    assert here("publish", "redact", "ffffffff").status == 2
    assert here("publish", "site", "--release", "other").status == 2
    assert here("verify", str(home_folder)).status == 2
