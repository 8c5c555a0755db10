"""The same number of turns through inspect-ai with its mock model and its log.

Run as ``python -m tests.bench.engine_inspect FOLDER SESSIONS TURNS``.
"""

import sys
from typing import Any

import inspect_ai
from inspect_ai import Task
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessageUser, ModelOutput, ModelUsage, get_model
from inspect_ai.solver import Generate, TaskState, solver

TEXT = "twenty-six characters long" * 30


@solver
def talk(turns: int) -> Any:
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        for _ in range(turns):
            state = await generate(state)
            state.messages.append(ChatMessageUser(content="Go on."))
        return state

    return solve


def outputs() -> Any:
    while True:
        output = ModelOutput.from_content("mockllm/model", TEXT)
        # With usage at hand it need not count tokens, for which it would ask the network.
        output.usage = ModelUsage(input_tokens=10, output_tokens=60, total_tokens=70)
        yield output


if __name__ == "__main__":
    folder, sessions, turns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    task = Task(
        dataset=[Sample(input="Go.") for _ in range(sessions)], solver=talk(turns), scorer=None
    )
    logs = inspect_ai.eval(
        task,
        model=get_model("mockllm/model", custom_outputs=outputs()),
        log_dir=folder,
        display="none",
        max_samples=64,
        max_connections=64,
        log_realtime=False,
        fail_on_error=True,
    )
    assert logs[0].status == "success", logs[0].error
