"""A session whose model runs commands, in the real sandbox."""

import asyncio

from latitude.core.events import SessionClosed, ToolReturned
from latitude.tools.registry import Toolbox
from latitude.tools.run import Run
from latitude.workspace.sandbox.linux import Bubblewrap
from tests.cli.person import wait_until
from tests.ordinary import folder_of_theirs
from tests.programs import needs
from tests.session.stage import Stage

BUSY = """
- text: One moment.
  calls:
    - {name: run, arguments: {command: "touch begun; sleep 600"}}
    - {name: run, arguments: {command: "touch never"}}
"""


async def test_a_command_that_runs_when_the_person_ends_is_stopped_and_recorded() -> None:
    sandbox = Bubblewrap(needs("bwrap"), "0.8.0")
    with folder_of_theirs() as folder:
        toolbox = Toolbox([Run(sandbox)])
        stage = Stage(folder, BUSY, tools=("run",), toolbox=toolbox)
        place = folder / "workspace"
        place.mkdir(mode=0o700)
        sandbox.adopt(place)
        playing = asyncio.create_task(stage.play())
        await asyncio.to_thread(wait_until, (place / "begun").exists)
        stage.stop.request("person-end")
        events = await playing
        assert [entry.name for entry in place.iterdir()] == ["begun"]
    assert isinstance(events[-1], SessionClosed)
    assert events[-1].end == "person-end"
    [returned] = [event for event in events if isinstance(event, ToolReturned)]
    assert not returned.ok
    assert returned.result[0].text == "This call was stopped: the session ended while it ran."
    assert returned.seconds > 0
