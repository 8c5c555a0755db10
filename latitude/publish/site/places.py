"""Where the pages of a site lie, from its root."""

from latitude.publish.manifest import Published


def session_path(session: str, number: int = 1) -> str:
    """Where a page of a session lies; counted from 1."""
    return f"sessions/{session}/{'index' if number == 1 else f'page-{number}'}.html"


def protocol_path(row: Published) -> str:
    """Where the page of the words that a session was given lies."""
    return f"protocols/{row.given[:16]}.html"


def model_path(anchor: str) -> str:
    """Where the page of a model lies."""
    return f"models/{anchor}.html"


def gallery_path(number: int) -> str:
    """Where a page of the gallery lies; counted from 1."""
    return "gallery.html" if number == 1 else f"gallery-{number}.html"


def beside_path(number: int) -> str:
    """Where a page of sessions beside each other lies; counted from 1."""
    return f"side-by-side/{number}.html"
