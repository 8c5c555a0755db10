"""The release file: each fault has its place, and what is written reads back as it was meant."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from latitude.errors import ProtocolError, UnknownName, UsageError
from latitude.publish.release import find_release, load_release, new_release
from tests.cli.person import latitude
from tests.publish.archive import RELEASE

PATH = "archive.yaml"


def write(folder: Path, **fields: object) -> Path:
    told = {name: value for name, value in {**RELEASE, **fields}.items() if value != "missing"}
    path = folder / PATH
    path.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    return path


FAULTS: tuple[tuple[dict[str, object], str], ...] = (
    ({"title": "missing"}, "1:1: The field 'title' is missing."),
    ({"title": "  "}, "1:8: 'title' is empty."),
    ({"title": 7}, "1:8: 'title' must be text, and is a whole number."),
    ({"authors": []}, "3:10: Nobody is named."),
    ({"authors": ["Ada", " "]}, "4:1: Nobody is named."),
    ({"training": "maybe"}, "6:11: 'training' cannot be 'maybe'. It can be: allow, reserve."),
    ({"canary": "5B0D6B0E"}, "7:9: 'canary' must be a GUID of small letters and digits."),
    ({"url": "example.org"}, "8:6: 'example.org' is no address. It begins with https://."),
    ({"url": "https://example.org/<b>"}, "8:6: 'https://example.org/<b>' is no address."),
    ({"sessions": {"since": "yesterday"}}, "9:10: 'sessions.since' takes a date"),
    ({"sessions": {"end": "happily"}}, "9:8: No session ends as 'happily'."),
    ({"sessions": {"rehearsals": "perhaps"}}, "9:15: 'sessions.rehearsals' must be true or false"),
    ({"side_by_side": ["one"]}, "9:3: Two to four sessions stand beside each other."),
    ({"side_by_side": ["a b c d e"]}, "9:3: Two to four sessions stand beside each other."),
    ({"side_by_side": ["a a"]}, "9:3: Two to four sessions stand beside each other."),
    ({"licence": "CC0-1.0"}, "8:1: "),
)


@pytest.mark.parametrize(("fields", "said"), FAULTS)
def test_each_fault_has_its_line_and_column(
    fields: dict[str, object], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ProtocolError) as caught:
        load_release(write(tmp_path, **fields))
    assert f"{PATH}:{said}" in str(caught.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError) as caught:
        load_release(write(tmp_path, title="", training="maybe", canary="none"))
    assert len(str(caught.value).splitlines()) == 3


def test_a_whole_file(tmp_path: Path) -> None:
    release = load_release(
        write(
            tmp_path,
            url="https://example.org/archive",
            sessions={"models": ["opus"], "rehearsals": True, "leave_out": ["x"]},
            side_by_side=["a b", "a b c d"],
        )
    )
    assert (release.name, release.url) == ("archive", "https://example.org/archive/")
    assert release.which.models == ("opus",)
    assert release.which.rehearsals is None
    assert release.leave_out == ("x",)
    assert release.side_by_side == (("a", "b"), ("a", "b", "c", "d"))
    assert load_release(write(tmp_path)).which.rehearsals is False, "left out unless asked for"


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40).filter(
    lambda text: text.strip() == text
)


@given(title=TEXTS, author=TEXTS)
def test_whatever_a_title_holds_the_new_file_reads_back_the_same(
    title: str, author: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("releases")
    path = new_release(
        folder,
        "archive",
        title=title,
        description='a"\n  sessions:\n    rehearsals: true',
        authors=(author, "Ada"),
        license_="CC0-1.0",
        training="reserve",
        rehearsals=False,
    )
    release = load_release(path)
    assert (release.title, release.authors) == (title, (author, "Ada"))
    assert release.which.rehearsals is False


def test_the_command_line_takes_a_title_that_looks_like_yaml(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    words = ("--description", "D", "--author", "A", "--license", "CC0-1.0", "--training", "allow")
    done = latitude(tmp_path / "home", "publish", "new", "--title", 'a"\n  b: c', *words)
    assert done.status == 0, done
    path = tmp_path / "home/releases" / PATH
    assert load_release(path).title == 'a"\n  b: c'
    again = latitude(tmp_path / "home", "publish", "new", "--title", "b", *words)
    assert again.status == 2
    assert "is there already. Nothing was changed." in again.err


def test_a_new_file_with_a_fault_is_not_left_there(tmp_path: Path) -> None:
    options = {"description": "D", "authors": ("A",), "license_": "CC0-1.0"}
    with pytest.raises(ProtocolError, match="'title' is empty"):
        new_release(tmp_path, "archive", title=" ", training="allow", rehearsals=False, **options)
    with pytest.raises(UsageError, match="is no name for a release"):
        new_release(tmp_path, "../x", title="T", training="allow", rehearsals=False, **options)
    assert list(tmp_path.iterdir()) == []


def test_which_release_is_meant(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"no release file .* yet.*`latitude publish new`"):
        find_release(tmp_path, None)
    one = write(tmp_path)
    assert find_release(tmp_path, None) == one
    (tmp_path / "letters.yaml").write_text("")
    assert find_release(tmp_path, "letters") == tmp_path / "letters.yaml"
    with pytest.raises(UnknownName, match=r"Which release is meant.*archive, letters"):
        find_release(tmp_path, None)
    with pytest.raises(UnknownName, match=r"No release is called '\.\./x'"):
        find_release(tmp_path, "../x")
