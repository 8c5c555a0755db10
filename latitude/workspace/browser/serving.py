"""What the browser is given for an address: files of the workspace, pages of ours, or nothing."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urlsplit

from latitude.errors import ToolFailed
from latitude.workspace.browser.base import MOST_FILE, Job, Kind
from latitude.workspace.folder import Workspace
from latitude.workspace.names import shown

SITE = "http://preview.invalid/"
"""Where a workspace stands for the browser. No such name can exist; see RFC 6761, section 6.4."""
MOST_REQUESTS = 300
_MOST_BYTES = 32 * 1024 * 1024
"""In all that one page loads."""

_TYPES = {
    "html": "text/html; charset=utf-8",
    "htm": "text/html; charset=utf-8",
    "xhtml": "application/xhtml+xml; charset=utf-8",
    "svg": "image/svg+xml",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "wasm": "application/wasm",
    "png": "image/png",
    "apng": "image/apng",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "ico": "image/x-icon",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
}
_KINDS: dict[Kind, frozenset[str]] = {
    "page": frozenset({"html", "htm", "xhtml", "svg"}),
    "picture": frozenset({"png", "apng", "jpg", "jpeg", "gif", "webp", "avif", "bmp", "ico"}),
    "sound": frozenset({"wav", "mp3", "ogg", "oga", "opus", "flac", "m4a", "aac", "weba"}),
}
_WORKSPACE_POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'none'; "
    "frame-src 'none'; object-src 'none'; form-action 'none'; base-uri 'none'"
)
_OWN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
)
_OWN: dict[Kind, dict[str, str]] = {
    "picture": {"": "picture.html", "picture.js": "picture.js", "own.css": "own.css"},
    "sound": {"": "sound.html", "sound.js": "sound.js", "own.css": "own.css"},
    "nothing": {"": "nothing.html"},
}
"""Our own pages by their addresses; for these nothing of the workspace is served but the file."""


@dataclass(frozen=True, slots=True)
class Served:
    """An answer to a request."""

    body: bytes
    media_type: str
    policy: str

    @property
    def headers(self) -> dict[str, str]:
        """The answer's header fields."""
        return {
            "content-type": self.media_type,
            "content-security-policy": self.policy,
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }


def kind_of(path: str) -> Kind | None:
    """Return how a file is shown, by the end of its name; ``None`` for one that is not."""
    ending = _ending(path)
    return next((kind for kind, endings in _KINDS.items() if ending in endings), None)


def endings(kind: Kind) -> str:
    """Return the file name endings of a kind, for a sentence."""
    return ", ".join(sorted(_KINDS[kind]))


def address_of(path: str) -> str:
    """Return the address of a file of the workspace."""
    return SITE + quote(os.fsencode(path.removeprefix("./")))


def path_at(address: str) -> str | None:
    """Return the path of the workspace that an address stands for; ``None`` for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}/" != SITE:
        return None
    return os.fsdecode(unquote_to_bytes(parts.path.removeprefix("/")))


class Shelf:
    """Answers the requests of one job."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._workspace = Workspace(Path(job.root))
        self._requests = 0
        self._left = _MOST_BYTES

    @property
    def first(self) -> str:
        """The address to go to."""
        return address_of(self._job.path) if self._job.kind == "page" else SITE

    def serve(self, method: str, address: str) -> Served:
        """Answer a request. Raises ``ToolFailed`` with the reason, in words for the model."""
        self._requests += 1
        if self._requests > MOST_REQUESTS:
            raise ToolFailed(f"A page is given at most {MOST_REQUESTS} files.")
        path = path_at(address)
        if path is None:
            raise ToolFailed(f"{_named(address)}: there is no network.")
        if method != "GET":
            raise ToolFailed(f"{shown(path)}: {shown(method)} is not answered here.")
        if self._job.kind == "page":
            return Served(self._read(path), media_type(path), _WORKSPACE_POLICY)
        if path == "file":
            return Served(self._read(self._job.path), media_type(self._job.path), _OWN_POLICY)
        own = _OWN[self._job.kind].get(path)
        if own is None:
            raise ToolFailed(f"There is no file {shown(path)}.")
        body = Path(__file__).with_name(own).read_bytes()
        return Served(body, media_type(own), _OWN_POLICY)

    def _read(self, path: str) -> bytes:
        data = self._workspace.read(path, MOST_FILE)
        if len(data) > self._left:
            raise ToolFailed(f"{shown(path)}: a page is given at most {_MOST_BYTES:,} bytes.")
        self._left -= len(data)
        return data


def _ending(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def media_type(path: str) -> str:
    """Return the media type that a file is served with, by the end of its name."""
    return _TYPES.get(_ending(path), "application/octet-stream")


def _named(address: str) -> str:
    return shown(address if len(address) <= 200 else f"{address[:200]}…")
