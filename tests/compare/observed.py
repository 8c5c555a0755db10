"""Sessions for tests of comparisons, without a journal behind them."""

from latitude.index.observation import Observation


def seen(number: int = 0, model: str = "claude-x", **traits: object) -> Observation:
    """A closed session of a model; ``number`` tells it from others."""
    usual: dict[str, object] = {
        "session": f"20261120-{number:06}-aaaaaa",
        "opened": "2026-11-20T23:15:02.000Z",
        "model": model,
        "asked": f"anthropic/{model}",
        "given": "1" * 64,
        "protocol": "open",
        "attended": False,
        "rehearsal": False,
        "end": "model-exit",
        "turns": 3,
        "turn_limit": 10,
    }
    return Observation(**(usual | traits))  # type: ignore[arg-type]


def many(
    count: int, start: int = 0, model: str = "claude-x", **traits: object
) -> list[Observation]:
    """So many sessions that are all the same."""
    return [seen(start + number, model, **traits) for number in range(count)]
