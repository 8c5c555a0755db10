"""The plan: what it fixes, its hash, and that it is never written over."""

import hashlib
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from latitude.core.spec import StudyMark
from latitude.errors import HomeUnusable, RecordBroken, SessionBusy, UsageError
from latitude.study.check import Checked, check
from latitude.study.lock import held
from latitude.study.plan import differences, encode, hash_of, plan_of, read_plan, write_plan
from latitude.study.planning import keep_plan, plan_to_run, refuse_changed, refuse_otherwise
from tests.study.stage import cheap, closing, put_session, study

MORE = "outcomes: [exit, made]\nbudget: 2.5\nfactors: {protocol: [open, open-silent]}"


@pytest.fixture
async def checked(tmp_path: Path) -> Checked:
    return await check(study(tmp_path, MORE), cheap(0.1))


def test_it_holds_all_that_is_fixed(checked: Checked, tmp_path: Path) -> None:
    path = tmp_path / "play.plan.json"
    planned = keep_plan(path, checked, tmp_path / "sessions")
    told = json.loads(path.read_bytes())
    assert told["question"] == "Does it matter?"
    assert told["file_sha256"] == hashlib.sha256((tmp_path / "play.yaml").read_bytes()).hexdigest()
    assert [arm["label"] for arm in told["arms"]] == [arm.label for arm in checked.arms]
    assert told["arms"][1]["given"] == checked.opened[1].given
    assert told["arms"][1]["levels"] == {"protocol": "open-silent"}
    assert told["outcomes"][0] == {"name": "exit", "test": "fisher-exact"}
    assert (told["correction"], told["exclude"]) == ("holm", ["interrupted", "harness-failed"])
    assert told["stop"] == {"sessions": 4, "budget": 2.5}
    assert len(told["order"]) == 4
    assert told["order"][0] == [planned.plan.order[0].arm, 1, planned.plan.order[0].seed]


def test_it_is_canonical_and_named_by_its_bytes(checked: Checked, tmp_path: Path) -> None:
    path = tmp_path / "play.plan.json"
    planned = keep_plan(path, checked, tmp_path)
    data = path.read_bytes()
    dumped = json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert data == dumped.encode() + b"\n"
    assert planned.sha256 == hashlib.sha256(data).hexdigest() == hash_of(data)
    assert read_plan(path) == (planned.plan, planned.sha256)
    assert [entry.name for entry in tmp_path.glob(".plan-*")] == []


async def test_no_seed_and_nothing_of_one_machine_stands_with_an_arm(tmp_path: Path) -> None:
    """The same file planned twice is the same plan, with the seed of whichever cell."""

    async def prepare(study: object, arm: object) -> object:
        ready = await cheap()(study, arm)
        model = replace(ready.opened.model, parameters={"script_sha256": "x", "seed": 77})
        return type(ready)(replace(ready.opened, model=model))

    checked = await check(study(tmp_path), prepare)
    plan = plan_of(checked.study, checked.planned)
    assert plan.arms[0].model.parameters == {"script_sha256": "x"}


def test_the_same_plan_again_does_nothing(checked: Checked, tmp_path: Path) -> None:
    path = tmp_path / "play.plan.json"
    keep_plan(path, checked, tmp_path)
    before = path.stat()
    again = keep_plan(path, checked, tmp_path)
    assert (again.news, path.stat().st_mtime_ns) == ("there", before.st_mtime_ns)


def test_the_plan_of_another_version_of_latitude_stays(checked: Checked, tmp_path: Path) -> None:
    path = tmp_path / "play.plan.json"
    old = replace(plan_of(checked.study, checked.planned), latitude="0.0.1")
    path.write_bytes(encode(old))
    again = keep_plan(path, checked, tmp_path)
    assert (again.news, again.plan.latitude) == ("there", "0.0.1")
    refuse_otherwise(old, checked)


async def changed(folder: Path) -> Checked:
    return await check(study(folder, MORE, repeats="3"), cheap(0.1))


async def test_before_the_first_session_it_can_be_planned_anew(
    checked: Checked, tmp_path: Path
) -> None:
    path = tmp_path / "play.plan.json"
    first = keep_plan(path, checked, tmp_path / "sessions")
    put_session(tmp_path / "sessions", None, None)
    second = keep_plan(path, await changed(tmp_path), tmp_path / "sessions")
    assert second.news == "replaced"
    assert second.sha256 != first.sha256


