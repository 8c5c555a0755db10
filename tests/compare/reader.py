"""Somebody who reads a page in a browser: wide, narrow, in the dark, on paper."""

import base64
from pathlib import Path

from tests.tui.browser import Browser

CONTRASTS = """
const channels = text => (text.match(/[\\d.]+/g) ?? []).map(Number);
const linear = part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
const light = colour => {
  const [red, green, blue] = colour.map(part => linear(part / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const ground = element => {
  for (let at = element; at; at = at.parentElement) {
    const [r, g, b, a = 1] = channels(getComputedStyle(at).backgroundColor);
    if (a === 1) return [r, g, b];
  }
  return [255, 255, 255];
};
const found = {};
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const element = walk.currentNode.parentElement;
  if (!walk.currentNode.data.trim() || !element.getClientRects().length) continue;
  const style = getComputedStyle(element);
  const drawn = element instanceof SVGElement ? style.fill : style.color;
  const [one, other] = [light(channels(drawn)), light(ground(element))];
  const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  found[`${element.tagName} ${element.getAttribute("class") ?? ""} ${drawn}`] = contrast;
}
return found;
"""
CLASHES = """
const clash = [];
const apart = (one, other) => one.right - 1 <= other.left || other.right - 1 <= one.left ||
  one.bottom - 6 <= other.top || other.bottom - 6 <= one.top;
for (const drawing of document.querySelectorAll("svg")) {
  const frame = drawing.getBoundingClientRect();
  if (!frame.width) continue;
  const boxes = [...drawing.querySelectorAll("text")].map(
    text => [text.textContent, text.getBoundingClientRect()]);
  boxes.forEach(([words, box], at) => {
    if (box.left < frame.left - 1 || box.right > frame.right + 1) clash.push(`out: ${words}`);
    for (const [others, other] of boxes.slice(at + 1))
      if (!apart(box, other)) clash.push(`${words} / ${others}`);
  });
}
return clash;
"""


class Reader(Browser):
    """A headless Chromium that opens files. Use it as a context manager."""

    def read(self, path: Path) -> None:
        """Open the page of a file."""
        self._driver.get(path.as_uri())

    def look(self, width: int = 1200, *, dark: bool = False, paper: bool = False) -> None:
        """Give the window a width in pixels, and say what the reader likes."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        liked = {"media": "print" if paper else "screen", "features": [scheme]}
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", liked)

    def contrasts(self) -> dict[str, float]:
        """For each kind of text that is seen, its contrast to what lies behind it."""
        found = self.run(CONTRASTS)
        assert isinstance(found, dict)
        return found

    def clashes(self) -> list[str]:
        """Words of drawings that lie on each other, or leave their drawing."""
        found = self.run(CLASHES)
        assert isinstance(found, list)
        return found

    def ground(self) -> str:
        """The colour of the page."""
        return str(self.run("return getComputedStyle(document.body).backgroundColor"))

    def printed(self) -> bytes:
        """The page as a PDF of A4 sheets."""
        sheet = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True}
        return base64.b64decode(self._driver.execute_cdp_cmd("Page.printToPDF", sheet)["data"])
