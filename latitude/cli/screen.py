"""Standard output as something that can go away: a closed pipe, a closed window, a full disk."""

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import ClassVar


def hold_streams() -> None:
    """Make sure that there are standard streams, and that any text can be written to them."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # Started without it (">&-"): the next file that is opened would take its place, and a
            # print would go into a journal. The lowest free number is this one.
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An encoding other than UTF-8 gets an escape where it has no character.
            stream.reconfigure(errors="backslashreplace")


def silence_stdout() -> None:
    """Let nothing more be written where nobody can read it, also not at the exit."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)


class Screen:
    """Standard output while sessions run: when it is lost, ``on_loss`` is told, once."""

    after: ClassVar = (
        "What runs is interrupted; the record is kept, and `latitude run --from last` "
        "carries it on."
    )
    """What follows from the loss, in words for a person."""

    def __init__(self, on_loss: Callable[[], None]) -> None:
        self._on_loss = on_loss
        self._lost = False

    @contextlib.contextmanager
    def showing(self) -> Iterator[None]:
        """Write inside; what cannot be written is on record all the same."""
        try:
            yield
        except OSError as error:
            self.lose(error)

    def lose(self, error: OSError) -> None:
        """Write nothing more, and tell."""
        if self._lost:
            return
        self._lost = True
        silence_stdout()
        with contextlib.suppress(OSError):
            print(
                f"latitude: Nothing more can be shown: {error.strerror}. {self.after}",
                file=sys.stderr,
            )
        self._on_loss()