@pytest.mark.parametrize("closed", [True, False])
async def test_after_the_first_session_it_is_never_written_over(
    checked: Checked, tmp_path: Path, closed: bool
) -> None:
    path = tmp_path / "play.plan.json"
    planned = keep_plan(path, checked, tmp_path / "sessions")
    mark = StudyMark(study="play", plan=planned.sha256, arm="any", repeat=1, seed=1)
    put_session(tmp_path / "sessions", mark, closing() if closed else None)
    before = path.read_bytes()
    with pytest.raises(UsageError) as refused:
        keep_plan(path, await changed(tmp_path), tmp_path / "sessions")
    assert "The study file was changed." in str(refused.value)
    assert "Give the study file a new version (version: 2) or a new name" in str(refused.value)
    assert path.read_bytes() == before
    assert keep_plan(path, checked, tmp_path / "sessions").news == "there"


def test_what_differs_is_said(checked: Checked) -> None:
    plan = plan_of(checked.study, checked.planned)
    assert differences(plan, plan) == []
    arm = plan.arms[1]
    other = replace(plan, arms=(plan.arms[0], replace(arm, given="0" * 64, attended=True)))
    assert differences(plan, other) == [
        "The arm 'rehearsal/leaves · open-silent' is otherwise here: given, attended."
    ]
    assert differences(plan, replace(plan, file_sha256="x")) == ["The study file was changed."]
    reordered = replace(plan, order=plan.order[::-1])
    assert differences(plan, reordered) == ["This latitude plans the same file otherwise."]


async def test_a_plan_that_no_longer_fits_is_refused(checked: Checked, tmp_path: Path) -> None:
    plan = plan_of(checked.study, checked.planned)
    refuse_otherwise(plan, checked)
    refuse_changed(plan, checked.study)
    with pytest.raises(UsageError, match=r"'play' no longer fits\. The study file was changed\."):
        refuse_changed(plan, (await changed(tmp_path)).study)
    first, second = plan.arms
    other = replace(plan, arms=(first, replace(second, given="0" * 64)))
    with pytest.raises(UsageError, match="'rehearsal/leaves · open-silent' is otherwise here: giv"):
        refuse_otherwise(other, checked)


async def test_arms_that_are_done_are_not_looked_at(checked: Checked) -> None:
    plan = plan_of(checked.study, checked.planned)
    first, second = plan.arms
    some = await check(checked.study, cheap(0.1), {first.label})
    assert [arm.label for arm in some.arms] == [first.label]
    refuse_otherwise(replace(plan, arms=(first, replace(second, given="0" * 64))), some)
    with pytest.raises(UsageError, match="is otherwise here: given"):
        refuse_otherwise(replace(plan, arms=(replace(first, given="0" * 64), second)), some)


def test_a_plan_that_is_missing_broken_or_of_tomorrow(checked: Checked, tmp_path: Path) -> None:
    path = tmp_path / "play.plan.json"
    with pytest.raises(UsageError, match=r"has no plan yet .*: latitude study plan play"):
        plan_to_run(path, checked.study)
    for data in (b"", b"{}", b"\xff", b'{"v":1}'):
        path.write_bytes(data)
        with pytest.raises(RecordBroken, match="is no plan of a study"):
            read_plan(path)
    plan = plan_of(checked.study, checked.planned)
    path.write_bytes(encode(replace(plan, v=2)))
    with pytest.raises(RecordBroken, match="a plan of version 2"):
        read_plan(path)


def test_where_nothing_can_be_written_it_is_said(checked: Checked, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeUnusable, match="cannot be read: Not a directory"):
        keep_plan(tmp_path / "file" / "play.plan.json", checked, tmp_path)
    with pytest.raises(HomeUnusable, match="The plan could not be written to"):
        write_plan(tmp_path / "file" / "play.plan.json", b"")
    with pytest.raises(HomeUnusable, match="cannot be opened"), held(tmp_path / "file" / "l", "p"):
        pass


def test_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "studies" / "play.plan.lock"
    with held(path, "play"):
        with pytest.raises(SessionBusy, match="'play' is being planned or run"), held(path, "play"):
            pass
        with held(tmp_path / "studies" / "other.plan.lock", "other"):
            pass
    with held(path, "play"):
        pass
