"""The web server behind ``latitude serve``: who is let in, and a process for each window.

textual-serve carries the app to the page. It lets anybody in, and its page loads a font from
another machine; so the doors and the page here are ours.
"""

import asyncio
import contextlib
import hmac
import ipaddress
import secrets
import shlex
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager
from textual_serve.server import Server, to_int

PAGE = Path(__file__).parent / "page"
CLOSING = 10.0
"""Seconds an app has to end in when its window is closed; nothing is lost if it is then killed."""
GOODBYE = 2.0
"""Seconds a page has to answer that it knows it is closed."""
HEARTBEAT = 15.0
"""Seconds between two looks whether a window is still there."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def command_for(home: Path) -> str:
    """Return the shell command that runs the app of one window on ``home``."""
    words = [sys.executable, "-m", "latitude.cli.serve.window", str(home)]
    # Ctrl-C reaches every process of a terminal. The server alone answers it, and closes windows.
    return f"trap '' INT HUP; exec {shlex.join(words)}"


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine to itself. Of a name other than localhost nobody knows."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Window(AppService):
    """One window of a browser, and the process of its app."""

    def __init__(
        self, command: str, websocket: web.WebSocketResponse, downloads: DownloadManager
    ) -> None:
        """``websocket`` is the page's, and open."""

        async def close() -> None:
            await websocket.close()

        super().__init__(
            command,
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=close,
            download_manager=downloads,
        )
        self._stopping = asyncio.Lock()

    async def run(self) -> None:
        """Carry what the app shows until it has ended; then the page says so."""
        # textual-serve cancels its own reading of an app that ends before that began.
        with contextlib.suppress(asyncio.CancelledError):
            await super().run()
        assert self._process is not None
        await self._process.wait()
        await self.remote_close()

    async def on_data(self, payload: bytes) -> None:
        """Show ``payload``. What nobody sees is read all the same, or the app would wait for it."""
        with contextlib.suppress(ConnectionError):
            await super().on_data(payload)

    async def on_meta(self, data: bytes) -> None:
        """Tell the page what the app asks of it, where there still is one."""
        with contextlib.suppress(ConnectionError):
            await super().on_meta(data)

    async def stop(self) -> None:
        """Ask the app to end, and see to it that it does."""
        patience = asyncio.get_running_loop().call_later(CLOSING, self.kill)
        try:
            # The page and the server may both want it, and textual-serve is made for one of them.
            async with self._stopping:
                await super().stop()
        finally:
            patience.cancel()

    def kill(self) -> None:
        """End the process at once; the next launch closes what it was recording."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()


class WindowServer(Server):
    """Serves the page, and runs the app for each window that opens it."""

    def __init__(self, command: str, token: str | None) -> None:
        """Without ``token`` this is for loopback only, and only pages of loopback are let in."""
        super().__init__(command)
        self._token = token
        # Cookies belong to a host, whatever its port; so each server has one of its own.
        self._cookie = f"latitude-{secrets.token_hex(4)}"
        self._windows: set[Window] = set()
        self._closing = False
        self._runner: web.AppRunner | None = None

    @property
    def windows(self) -> int:
        """How many are open."""
        return len(self._windows)

    async def open(self, host: str, port: int) -> int:
        """Listen, and return the port: the one asked for, or with 0 any that is free.

        Raises ``OSError`` when that address cannot be had.
        """
        self._runner = web.AppRunner(await self._make_app(), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound: int = self._runner.addresses[0][1]
        return bound

    async def close(self) -> None:
        """Let nobody in any more, end every app, and wait until they have ended."""
        self._closing = True
        await asyncio.gather(*(window.stop() for window in self._windows))
        if self._runner is not None:
            await self._runner.cleanup()

    def kill(self) -> None:
        """End every app at once."""
        for window in self._windows:
            window.kill()

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._admit])
        app.add_routes(
            [
                web.get("/", _show_page),
                web.get("/ws", self.handle_websocket),
                web.static("/static", self.statics_path),
                web.static("/page", PAGE),
            ]
        )
        app.on_response_prepare.append(_confine)
        return app

    @web.middleware
    async def _admit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let in who opened the address that was printed, and no page of somebody else's."""
        origin = request.headers.get("Origin")
        if origin is not None and _authority(origin) != request.host.lower():
            raise web.HTTPForbidden(text="Only the page of latitude itself may ask for this.\n")
        if self._token is None:
            # A name can be made to point here by its owner, whose page would then be "ours".
            if not is_loopback(_host(request.host)):
                raise web.HTTPForbidden(text="Open this by the address that latitude printed.\n")
            return await handler(request)
        if self._opens(request.query.get("token")):
            welcome = web.HTTPSeeOther("/")
            welcome.set_cookie(self._cookie, self._token, httponly=True, samesite="Lax")
            raise welcome
        if not self._opens(request.cookies.get(self._cookie)):
            raise web.HTTPForbidden(
                text="Open this by the whole address that latitude printed, token included.\n"
            )
        return await handler(request)

    def _opens(self, given: str | None) -> bool:
        assert self._token is not None
        # What is no UTF-8 comes as halves of characters.
        shown = (given or "").encode(errors="replace")
        return hmac.compare_digest(shown, self._token.encode())

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run an app for this window until one of them is closed."""
        if "Origin" not in request.headers:
            raise web.HTTPForbidden(text="This is for a page in a browser.\n")
        if self._closing:
            raise web.HTTPServiceUnavailable(text="latitude is ending.\n")
        websocket = web.WebSocketResponse(timeout=GOODBYE, heartbeat=HEARTBEAT)
        await websocket.prepare(request)
        window = Window(self.command, websocket, self.download_manager)
        self._windows.add(window)
        try:
            await window.start(_cells(request, "width", 80), _cells(request, "height", 24))
            if not self._closing:
                await self._process_messages(websocket, window)
        finally:
            await window.stop()
            self._windows.discard(window)
        return websocket


async def _show_page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")


async def _confine(request: web.Request, response: web.StreamResponse) -> None:
    """The page needs nothing from elsewhere, and nobody may put it in a page of theirs."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        f"connect-src 'self' ws://{request.host} wss://{request.host}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"


def _cells(request: web.Request, name: str, default: int) -> int:
    return min(max(to_int(request.query.get(name, ""), default), 1), 1000)


def _authority(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _host(authority: str) -> str:
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""
