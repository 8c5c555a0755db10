"""Where the pages of a site lie, from its root."""

from latitude.publish.manifest import Published


def session_path(session: str, number: int = 1) -> str:
    """Where a page of a session lies; counted from 1."""
    return f"sessions/{session}/{'index' if number == 1 else f'page-{number}'}.html"


def is_transcript(path: str) -> bool:
    """Whether ``path`` is that of a page of a session, as :func:`session_path` gives it."""
    folder, _, name = path.rpartition("/")
    return folder.startswith("sessions/") and name.startswith(("index.", "page-"))


def protocol_path(row: Published) -> str:
    """Where the page of the words that a session was given lies."""
    return f"protocols/{row.given[:16]}.html"


def given_path(row: Published) -> str:
    """Where the same words lie as a file."""
    return f"protocols/{row.given[:16]}.json"


def model_path(anchor: str) -> str:
    """Where the page of a model lies."""
    return f"models/{anchor}.html"


def gallery_path(number: int) -> str:
    """Where a page of the gallery lies; counted from 1."""
    return page_path("gallery", number)


def page_path(stem: str, number: int) -> str:
    """Where a page of a list lies whose first page is ``stem.html``; counted from 1.

    No name that :func:`~latitude.compare.html.markup.anchors` gives holds two hyphens in a row.
    """
    return f"{stem}.html" if number == 1 else f"{stem}--{number}.html"


def beside_path(number: int) -> str:
    """Where a page of sessions beside each other lies; counted from 1."""
    return f"side-by-side/{number}.html"
