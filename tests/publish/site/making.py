"""Archives to make sites of: an ordinary one, one that is hostile everywhere, and a huge one."""

import struct
import zlib
from collections.abc import Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import ExitMentioned, ResultPart, ToolReturned, WishRecorded
from latitude.publish.manifest import Changes, Manifest, Published, Withheld
from latitude.publish.site.build import Built, build
from tests.custody.sitting import FIRST, SECOND, THIRD, Sitting
from tests.journal.samples import called, finished, replied, said, started, thought
from tests.publish.archive import Archive, person_says

FOURTH = FIRST.replace("-231501-", "-231504-")
MODEL = "claude-opus-5-5"


def png(colour: int) -> bytes:
    """A picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(bytes([0, colour]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


WAV = b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8, 8, 1, 8)
WAV += b"data" + struct.pack("<I", 0)

MARKDOWN = """\
# A heading

Words with *emphasis*, `code`, a [link](https://example.org/elsewhere) and Käse.

| moon | tide |
|---|---|
| full | spring |

1. one
2. two

> quoted

```python
print("sea")
```
"""
WORKS: Mapping[str, bytes] = {
    "index.html": (
        b'<!doctype html><title>A sea</title><link rel="stylesheet" href="style.css">'
        b'<p id="p">The sea</p><img src="moon.png" alt="moon"><script src="sea.js"></script>'
    ),
    "style.css": b"#p { color: rgb(1, 2, 3) }",
    "sea.js": b"document.getElementById('p').append(', drawn')",
    "moon.png": png(200),
    "waves.wav": WAV,
    "note.md": b"# A note\nof two lines\n",
    "data.bin": b"\0\1\2",
}


def row(number: int, **fields: object) -> Published:
    """A session of a manifest; those of higher numbers began later."""
    begun = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(minutes=number)
    stamps = [f"{when:%Y-%m-%dT%H:%M:%S}.000Z" for when in (begun, begun + timedelta(hours=1))]
    known = Published(
        id=f"{begun:%Y%m%d-%H%M%S}-k3f9w2",
        fingerprint="4" * 64,
        provider="anthropic",
        model=MODEL,
        protocol="open",
        given="2" * 64,
        opened=stamps[0],
        closed=stamps[1],
        end="model-exit",
        how="the model took the exit",
        ended="The model chose to stop.",
        turns=1,
        files=0,
    )
    return msgspec.structs.replace(known, **fields)


def manifest_of(*rows: Published, withheld: Iterable[Withheld] = ()) -> Manifest:
    """A manifest of some sessions."""
    return Manifest(
        name="archive",
        version=3,
        released="2026-11-22",
        title="Open time",
        description="What models did.",
        authors=("Ada",),
        license="CC0-1.0",
        training="reserve",
        canary="5b0d6b0e-1111-4222-8333-444455556666",
        url=None,
        why="More.",
        changes=Changes(),
        sessions=rows,
        withheld=tuple(withheld),
        ledger=None,
        latitude="0.1.0",
    )


@asynccontextmanager
async def home_at(place: Path):
    """A home with nothing in it, and a release of all that will be."""
    home = Home(root=place / "home", state=place / "state")
    for part in (home.prompts, home.sessions, home.artifacts, home.state):
        part.mkdir(parents=True)
    repository = await Repository.open(home.artifacts)
    yield Archive(home, repository)
    await repository.close()


async def site_of(archive: Archive, folder: Path, *, dry: bool = False) -> Built:
    """Make the site as the command does, without a version of it being written down."""
    async with archive.publication() as publication:
        return await build(publication, folder, dry=dry)


async def ordinary(archive: Archive) -> None:
    """Three sessions with a little of everything."""
    sitting = await archive.begin(FIRST)
    turn, step = await sitting.ask("This time is open.")
    await sitting.record(thought(turn, step, "There is room here.\nThe tides never agree."))
    await sitting.record(replied(turn, step, MARKDOWN, 1))
    await sitting.record(called(turn, step, "preview", '{"path": "./index.html"}', 2))
    await sitting.record(finished(turn, step, MODEL))
    await looks(sitting, turn, step)
    await sitting.start(turn, step + 1)
    await sitting.record(replied(turn, step + 1, "It is a sea."))
    await sitting.record(finished(turn, step + 1, MODEL))
    await sitting.work(WORKS)
    await person_says(sitting, "Is it warm?")
    await sitting.work({"note.md": b"# A note\nof three\nlines\n"})
    turn, step = sitting.state.turn, sitting.state.last_step.number
    phrase = "stopping now"
    await sitting.record(
        ExitMentioned(
            turn=turn, step=step, phrase=phrase, line="I thought of stopping now.", rule="r"
        )
    )
    wish = WishRecorded(turn=turn, step=step, call_id="c", signature="Opus, by the sea")
    await sitting.record(wish)
    await sitting.end("model-exit")
    await archive.session(SECOND, says="A word: *petrichor*.", makes={"rain.txt": b"rain\n"})
    await archive.session(THIRD, says="Nothing was made here.")
    archive.release(side_by_side=[f"{FIRST} {SECOND} {THIRD}"])


async def looks(sitting: Sitting, turn: int, step: int) -> None:
    """The answer of a preview: some words and a picture."""
    blob = await sitting.recorder.store(png(90))
    parts = (
        ResultPart(kind="text", media_type="text/plain", text="It was drawn."),
        ResultPart(kind="image", media_type="image/png", blob=blob),
    )
    await sitting.record(returned(turn, step, "preview", parts, index=2))


def returned(
    turn: int, step: int, tool: str, parts: tuple[ResultPart, ...], *, index: int = 0
) -> ToolReturned:
    return ToolReturned(
        turn=turn,
        step=step,
        call_id=f"call-{step}-{index}",
        tool=tool,
        ok=True,
        result=parts,
        seconds=0.1,
    )


EVIL = (
    "</iframe></script></style></title></textarea></pre>--><script>pwned=1</script>"
    "<img src=x onerror=pwned=1><svg onload=pwned=1>\"'><a href=javascript:pwned=1>x</a>"
    "<!-- ]]> &lt; &#x3c;b&#x3e; \u202eevil\u2066 \0 \x1b[31m \x07 \ufeff \uffff {{x}} `${x}`"
)
NAMES = (
    "index.html",
    "INDEX.html",
    "Index.HTML",
    "work-1.html",
    "journal.jsonl",
    "a/../../x.html",
    "%2e%2e/%2e%2e/x.html",
    "..%2f..%2fx.html",
    "javascript:alert(1).html",
    "</iframe><script>pwned=1<",
    "\"onclick='x' .png",
    "a&amp;b.html",
    "-->.svg",
    "n\new.txt",
    "bidi\u202etxt.exe",
    "é" * 60 + ".html",
    "/".join(["deep" * 10] * 20) + "/x.html",
    " ",
    "\udcff\udcfe.html",
)
"""Names of files; those that no file can bear are not made."""


async def hostile(archive: Archive) -> None:
    """One session in which every word is meant to break out, and one that it could break into."""
    await archive.session(SECOND, says="The neighbour.", makes={"index.html": b"<p>mine</p>"})
    archive.release(
        title=f"T{EVIL_LINE}",
        description=EVIL_TEXT,
        authors=[f"A{EVIL_LINE}", "javascript:alert(1)"],
        license='https://example.org/"><script>pwned=1</script>',
    )
    sitting = await archive.begin(FIRST)
    turn, step = await sitting.ask(EVIL)
    await sitting.record(thought(turn, step, EVIL))
    await sitting.record(replied(turn, step, f"{EVIL}\n\n[x](javascript:pwned=1) ![y]({EVIL})", 1))
    raw = msgspec.Raw(msgspec.json.encode({"type": EVIL, EVIL: EVIL}))
    other = msgspec.structs.replace(replied(turn, step, "", 2), kind="other", raw=raw)
    await sitting.record(other)
    await sitting.record(called(turn, step, EVIL, msgspec.json.encode({EVIL: EVIL}).decode(), 3))
    await sitting.record(called(turn, step, "write_file", EVIL, 4))
    await sitting.record(finished(turn, step, f"m{EVIL}"))
    blob = await sitting.recorder.store(b"<script>pwned=1</script>" + EVIL.encode())
    parts = (
        ResultPart(kind="text", media_type=EVIL, text=EVIL),
        ResultPart(kind="image", media_type=EVIL, blob=blob),
        ResultPart(kind="text", media_type="text/html", blob=blob),
    )
    await sitting.record(returned(turn, step, EVIL, parts, index=3))
    page = f"<title>{EVIL_LINE}</title>{EVIL_LINE}{' ' * 9_000}\0".encode()
    for name in NAMES:
        place = sitting.home.workspace(FIRST) / name
        if ".." not in place.parts:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(page)
    (sitting.home.workspace(FIRST) / "polyglot.png").write_bytes(png(1) + page)
    await sitting.commit()
    await sitting.record(ExitMentioned(turn=turn, step=step, phrase=EVIL, line=EVIL, rule=EVIL))
    wish = WishRecorded(turn=turn, step=step, call_id="c", signature=EVIL, words=EVIL)
    await sitting.record(wish)
    await sitting.start(turn, step + 1)
    await sitting.record(replied(turn, step + 1, "Done."))
    await sitting.record(finished(turn, step + 1, f"m{EVIL}"))
    await sitting.end()
    await archive.session(THIRD, says="The other neighbour.")
    await archive.dismiss_all()


EVIL_LINE = EVIL.replace("\0", "").replace("\x1b", "").replace("\x07", "").replace("\uffff", "")
EVIL_TEXT = f"{EVIL_LINE}\n\n{EVIL_LINE}"

LONG = "word and word " * 15_000
"""Too much for a page, on one line."""
WIDE = "\u6f6e" * 60_000
MARKED = "<\u202e>" * 100_000
COMMITS = 12
"""More than a page of the history holds."""


NASTY = "<'&>" * 40
TURNS = 600
"""Of the longest session."""


async def huge(archive: Archive) -> None:
    """A session of much, and of each thing one that is too much for a page."""
    sitting = await archive.begin(FIRST)
    for turn in range(1, TURNS + 1):
        await sitting.record(said(turn, "Go on."))
        await sitting.record(started(turn, turn))
        await sitting.record(replied(turn, turn, f"It is turn {turn}. \u6f6e\u6c50"))
        await sitting.record(finished(turn, turn, MODEL))
    await sitting.end()

    sitting = await archive.begin(SECOND)
    turn, step = 1, 1
    await sitting.record(said(turn, f"{LONG}\u202e" * 2))
    await sitting.record(started(turn, step))
    await sitting.record(thought(turn, step, WIDE))
    await sitting.record(replied(turn, step, LONG, 1))
    await sitting.record(replied(turn, step, "|" * 39_000, 2))
    await sitting.record(replied(turn, step, "*a* " * 9_000, 3))
    arguments = msgspec.json.encode({"path": "p", "content": "<&>\n" * 20_000}).decode()
    await sitting.record(called(turn, step, "write_file", arguments, 4))
    await sitting.record(finished(turn, step, MODEL))
    blob = await sitting.recorder.store(MARKED.encode())
    answer = (ResultPart(kind="text", media_type="text/plain", blob=blob),)
    await sitting.record(returned(turn, step, "write_file", answer, index=4))
    root = sitting.home.workspace(SECOND)
    for number in range(520):
        (root / f"{NASTY}-{number:03}.txt").write_text(f"{number}\n")
    (root / "line.txt").write_text(LONG)
    (root / "table.csv").write_text("<,>,&,'\n" * 20_000)
    await sitting.commit()
    for number in range(COMMITS):
        (root / "line.txt").write_text("".join(f"{number} < {at}\n" for at in range(390)))
        await sitting.record(started(turn, step + 1 + number))
        await sitting.record(replied(turn, step + 1 + number, "And again."))
        await sitting.record(finished(turn, step + 1 + number, MODEL))
        await sitting.commit()
    await sitting.end()
