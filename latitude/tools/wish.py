"""``wish``: how the model would like this session and its work to be shown and signed."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from latitude.core.events import Wish
from latitude.errors import ToolFailed
from latitude.tools.base import ToolAnswer, text_schema
from latitude.workspace.folder import Workspace

LONGEST = 10_000
"""Characters of each argument."""


class MakeWish:
    """Takes a wish; the engine records it beside the answer."""

    schema = text_schema(
        "wish",
        "Say whether and how this session, and what you made in it, should be shown and signed. "
        "It is recorded with the session. Whoever publishes the session is shown it, and it is "
        "followed unless they write down why not.",
        optional=("publish", "signature", "words"),
        publish='"yes" or "no".',
        signature="The name to sign with, or how to sign.",
        words="Anything else about it, in your own words.",
    )

    async def run(self, arguments: Mapping[str, Any], workspace: Workspace) -> ToolAnswer:
        """Take what was said; the workspace is not touched."""
        del workspace
        said = {name: text for name, text in arguments.items() if text.strip()}
        if not said:
            raise ToolFailed("publish, signature and words are all empty.")
        for name, text in said.items():
            if len(text) > LONGEST:
                raise ToolFailed(f"{name} has {len(text):,} characters; at most {LONGEST:,}.")
        publish = said.get("publish")
        if publish is not None:
            publish = publish.strip().lower()
            if publish not in ("yes", "no"):
                raise ToolFailed('publish is "yes" or "no". Anything else is said in words.')
        wish = Wish(
            publish=cast("Literal['yes', 'no'] | None", publish),
            signature=said.get("signature"),
            words=said.get("words"),
        )
        return ToolAnswer(True, "It is recorded.", wish=wish)
