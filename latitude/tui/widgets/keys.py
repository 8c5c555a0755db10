"""The keys at the foot of a screen."""

from textual.screen import Screen
from textual.widgets import Footer


class Keys(Footer):
    """Textual's footer, made anew only when it has something else to show.

    Textual tells of bindings whenever the focus moves, several times for one screen, and its own
    footer makes all of its parts anew each time: a fifth of what the app did.
    """

    def __init__(self) -> None:
        super().__init__(show_command_palette=False, compact=True)
        self._shown: list[tuple[object, ...]] = []

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Look at the keys of ``screen`` once all that changes now has changed."""
        self._bindings_ready = True
        if screen.app.app_focus and self.is_attached and screen is self.screen:
            self.call_after_refresh(self._settle)

    async def _settle(self) -> None:
        if not self.is_attached:
            return
        shown: list[tuple[object, ...]] = [
            (binding, self.app.get_key_display(binding), enabled, tooltip)
            for _, binding, enabled, tooltip in self.screen.active_bindings.values()
            if binding.show
        ]
        if shown != self._shown:
            self._shown = shown
            await self.recompose()
