"""What is asked of the browser, and what comes back."""

from typing import Literal

import msgspec

WIDTH, HEIGHT = 1200, 800
"""Pixels of the window, and so of the largest picture."""
MOST_FILE = 16 * 1024 * 1024
"""Bytes of one file that the browser is given; 10 MB take it about two seconds."""

Kind = Literal["page", "picture", "sound", "nothing"]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be shown."""

    kind: Kind
    """``nothing`` only starts the browser, to see whether it can."""
    launcher: str
    """The program that starts the browser in its sandbox."""
    root: str = ""
    """The workspace."""
    path: str = ""
    """The file, relative to the workspace."""
    loading: float = 10.0
    """Seconds that a page has to load."""


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture was found to be."""

    width: int
    """Pixels, of the file itself."""
    height: int
    shown_width: int
    """Pixels, in the picture that was taken of it."""
    shown_height: int
    clear: bool
    """Whether some of it can be seen through."""


class Tone(msgspec.Struct, frozen=True, kw_only=True):
    """A frequency that stands out."""

    hertz: float
    decibels: float
    """Against the strongest one."""


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One channel of a sound; decibels against full scale, ``None`` where it is silent."""

    peak: float | None
    level: float | None
    """Of the root mean square."""
    full: int
    """Samples at full scale."""
    no_numbers: int
    """Samples of floats that are no finite numbers; they are taken as zero."""


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """What a sound was found to be."""

    seconds: float
    rate: int | None
    """Samples a second as the file says; ``None`` where it was not found in the file."""
    channels: list[Channel]
    quiet_share: float
    """How much of the time is under -60 dB, between 0 and 1."""
    quiet_first: float
    """Seconds before anything is heard."""
    quiet_last: float
    noise: bool
    """Whether no frequency stands out."""
    tones: list[Tone]
    """The strongest first."""
    top: float
    """Hertz at the upper edge of the spectrogram."""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser made of a job. Every text in it is clean, and one line."""

    failed: str = ""
    """Why there is no picture, in words for the model; empty when there is one."""
    waited: float = 0
    """Seconds after which it had still not loaded; 0 when it had."""
    title: str = ""
    at: str = ""
    """Where the page had gone to by itself; empty when it stayed."""
    width: int = 0
    """Pixels of the whole page."""
    height: int = 0
    console: list[str] = []
    """Errors and warnings."""
    console_more: int = 0
    """How many further ones there were."""
    refused: list[str] = []
    """What the page asked for and was not given, with the reason."""
    refused_more: int = 0
    image: Image | None = None
    sound: Sound | None = None
    media_type: str = ""
    """Of the picture."""
    size: int = 0
    """Bytes of the picture."""
