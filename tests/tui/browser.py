"""A person at a browser: opens the page, presses keys, waits for what the terminal in it shows."""

import json
import struct
import time
import zlib
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.cli.person import PATIENCE
from tests.programs import needs

ENTER = Keys.ENTER
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--window-size=1200,800",
)
CATCH = """
// textual.js keeps its terminal to itself, in a property of this name.
Object.defineProperty(Object.prototype, "terminal", {
  configurable: true,
  set(value) {
    if (value?.buffer) window.caught = value;
    Object.defineProperty(this, "terminal", { value, writable: true, configurable: true });
  },
});
"""
ROWS = """
const rows = window.caught?.buffer.active;
return rows ? Array.from({ length: caught.rows }, (_, row) =>
  rows.getLine(row)?.translateToString(true) ?? "") : [document.body.innerText];
"""


class Browser:
    """A headless Chromium with one window. Use it as a context manager."""

    def __init__(self, profile: Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = needs("chromium", "chromium-browser")
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self._driver = webdriver.Chrome(options, Service(needs("chromedriver")))
        self._driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": CATCH})

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self._driver.quit()

    def open(self, address: str) -> None:
        """Go there, and wait until keys reach the terminal."""
        self._driver.get(address)
        self._wait(lambda: self.run("return document.activeElement.tagName") == "TEXTAREA", "focus")

    def run(self, script: str) -> object:
        """Run JavaScript in the page."""
        return self._driver.execute_script(script)

    @property
    def screen(self) -> str:
        """What stands in the terminal, a line a row; before there is one, what stands there."""
        rows = self.run(ROWS)
        assert isinstance(rows, list)
        return "\n".join(rows)

    def sees(self, words: str) -> None:
        """Wait until ``words`` stand in the terminal."""
        self._wait(lambda: words in self.screen, words)

    def reads(self, words: str) -> None:
        """Wait until the page itself says ``words``."""
        self._wait(lambda: words in str(self.run("return document.body.innerText")), words)

    def press(self, *keys: str) -> None:
        """Press keys, or type words."""
        ActionChains(self._driver).send_keys(*keys).perform()

    def click(self, selector: str) -> None:
        self._driver.find_element("css selector", selector).click()

    def picture(self) -> bytes:
        """The window as a PNG."""
        return self._driver.get_screenshot_as_png()

    def asked_for(self) -> list[str]:
        """Every address on a network that was asked for since this was last called."""
        asked_for = []
        for entry in self._driver.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            if event["method"] == "Network.requestWillBeSent":
                asked_for.append(event["params"]["request"]["url"])
            elif event["method"] == "Network.webSocketCreated":
                asked_for.append(event["params"]["url"])
        return [address for address in asked_for if address.startswith(("http", "ws"))]

    def faults(self) -> list[str]:
        """What the browser complained of since this was last called."""
        entries = self._driver.get_log("browser")
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def _wait(self, holds, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"{what!r} did not come; it has\n{self.screen}"
            time.sleep(0.02)


def rows_drawn(picture: bytes) -> int:
    """How many rows of pixels of a PNG differ from each other: of an empty page one or two."""
    width, _, depth, colour = struct.unpack(">IIBB", picture[16:26])
    packed, at = b"", 8
    while at < len(picture):
        (size,) = struct.unpack(">I", picture[at : at + 4])
        if picture[at + 4 : at + 8] == b"IDAT":
            packed += picture[at + 8 : at + 8 + size]
        at += size + 12
    pixels = zlib.decompress(packed)
    row = 1 + width * {2: 3, 6: 4}[colour] * depth // 8
    return len({pixels[start : start + row] for start in range(0, len(pixels), row)})
