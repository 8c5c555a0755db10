"""What was decided stands in lines that are only added to; none of them is ever lost unseen."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from latitude.errors import HomeUnusable, RecordBroken, UsageError
from latitude.publish.decisions import (
    FILE,
    Confirm,
    Decisions,
    Dismiss,
    Keep,
    Override,
    Redact,
    Restore,
    Withdraw,
    add_decisions,
    read_decisions,
)
from tests.custody.sitting import FIRST
from tests.publish.archive import Archive

AT = {"at": "2026-11-22T10:00:00.000Z", "why": "So."}
REDACT = Redact(**AT, finding="0123456789", rule="e-mail")
KEEP = Keep(**AT, finding="0123456789", rule="e-mail")
CONFIRM = Confirm(**AT, candidate="abcdef0123", session=FIRST, publish="no")
DISMISS = Dismiss(**AT, candidate="abcdef0123", session=FIRST)
WITHDRAW = Withdraw(**AT, session=FIRST)
WORDS = Withdraw(**AT, session=FIRST, words=True)


def test_of_several_on_one_matter_the_last_counts(tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    assert read_decisions(releases) == Decisions()
    add_decisions(releases, REDACT, CONFIRM, Override(**AT, session=FIRST))
    add_decisions(releases, KEEP, DISMISS, WITHDRAW, WORDS)
    assert read_decisions(releases) == Decisions(
        findings={KEEP.finding: KEEP},
        overrides={FIRST: Override(**AT, session=FIRST)},
        candidates={DISMISS.candidate: DISMISS},
        withdrawn={FIRST: WITHDRAW},
        words_withdrawn={FIRST: WORDS},
    )
    add_decisions(releases, Restore(**AT, session=FIRST), REDACT)
    found = read_decisions(releases)
    assert (found.withdrawn, found.words_withdrawn) == ({}, {FIRST: WORDS}), "each by itself"
    assert found.findings == {REDACT.finding: REDACT}
    both = [Restore(**AT, session=FIRST, what=what) for what in ("words", "override")]
    add_decisions(releases, *both)
    found = read_decisions(releases)
    assert (found.words_withdrawn, found.overrides) == ({}, {})
    assert len((releases / FILE).read_bytes().splitlines()) == 11, "nothing was taken away"


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"\xff",
        b'{"kind":"forgive","at":"2026","why":"So."}',
        b'{"kind":"withdraw","at":"2026","why":"So."}',
        b'{"kind":"confirm","at":"2026","why":"So.","candidate":"a","session":"b","publish":"No"}',
    ],
)
async def test_a_line_that_cannot_be_read_stops_everything_and_is_named(
    line: bytes, archive: Archive
) -> None:
    await archive.session(FIRST)
    archive.decide(WITHDRAW)
    path = archive.home.releases / FILE
    path.write_bytes(path.read_bytes() + line + b"\n" + msgspec.json.encode(REDACT) + b"\n")
    with pytest.raises(RecordBroken, match=rf"{FILE}, line 2: this is no decision: .*Nothing was"):
        await archive.manifest()


def test_a_line_that_was_cut_off_is_named_and_nothing_is_written_behind_it(
    tmp_path: Path,
) -> None:
    add_decisions(tmp_path, REDACT)
    whole = (tmp_path / FILE).read_bytes()
    torn = whole + msgspec.json.encode(WITHDRAW)[:-9]
    (tmp_path / FILE).write_bytes(torn)
    for use, done in ((read_decisions, "published"), (add_decisions, "decided")):
        arguments = [tmp_path] if use is read_decisions else [tmp_path, KEEP]
        with pytest.raises(RecordBroken) as told:
            use(*arguments)
        said = str(told.value)
        assert f'{FILE}, line 2 ends in the middle: {{"kind":"withdraw"' in said
        assert f"Nothing was {done}. Take that line out of the file with an editor" in said
    assert (tmp_path / FILE).read_bytes() == torn
    (tmp_path / FILE).write_bytes(whole)
    add_decisions(tmp_path, WITHDRAW)
    assert read_decisions(tmp_path).withdrawn == {FIRST: WITHDRAW}


def test_a_whole_line_that_lacks_only_its_end_counts(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(msgspec.json.encode(WITHDRAW))
    assert read_decisions(tmp_path).withdrawn == {FIRST: WITHDRAW}
    add_decisions(tmp_path, KEEP)
    found = read_decisions(tmp_path)
    assert (list(found.withdrawn), list(found.findings)) == ([FIRST], [KEEP.finding])


def test_a_decision_without_a_reason_is_none_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"needs a reason\. Nothing was written"):
        add_decisions(tmp_path, WITHDRAW, msgspec.structs.replace(REDACT, why=" "))
    assert list(tmp_path.iterdir()) == []


MANY = """
import sys
from pathlib import Path
from latitude.publish.decisions import Withdraw, add_decisions
sys.stdin.readline()
for number in range(40):
    one = Withdraw(at="2026-11-22T10:00:00.000Z", why="w" * 3000, session=f"{sys.argv[2]}-{number}")
    add_decisions(Path(sys.argv[1]), one, one)
"""


def test_two_who_decide_at_once_lose_nothing(tmp_path: Path) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-c", MANY, os.fspath(tmp_path), name], stdin=subprocess.PIPE
        )
        for name in ("one", "two")
    ]
    for process in both:
        process.communicate(b"go\n")
        assert process.returncode == 0
    expected = {f"{name}-{number}" for name in ("one", "two") for number in range(40)}
    assert read_decisions(tmp_path).withdrawn.keys() == expected
    assert len((tmp_path / FILE).read_bytes().splitlines()) == 160


FULL = """
import sys
from pathlib import Path
from latitude.errors import HomeUnusable
from latitude.publish.decisions import Withdraw, add_decisions
one = Withdraw(at="2026-11-22T10:00:00.000Z", why="w" * 3000, session="s")
try:
    add_decisions(Path(sys.argv[1]), one)
except HomeUnusable as error:
    sys.exit(str(error))
"""


def test_on_a_full_disk_nothing_is_decided_by_halves(tmp_path: Path) -> None:
    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

    add_decisions(tmp_path, WITHDRAW)
    before = (tmp_path / FILE).read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", FULL, os.fspath(tmp_path)],
        preexec_fn=full,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "could not be written: File too large. Nothing was decided." in done.stderr
    assert (tmp_path / FILE).read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "releases").write_text("a file")
    with pytest.raises(HomeUnusable, match=r"Nothing was decided\. Make the home writable"):
        add_decisions(tmp_path / "releases", WITHDRAW)
