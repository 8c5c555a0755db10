"""``run``: a command, in a sandbox."""

from collections.abc import Mapping
from typing import Any

from latitude.core.spec import ToolSchema
from latitude.core.text import counted
from latitude.errors import ToolFailed
from latitude.tools.base import ToolAnswer
from latitude.workspace.folder import Workspace
from latitude.workspace.sandbox.base import Ran, Sandbox
from latitude.workspace.sandbox.bounds import USUAL_BOUNDS, Bounds

LONGEST_COMMAND = 100_000
"""Bytes; Linux takes no single argument of 128 KiB or more."""

_OF_A_SIGNAL = range(128 + 2, 128 + 64 + 1)
"""129 is left out: git and others end with it when they are called wrongly."""

_OFF = "There is no network."
_ALLOWED = "The network can be reached, and with it the servers of this machine."


class Run:
    """Runs what the model writes with ``sh``, where it can reach the workspace and nothing else."""

    def __init__(
        self, sandbox: Sandbox, *, network: bool = False, bounds: Bounds = USUAL_BOUNDS
    ) -> None:
        self._sandbox = sandbox
        self._network = network
        self._bounds = bounds
        self.schema = ToolSchema(
            name="run",
            description=(
                "Run a command with sh in the workspace, and return its exit status and what it "
                "printed. It runs in a sandbox: the system's programs are there, and only what is "
                "written in the workspace stays. Nothing goes on running when it ends. "
                f"{_ALLOWED if network else _OFF} {_room(sandbox)}"
            ),
            parameters={
                "type": "object",
                "properties": {
                    "command": {"type": "string", "description": "The command, as sh takes it."},
                    "timeout": {
                        "type": "integer",
                        "description": (
                            f"Seconds after which it is stopped, at most {bounds.longest_seconds}. "
                            f"Without it, {bounds.usual_seconds}."
                        ),
                        "minimum": 1,
                        "maximum": bounds.longest_seconds,
                    },
                },
                "required": ["command"],
                "additionalProperties": False,
            },
        )

    async def run(self, arguments: Mapping[str, Any], workspace: Workspace) -> ToolAnswer:
        """Run ``command`` for at most ``timeout`` seconds."""
        command = arguments["command"]
        seconds = arguments.get("timeout", self._bounds.usual_seconds)
        if not 1 <= seconds <= self._bounds.longest_seconds:
            raise ToolFailed(f'"timeout" must be 1 to {self._bounds.longest_seconds}.')
        if "\0" in command:
            raise ToolFailed("The command holds a NUL character, which no command can.")
        if len(command.encode()) > LONGEST_COMMAND:
            raise ToolFailed(
                f"The command has more than {LONGEST_COMMAND:,} bytes. A file can hold it."
            )
        try:
            ran = await self._sandbox.run(
                ("/bin/sh", "-c", command), workspace.root, seconds, network=self._network
            )
        finally:
            workspace.changed_outside()
        return _answer(ran)


def _answer(ran: Ran) -> ToolAnswer:
    if ran.stopped is not None:
        how = f"The command was stopped, with all that it had started: {ran.stopped}."
    elif ran.status is not None and ran.status in _OF_A_SIGNAL:
        how = f"Exit status {ran.status} (a shell says this for signal {ran.status - 128})."
    else:
        how = f"Exit status {ran.status}."
    if not ran.output:
        return ToolAnswer(ran.stopped is None, f"{how} It printed nothing.")
    head, tail = ran.output[: ran.left_out_at], ran.output[ran.left_out_at :]
    text = head.decode("utf-8", "replace")
    cut = None
    if ran.left_out:
        left_out = counted(ran.left_out, "byte")
        cut = f"{left_out} of {ran.printed:,} in the middle"
        text += f"\n[{left_out} of {ran.printed:,} are left out here.]\n"
    text += tail.decode("utf-8", "replace")
    return ToolAnswer(ran.stopped is None, f"{how} It printed:\n{text}", cut)


def _room(sandbox: Sandbox) -> str:
    return f"The limits of a command: {', '.join((*sandbox.held, *sandbox.watched))}."
