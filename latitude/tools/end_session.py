"""``end_session``: the way out. It has a schema only; the engine acts on the call itself."""

from latitude.core.spec import ToolSchema


def end_session_schema(name: str) -> ToolSchema:
    """Return the exit as a tool that is called ``name``. It takes no arguments."""
    return ToolSchema(
        name=name,
        description="End this session. It ends at once, and for good: nothing is sent afterwards.",
        parameters={"type": "object", "properties": {}, "additionalProperties": False},
    )
