"""What a comparison is told of plans."""

from pathlib import Path

from latitude.core.spec import StudyMark
from latitude.study.plan import encode, write_plan
from latitude.study.reporting import planned_of, strayed, unfinished
from tests.study.stage import closing, planned, put_session, study

TWO_ADDRESSES = (
    '[{model: chat/m, base_url: "http://one:1/v1"}, {model: chat/m, base_url: "http://two:2/v1"}]'
)


async def test_one_name_at_two_addresses_is_two_models(tmp_path: Path) -> None:
    _, plan, plan_hash = await planned(study(tmp_path, models=TWO_ADDRESSES))
    arms = planned_of(plan, plan_hash).arms
    assert [traits["model"] for traits in arms.values()] == ["chat/m@one:1", "chat/m@two:2"]


async def test_a_study_that_is_not_over_is_told_of_where_it_is_meant(tmp_path: Path) -> None:
    prompts, sessions = tmp_path / "prompts", tmp_path / "sessions"
    sessions.mkdir()
    _, plan, plan_hash = await planned(study(prompts / "studies"))
    write_plan(prompts / "studies" / "play.plan.json", encode(plan))
    (prompts / "studies" / "other.plan.json").write_text("no plan")
    (said,) = unfinished(prompts, sessions, {plan_hash})
    assert said.startswith("The study play is not over: 0 of its 2 sessions are done.")
    assert list(unfinished(prompts, sessions, {"0" * 64})) == []


async def test_sessions_whose_plan_was_changed_are_told_of(tmp_path: Path) -> None:
    prompts, sessions = tmp_path / "prompts", tmp_path / "sessions"
    _, plan, plan_hash = await planned(study(prompts / "studies"))
    place = prompts / "studies" / "play.plan.json"
    write_plan(place, encode(plan))
    mark = StudyMark(study="play", plan=plan_hash, arm=plan.arms[0].label, repeat=1, seed=1)
    put_session(sessions, mark, closing())
    assert list(strayed(prompts, sessions, "play")) == []
    place.write_bytes(place.read_bytes().replace(b"Does it matter?", b"Does it not?"))
    (said,) = strayed(prompts, sessions, "play")
    assert said.startswith("1 session of play names a plan that stands in no file of this home")
