"""The internet, as far as a page of a test can reach it: sockets on loopback that hear all."""

import selectors
import socket
import threading
import time
from collections.abc import Collection
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n"
    b"Access-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
)
PATIENCE = 60.0


class Sensor:
    """A port of its own, TCP and UDP, for each way out. Use it as a context manager."""

    def __init__(self) -> None:
        self.heard: dict[str, bytes] = {}
        """What came, by the name of the way; empty for a connection on which nothing was said."""
        self._ports: dict[str, int] = {}
        self._sockets = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()
        self._sockets.register(self._woken, selectors.EVENT_READ, "")
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Sensor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._wake.close()
        self._thread.join()
        for key in list(self._sockets.get_map().values()):
            key.fileobj.close()

    def host(self, name: str) -> str:
        """The address at which the way called ``name`` would be heard: host and port."""
        while name not in self._ports:
            tcp = socket.create_server(("127.0.0.1", 0))
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                tcp.close()
                udp.close()
                continue
            self._ports[name] = tcp.getsockname()[1]
            for one in (tcp, udp):
                self._sockets.register(one, selectors.EVENT_READ, name)
        return f"127.0.0.1:{self._ports[name]}"

    def waits_for(self, names: Collection[str]) -> None:
        """Wait until each of ``names`` was heard."""
        deadline = time.monotonic() + PATIENCE
        while missing := set(names) - self.heard.keys():
            assert time.monotonic() < deadline, f"not heard: {sorted(missing)}"
            time.sleep(0.02)

    def _listen(self) -> None:
        while True:
            for key, _ in self._sockets.select():
                if key.fileobj is self._woken:
                    return
                self._hear(key.fileobj, key.data)

    def _hear(self, from_: socket.socket, name: str) -> None:
        if from_.type == socket.SOCK_DGRAM:
            self.heard[name] = self.heard.get(name, b"") + from_.recv(2_000)
            return
        connection, _ = from_.accept()
        self.heard.setdefault(name, b"")
        threading.Thread(target=self._answer, args=(connection, name), daemon=True).start()

    def _answer(self, connection: socket.socket, name: str) -> None:
        with connection:
            connection.settimeout(PATIENCE)
            try:
                asked = connection.recv(2_000)
                self.heard[name] += asked
                if asked:
                    connection.sendall(ANSWER)
            except OSError:
                return


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Host:
    """A static host of a folder. Use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "Host":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
