"""A page that a model made, alive in a frame from which nothing can leave.

The frame's policy, which it inherits from the page around it, holds no address that leads anywhere.
It does not rule WebRTC, nor links that only open a connection; ``guard.js`` takes those away from
scripts, and here they are taken out of the text.
"""

import re
from functools import cache
from html import escape
from pathlib import Path

from latitude.compare.html.markup import Markup
from latitude.compare.words import label

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline' data:; "
    "script-src 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "img-src data: blob:; media-src data: blob:; font-src data:; worker-src blob:; "
    "require-trusted-types-for 'script'; trusted-types default; base-uri about:; "
    "form-action 'none'"
)
"""For a page with a frame in it."""

_BASE = '<base href="about:srcdoc" target="_blank">'
"""Without its address ``#place`` would lead to the page around the frame, and so out of it. A link
that no guard sees (in a closed shadow of the page's text, or in no page) would put the browser's
message that it is blocked in the place of the page; the sandbox opens no window for it."""
_TAKEN = re.compile(r"<(/?)(link|iframe|fencedframe|frameset)(?=[\t\n\f\r />])", re.IGNORECASE)
"""Tags that would connect, or make a frame that no guard stands in: for the address of a frame the
browser connects before it asks the policy. A ``frame`` alone, without the set, is nothing; so it
may stay, which a script that says ``n<frame`` needs. What else takes an address has its policy."""


def living(path: str, html: str) -> Markup:
    """Return a frame in which the page ``html``, the file at ``path``, lives.

    The text is escaped and not cleaned: within the frame it is what it is.
    """
    held = _TAKEN.sub(_instead, html.replace("\0", "\ufffd"))
    inner = escape(f"{_BASE}<script>{guard()}</script>{held}", quote=True)
    title = escape(label(f"{path}, alive"), quote=True)
    return Markup(
        f'<iframe class="live" title="{title}" sandbox="allow-scripts" '
        f'referrerpolicy="no-referrer" loading="lazy" srcdoc="{inner}"></iframe>'
    )


def _instead(found: re.Match[str]) -> str:
    # As in the guard: a link may stand in the head and is empty, and so is what replaces it.
    name = "meta" if found[2].lower() == "link" else f"x-{found[2]}"
    return f"<{found[1]}{name}"


@cache
def guard() -> str:
    """Return the script that stands before a model's page."""
    return Path(__file__).with_name("guard.js").read_text(encoding="utf-8")
