"""Protocols, and the very words that a session of one gives the model.

``render`` is offered here as ``prompts.render(protocol, tools)``; it is loaded when first asked
for, so that a verb that renders nothing does not pay for it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latitude.prompts.rendering import render

__all__ = ["render"]


def __getattr__(name: str) -> object:
    if name != "render":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from latitude.prompts.rendering import render

    return render
