"""The crate says what came from where, in the words of its profile."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from latitude.core.events import End
from latitude.publish.bag.crate import FAILED, FILE, CrateFile, crate
from latitude.publish.manifest import Manifest
from tests.publish.bag.made import REDACTED, manifest, published
from tests.publish.bag.validator import crate_finds, fill_cache, needs_validator

PROTOCOL = "prompts/open-time.yaml"
ODD = "sessions/odd: #, ?, é & 日本.txt"


def everything() -> Manifest:
    """A session for each end, the last of them a rehearsal, redacted, local and shown anyway."""
    ends = get_args(End)
    plain = tuple(published(number, end) for number, end in enumerate(ends))
    return manifest(
        (
            *plain,
            published(
                20, provider="rehearsal", model="greeting", ended="The script took the exit."
            ),
            published(21, taken_out=REDACTED, original="0" * 64, signature='Yours, "C"\n— a model'),
            published(
                22, provider="ollama", model="qwen3:8b/é", overridden="It is quoted already."
            ),
        )
    )


def files_of(whole: Manifest) -> list[CrateFile]:
    paths = [PROTOCOL, ODD, *(f"sessions/{one.id}/journal.jsonl" for one in whole.sessions)]
    return [CrateFile(path, "text/plain; charset=utf-8", f"What {path} is.", 5) for path in paths]


def described(whole: Manifest) -> tuple[bytes, dict[str, dict[str, Any]]]:
    results = {one.id: [f"sessions/{one.id}/journal.jsonl"] for one in whole.sessions}
    results[whole.sessions[0].id].append(ODD)
    objects = {one.id: PROTOCOL for one in whole.sessions[1:]}
    written = crate(whole, files_of(whole), results, objects)
    return written, {entity["@id"]: entity for entity in json.loads(written)["@graph"]}


def action(entities: dict[str, dict[str, Any]], number: int) -> dict[str, Any]:
    return entities[f"#session-20261120-23{number:02}00-k3f9w2"]


def laid_out(folder: Path, whole: Manifest, written: bytes) -> Path:
    for file in files_of(whole):
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_text("12345")
    (folder / FILE).write_bytes(written)
    return folder


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize(
    "fields", [{}, {"url": None, "authors": ("Ada",), "license": "https://example.org/terms"}]
)
def test_the_validator_of_others_misses_nothing_required_or_recommended(
    tmp_path: Path, fields: dict[str, Any]
) -> None:
    needs_validator()
    whole = manifest(everything().sessions, **fields)
    fill_cache(tmp_path / "cache")
    folder = laid_out(tmp_path / "crate", whole, described(whole)[0])
    assert crate_finds(folder, tmp_path / "cache") == []


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_the_validator_does_find_what_is_wrong(tmp_path: Path) -> None:
    """Or its silence would say nothing: it holds no network and only the terms that we use."""
    needs_validator()
    whole = manifest((published(0), published(1)))
    written, _ = described(whole)
    for old, new in (
        (b'"endTime": "2026-11-20T23:00:59.123+00:00"', b'"endTime": "2026-11-20T23:00:59Z"'),
        (b'"instrument"', b'"instrumentt"'),
        (b'"name": "Ada"', b'"title": "Ada"'),
    ):
        assert old in written
        written = written.replace(old, new, 1)
    fill_cache(tmp_path / "cache")
    folder = laid_out(tmp_path / "crate", whole, written)
    (folder / PROTOCOL).unlink()
    found = "\n".join(crate_finds(folder, tmp_path / "cache"))
    for what in ("ISO 8601", "instrumentt", "MUST have an instrument", PROTOCOL, "have a name"):
        assert what in found


def test_ends_are_completed_or_failed_and_always_said() -> None:
    _, entities = described(everything())
    for number, end in enumerate(get_args(End)):
        found = action(entities, number)
        assert f"End: {end}. It ended so." in found["description"]
        status = found["actionStatus"].removeprefix("http://schema.org/")
        if end in FAILED:
            assert (status, found["error"]) == ("FailedActionStatus", f"{end}: It ended so.")
        else:
            assert status == "CompletedActionStatus"
            assert "error" not in found
    assert len(FAILED) == 5


def test_a_session_names_its_model_its_files_and_its_times() -> None:
    _, entities = described(everything())
    first = action(entities, 0)
    assert first["startTime"] == "2026-11-20T23:00:00+00:00"
    assert first["endTime"] == "2026-11-20T23:00:59.123+00:00"
    assert [one["@id"] for one in first["result"]] == [
        "sessions/20261120-230000-k3f9w2/journal.jsonl",
        "sessions/odd%3A%20%23%2C%20%3F%2C%20%C3%A9%20%26%20%E6%97%A5%E6%9C%AC.txt",
    ]
    assert "object" not in first
    assert action(entities, 1)["object"] == {"@id": PROTOCOL}
    model = entities[first["instrument"]["@id"]]
    assert model["version"] == "claude-opus-5-20260901"
    assert first["instrument"] == action(entities, 1)["instrument"]


def test_a_rehearsal_never_passes_for_a_model_and_changes_are_said() -> None:
    _, entities = described(everything())
    rehearsal = action(entities, 20)
    assert entities[rehearsal["instrument"]["@id"]]["description"] == (
        "rehearsal: a script, not a model"
    )
    assert "not a model" in rehearsal["description"]
    assert "2 places redacted." in action(entities, 21)["description"]
    assert "It is quoted already." in action(entities, 22)["description"]


def test_what_is_held_back_is_counted_and_described_nowhere() -> None:
    written, entities = described(everything())
    assert entities["./"]["description"].endswith("Version 2: 16 sessions; 1 more held back.")
    assert b"20261119-120000-aaaaaa" not in written


def test_the_same_release_gives_the_same_bytes() -> None:
    whole = everything()
    one = crate(whole, files_of(whole), {}, {})
    assert one == crate(whole, files_of(whole)[::-1], {}, {})
    assert one.endswith(b"\n}\n")


def test_a_release_of_nothing_is_still_described() -> None:
    graph = json.loads(crate(manifest(), [], {}, {}))["@graph"]
    assert "hasPart" not in graph[1]
    assert "mentions" not in graph[1]


def test_a_crate_describes_nothing_that_is_not_there() -> None:
    file = CrateFile("a", "text/plain", "", 1)
    for files, results in (([], {"x": ["a"]}), ([file, file], {})):
        with pytest.raises(ValueError, match="crate"):
            crate(manifest(), files, results, {})
