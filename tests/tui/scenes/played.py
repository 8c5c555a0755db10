"""The scenes: what a person does until the picture is taken."""

from collections.abc import AsyncIterator, Callable

from latitude.core.events import End
from latitude.journal.lock import Hold
from latitude.journal.paths import JOURNAL
from latitude.tui.themes import DARK, LIGHT
from tests.tui.scenes import told
from tests.tui.scenes.stage import NARROW, WIDE, Play, Scene, Stage
from tests.tui.scenes.tape import LOOM, rehearsed

SCENES: list[Scene] = []


def scene(
    name: str,
    sizes: tuple[str, ...] = (WIDE, NARROW),
    themes: tuple[str, ...] = (DARK.name, LIGHT.name),
    paper: str | None = None,
) -> Callable[[Play], Play]:
    """Name a scene."""

    def keep(play: Play) -> Play:
        SCENES.append(Scene(name, play, sizes, themes, paper))
        return play

    return keep


@scene("home-empty")
async def _(stage: Stage) -> None:
    await stage.open()
    await stage.sees("On this machine", "qwen3:8b")


async def the_list(stage: Stage) -> None:
    await told.shelf(stage.home)
    stage.keep.enter_context(Hold.take(stage.home.session(told.RUNNING) / JOURNAL))
    await stage.open()
    await stage.sees("13 sessions", "running")


@scene("home-list")
async def _(stage: Stage) -> None:
    await the_list(stage)
    await stage.press("down", "down", "x", "down", "x", "up")
    await stage.sees("2 marked")


@scene("home-no-match")
async def _(stage: Stage) -> None:
    await the_list(stage)
    await stage.press("slash")
    await stage.paste("kelp forest")
    await stage.sees("Nothing here matches.")


@scene("new")
async def _(stage: Stage) -> None:
    await stage.open()
    await stage.press("n")
    await stage.sees("qwen3:8b", "Makes a page" if stage.wide else "page")


@scene("new-cannot-start")
async def _(stage: Stage) -> None:
    await stage.open()
    await stage.press("n")
    await stage.press("slash")
    await stage.paste("nobody/tide-5")
    await stage.press("enter")
    await stage.sees("This cannot start")
    await stage.press("enter")


@scene("new-preview", sizes=(NARROW,))
async def _(stage: Stage) -> None:
    await stage.open()
    await stage.press("n", "v")
    await stage.sees("This time is open")


@scene("new-request")
async def _(stage: Stage) -> None:
    await stage.open()
    await stage.press("n", "b")
    await stage.sees('"script_sha256"')


@scene("sitting-thinking")
async def _(stage: Stage) -> None:
    await stage.sit(await told.thinking(stage.house))
    await stage.sees("An empty folder", "streaming")


@scene("sitting-reply")
async def _(stage: Stage) -> None:
    await stage.sit(await told.replying(stage.house))
    await stage.sees("This is a rehearsal", "streaming")


@scene("sitting-your-turn")
async def _(stage: Stage) -> None:
    await stage.sit(await told.first_turn(stage.house))
    await stage.sees("write to the model")


@scene("sitting-writing")
async def _(stage: Stage) -> None:
    await stage.sit(await told.first_turn(stage.house))
    await stage.sees("write to the model")
    await stage.paste("What is on the back of it?")
    await stage.press("shift+enter", "shift+enter")
    await stage.paste("No hurry.")
    await stage.sees("No hurry.")


@scene("sitting-workspace", paper="sitting.svg")
async def _(stage: Stage) -> None:
    await stage.sit(await told.second_turn(stage.house))
    await stage.sees("write to the model")
    if not stage.wide:
        await stage.press("escape", "w")
    await stage.sees("index.html", "diff")


@scene("sitting-call-open")
async def _(stage: Stage) -> None:
    await stage.sit(await told.second_turn(stage.house))
    await stage.sees("write to the model")
    await stage.press("escape", "2", "2", "space")
    await stage.sees("old:", "new:")


@scene("sitting-end-question")
async def _(stage: Stage) -> None:
    await stage.sit(await told.replying(stage.house))
    await stage.press("e")
    await stage.sees("End the session?")


@scene("sitting-retry")
async def _(stage: Stage) -> None:
    await stage.sit(await told.retried(stage.house))
    await stage.sees("Attempt 2 in 8 s")


