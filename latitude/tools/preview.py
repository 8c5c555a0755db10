"""``preview``: what a page, a picture or a sound of the workspace looks like."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from latitude.core.spec import ToolSchema
from latitude.core.text import counted
from latitude.errors import ToolFailed
from latitude.tools.base import Picture, ToolAnswer, text_schema
from latitude.workspace.browser.base import HEIGHT, MOST_FILE, WIDTH, Drawn, Image, Sound
from latitude.workspace.browser.browser import Browser
from latitude.workspace.browser.serving import endings, kind_of
from latitude.workspace.folder import Workspace
from latitude.workspace.names import shown

_NOTES = ("C", "C sharp", "D", "D sharp", "E", "F", "F sharp", "G", "G sharp", "A", "A sharp", "B")
_A4, _A4_NUMBER = 440.0, 69
"""Hertz, and the number of that note in MIDI."""


class Preview:
    """Opens a file in a headless browser that has no network and no other files."""

    def __init__(self, browser: Browser, *, pictures: bool) -> None:
        """``pictures`` says whether the model takes any; without, only the words go to it."""
        self._browser = browser
        self._pictures = pictures
        self.schema = _schema(pictures)

    async def run(self, arguments: Mapping[str, Any], workspace: Workspace) -> ToolAnswer:
        """Show the file ``path``."""
        path = arguments["path"]
        kind = kind_of(path)
        _, size = workspace.head(path, 0)
        if kind is None:
            raise ToolFailed(
                f"{shown(path)} has no ending that can be previewed ({endings('page')}, "
                f"{endings('picture')}, {endings('sound')})."
            )
        if size > MOST_FILE:
            raise ToolFailed(
                f"{shown(path)} is {size:,} bytes; at most {MOST_FILE:,} can be previewed."
            )
        drawn, data = await self._browser.draw(kind, workspace.root, path)
        if drawn.failed:
            failed = f"{shown(path)} could not be drawn: {drawn.failed}."
            return ToolAnswer(False, "\n".join([failed, *_notes(drawn)]))
        text = "\n".join([*_described(path, drawn, self._pictures), *_notes(drawn)])
        pictures = (Picture(drawn.media_type, data),) if self._pictures else ()
        more = drawn.console_more + drawn.refused_more
        return ToolAnswer(
            True, text, cut=counted(more, "line") if more else None, pictures=pictures
        )


def _schema(pictures: bool) -> ToolSchema:
    window = f"{WIDTH} × {HEIGHT} pixels"
    gives = (
        f"You get a picture of at most {window}, with what the console says."
        if pictures
        else "You get no picture, only words: size, title, and what the console says."
    )
    return text_schema(
        "preview",
        "Open one file of the workspace in a browser without network and look at it: a page "
        f"({endings('page')}), a picture ({endings('picture')}), or a sound ({endings('sound')}), "
        f"which is drawn as a spectrogram and measured. {gives} A page may use other files of the "
        "workspace as scripts, styles, pictures and the like, but it cannot fetch or frame them; "
        "it is drawn half a second after it has loaded, and nobody touches it.",
        path="The file, relative to the top of the workspace.",
    )


def _described(path: str, drawn: Drawn, pictures: bool) -> Iterator[str]:
    if drawn.image is not None:
        yield _picture_line(path, drawn.image, pictures)
    elif drawn.sound is not None:
        yield from _sound_lines(path, drawn.sound)
        if pictures:
            yield (
                "The picture shows the wave above and the spectrogram below, all channels "
                "together: time goes to the right, frequency upwards (30 Hz to "
                f"{drawn.sound.top:,.0f} Hz), and brighter is louder."
            )
    else:
        yield from _page_lines(path, drawn, pictures)
    if not pictures:
        yield "There is no picture: this session's model takes none."


def _page_lines(path: str, drawn: Drawn, pictures: bool) -> Iterator[str]:
    size = f"{drawn.width:,} × {drawn.height:,} pixels"
    title = f", with the title {drawn.title}" if drawn.title else ", without a title"
    yield f"Opened {shown(path)}: {size}{title}."
    if drawn.at:
        yield f"The page went on to {drawn.at} by itself; that is what was drawn."
    if drawn.waited:
        yield (
            f"It had not finished loading after {drawn.waited:g} seconds, and was drawn as it was "
            "then."
        )
    if pictures and (drawn.height > HEIGHT or drawn.width > WIDTH):
        yield f"The picture shows its upper left part, {WIDTH:,} × {HEIGHT:,} pixels."


def _picture_line(path: str, image: Image, pictures: bool) -> str:
    line = f"Opened {shown(path)}: {image.width:,} × {image.height:,} pixels"
    if image.clear:
        line += ", partly see-through" + (" (on chequered ground)" if pictures else "")
    if pictures and image.shown_width != image.width:
        line += f"; shown at {image.shown_width:,} × {image.shown_height:,}"
    return f"{line}."


def _sound_lines(path: str, sound: Sound) -> Iterator[str]:
    rate = f", {sound.rate:,} samples a second" if sound.rate else ""
    channels = counted(len(sound.channels), "channel")
    yield f"Opened {shown(path)}: {sound.seconds:,.2f} seconds, {channels}{rate}."
    for number, channel in enumerate(sound.channels[:8], 1):
        if broken := channel.no_numbers:
            yield (
                f"Channel {number} is broken: {counted(broken, 'sample')} "
                f"{'is no finite number' if broken == 1 else 'are no finite numbers'}, "
                "taken as zero here."
            )
        if channel.peak is None or channel.level is None:
            every = "every other sample" if broken else "every sample"
            yield f"Channel {number} is silent: {every} is zero."
            continue
        which = f"Channel {number}: p" if len(sound.channels) > 1 else "P"
        full = f", {counted(channel.full, 'sample')} at full scale" if channel.full else ""
        yield (
            f"{which}eak {_decibels(channel.peak)} dBFS, level {_decibels(channel.level)} dBFS "
            f"(RMS){full}."
        )
    yield (
        f"Under -60 dBFS for {sound.quiet_share:.0%} of the time: {sound.quiet_first:.2f} s at the "
        f"beginning, {sound.quiet_last:.2f} s at the end."
    )
    if sound.noise:
        yield "No frequency stands out: it is like noise."
    elif sound.tones:
        tones = ", ".join(
            f"{tone.hertz:,.1f} Hz{_note(tone.hertz)} {tone.decibels:.0f} dB"
            for tone in sound.tones[:6]
        )
        yield f"Strongest frequencies, with their level against the first: {tones}."


def _decibels(value: float) -> str:
    # Not -0.0.
    return f"{round(value, 1) + 0.0:.1f}"


def _note(hertz: float) -> str:
    """Name the nearest note of the tempered scale, if there is one within a fifth of a step."""
    if not 20 <= hertz <= 10_000:
        return ""
    exact = _A4_NUMBER + 12 * math.log2(hertz / _A4)
    number = round(exact)
    if abs(exact - number) > 0.2:
        return ""
    return f" ({_NOTES[number % 12]}{number // 12 - 1})"


def _notes(drawn: Drawn) -> Iterator[str]:
    for heading, lines, more in (
        ("Errors and warnings in the console:", drawn.console, drawn.console_more),
        ("Not given to the page:", drawn.refused, drawn.refused_more),
    ):
        if lines:
            yield heading
            yield from (f"  {line}" for line in lines)
        if more:
            yield f"  [{more:,} more]"
