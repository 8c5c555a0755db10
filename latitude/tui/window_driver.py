"""The app's terminal when that is a page in a browser: two pipes to the server of the page."""

import contextlib

from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp


class WindowDriver(WebDriver):
    """Textual's driver for the web; it also ends the app when the server is gone."""

    def run_input_thread(self) -> None:
        """Read to the end: after that nobody can press a key any more, nor close the window."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())

    def write(self, data: str) -> None:
        """Show ``data``, where there is somebody to show it to."""
        with contextlib.suppress(BrokenPipeError):
            super().write(data)

    def write_meta(self, data: dict[str, object]) -> None:
        """Tell the server ``data``, where there is one."""
        with contextlib.suppress(BrokenPipeError):
            super().write_meta(data)