@scene("sitting-broke-off")
async def _(stage: Stage) -> None:
    await stage.sit(await told.broken_off(stage.house))
    await stage.sees("There is no whole reply.")


@scene("sitting-over")
async def _(stage: Stage) -> None:
    await stage.sit(await told.whole(stage.house))
    await stage.sees("took the exit")


@scene("sitting-mention")
async def _(stage: Stage) -> None:
    await stage.sit(await told.tides(stage.house, until=told.nth(told.Asked, 1)))
    await stage.sees("mentioned", "write to the model")


@scene("sitting-limits")
async def _(stage: Stage) -> None:
    await stage.sit(await told.limited(stage.house))
    await stage.sees("The water at the pier")


async def read_the_loom(stage: Stage) -> None:
    tape = await told.whole(stage.house)
    await tape.shelve(stage.home, stage.house.repository)
    await stage.open()
    await stage.press("enter")
    await stage.sees("turn 1 of 3")


@scene("reading")
async def _(stage: Stage) -> None:
    await read_the_loom(stage)


@scene("reading-later", paper="reading.svg")
async def _(stage: Stage) -> None:
    await read_the_loom(stage)
    await stage.press("]")
    await stage.sees("turn 2 of 3")
    await stage.press("1")
    if stage.wide:
        await stage.sees("diff")


@scene("reading-find")
async def _(stage: Stage) -> None:
    await read_the_loom(stage)
    await stage.press("slash")
    await stage.paste("cloth")
    await stage.press("enter")
    await stage.sees("find:", "10 places")


@scene("reading-tag", themes=(DARK.name,))
async def _(stage: Stage) -> None:
    await read_the_loom(stage)
    await stage.press("t")
    await stage.paste("for the talk")
    await stage.sees("tag:  for the talk")


@scene("reading-noted", themes=(DARK.name,))
async def _(stage: Stage) -> None:
    await read_the_loom(stage)
    await stage.press("a")
    await stage.paste("The second pass is the better one.")
    await stage.press("enter")
    await stage.sees("The note is kept beside the record.")


@scene("reading-verified")
async def _(stage: Stage) -> None:
    await read_the_loom(stage)
    await stage.press("v")
    await stage.sees("As written", "Fingerprint")


@scene("reading-markdown")
async def _(stage: Stage) -> None:
    tape = await told.tides(stage.house)
    await tape.shelve(stage.home, stage.house.repository)
    await stage.open()
    await stage.press("enter")
    await stage.sees("turn 1 of 1")
    if not stage.wide:
        await stage.press("w")
    await stage.sees("almanac.md")


ENDINGS: tuple[End, ...] = ("model-exit", *told.ENDS)


async def read_the_endings(stage: Stage) -> AsyncIterator[End]:
    """Read a session of each ending to its end, one after the other in one app."""
    for place, end in enumerate(ENDINGS):
        tape = told.ended(end, f"202611{20 - place:02}-070000-k3f9w2")
        await tape.shelve(stage.home, stage.house.repository)
    await stage.open()
    await stage.sees(f"{len(ENDINGS)} sessions")
    for end in ENDINGS:
        await stage.press("enter")
        await stage.sees("turn 1 of 1")
        await stage.press("end")
        await stage.sees("Sealed")
        yield end
        await stage.press("q", "down")


async def compare(stage: Stage, *, all_four: bool = False) -> None:
    tapes = [await told.whole(stage.house), await told.tides(stage.house)]
    if all_four:
        for session, script in ((told.LEAVES, "leaves"), (told.STAYS, "stays")):
            tapes.append(await rehearsed(stage.house, session=session, script=script))
    for tape in tapes:
        await tape.shelve(stage.home, stage.house.repository)
    await stage.open()
    await stage.sees(f"{len(tapes)} sessions", LOOM)
    await stage.press("x", *["down", "x"] * (len(tapes) - 1), "c")
    await stage.sees("side by side")


@scene("compare-two")
async def _(stage: Stage) -> None:
    await compare(stage)


@scene("compare-four")
async def _(stage: Stage) -> None:
    await compare(stage, all_four=True)


@scene("compare-difference")
async def _(stage: Stage) -> None:
    await compare(stage)
    await stage.press("d")
    await stage.sees("difference")


@scene("help")
async def _(stage: Stage) -> None:
    await stage.open()
    await stage.press("question_mark")
    await stage.sees("Everywhere")
