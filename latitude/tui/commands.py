"""The command palette: what the keys of the screen do, by name, and the themes."""

from collections.abc import Iterator
from functools import partial

from textual.actions import parse
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen


def commands(app: App[None], screen: Screen[object]) -> Iterator[SystemCommand]:
    """Everything that can be done on ``screen`` now and has a name: in the footer, or a tooltip.

    Also what has no key while somebody writes. What Enter does is left to Enter: nothing is sent
    or begun by a name that was half written.
    """
    yield SystemCommand("theme", "one of latitude's own, or of Textual's", app.search_themes)
    told = set()
    nodes = [screen, app] if screen.focused is None else screen.focused.ancestors_with_self
    for node in nodes:
        for binding in _ours(node):
            name = binding.tooltip or (binding.show and binding.description)
            _, action, parameters = parse(binding.action)
            if not name or name in told or binding.key == "enter":
                continue
            if not node.check_action(action, parameters):
                continue
            told.add(name)
            # The palette reads what stands behind a name as markup, and [ is a key.
            key = Content(app.get_key_display(binding)).markup
            yield SystemCommand(name, key, partial(app.run_action, binding.action, node))


def _ours(node: DOMNode) -> Iterator[Binding]:
    """The keys of a node that are ours and not Textual's: those that move in a text or a list."""
    for kind in type(node).__mro__:
        if kind.__module__.startswith("latitude."):
            yield from Binding.make_bindings(vars(kind).get("BINDINGS", ()))
