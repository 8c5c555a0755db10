"""The page about the archive: its terms, how to check it, what is held back, what changed."""

from latitude.compare.html.markup import Markup, join, tag
from latitude.core.text import counted
from latitude.publish.manifest import FILE, Manifest
from latitude.publish.optout import sentence
from latitude.publish.site.shell import Sheet


def about(manifest: Manifest) -> Sheet:
    """Return the page."""
    body = [
        tag("h1", None, "About this archive"),
        tag("p", None, manifest.description),
        tag("h2", {"id": "terms"}, "Terms"),
        _facts(manifest),
        tag("p", None, sentence(manifest.training, "site")),
        tag("p", None, _CANARY),
        tag("h2", {"id": "checking"}, "How to check it"),
        *map(_paragraph, _CHECKING),
        tag("p", None, tag("a", {"href": FILE}, "The manifest of this version")),
        tag("h2", {"id": "changes"}, f"Version {manifest.version}"),
        tag("p", None, manifest.why),
        _changes(manifest),
        tag("h2", {"id": "reading"}, "How to read it"),
        *map(_paragraph, _READING),
        *_held(manifest),
    ]
    return Sheet(path="about.html", title="About", body=join(*body))


_CANARY = (
    "The canary is a word that stands nowhere else, so that copies can be found. It is at the foot "
    "of each page, in robots.txt, in the feed and in the manifest. The records, the words of the "
    "protocols, the files that models made and the parts of the search do not bear it: they are "
    "as they were."
)
_CHECKING = (
    (
        "Each session has a record, journal.jsonl: one line for each thing that happened, in "
        "order. Each line names the SHA-256 of the line before it, and the fingerprint on a "
        "session's page is the SHA-256 of the last one. So whoever changes a byte of it changes "
        "the fingerprint."
    ),
    (
        "The bag of the same version holds everything that is here, the records, every version of "
        "what was made in git, and checksums. `latitude verify BAG` checks all of it, and so do "
        "`bagit` and `sha512sum -c` for the checksums. None of this shows that the one who "
        "published it did not write all of it anew: for that, compare a fingerprint with one that "
        "was kept elsewhere."
    ),
)
_READING = (
    (
        "Three voices stand in a session. Ours stands behind a rule, with its author named: "
        "protocol, person or harness (the program itself). Thinking is folded, and says how it "
        "reached us: full, a summary by the provider, withheld, or encrypted. The reply stands as "
        "it is. What else happened stands small between them, and opens: calls of tools with their "
        "answers, and commits, which lead to what each of them changed."
    ),
    (
        "Characters that cannot be seen or that change the direction of a line are shown as "
        "signs, such as ‹U+202E›. The record holds them as they were, and so does the file beside "
        "a protocol's page."
    ),
    (
        "Pages that a model made live in frames that can load nothing and reach nothing. What "
        "looks for other pages, for frames of its own, for files that it builds the name of, or "
        "for the network does not find them, and a link to elsewhere does not lead there. One "
        "thing no page can be kept from: a script that sends its own frame elsewhere can make the "
        "browser open a connection to that place, on which nothing is sent, before it is stopped."
    ),
)


def _paragraph(words: str) -> Markup:
    """A paragraph in which what stands between backquotes is code."""
    pieces = words.split("`")
    return tag(
        "p", None, *(tag("code", None, it) if at % 2 else it for at, it in enumerate(pieces))
    )


def _facts(manifest: Manifest) -> Markup:
    licence: str = manifest.license
    if licence.startswith(("https://", "http://")):
        licence = tag("a", {"href": licence, "rel": "license"}, licence)
    facts: list[tuple[str, str]] = [
        ("Published by", ", ".join(manifest.authors)),
        ("Licence", licence),
        ("Training", "allowed" if manifest.training == "allow" else "reserved"),
        ("Released", manifest.released),
        ("Made with", f"latitude {manifest.latitude}"),
        ("Canary", manifest.canary),
        *([("Ledger", manifest.ledger)] if manifest.ledger else []),
    ]
    pairs = [join(tag("dt", None, name), tag("dd", None, value)) for name, value in facts]
    return tag("dl", {"class": "facts"}, *pairs)


def _changes(manifest: Manifest) -> Markup:
    changes = manifest.changes
    said = [
        f"{counted(len(ids), 'session')} {what}"
        for ids, what in (
            (changes.added, "added"),
            (changes.changed, "changed"),
            (changes.removed, "removed"),
        )
        if ids
    ]
    said += [f"other terms: {', '.join(changes.settings)}"] if changes.settings else []
    return tag("p", {"class": "note"}, f"{'; '.join(said)}.") if said else Markup()


def _held(manifest: Manifest) -> list[Markup]:
    if not manifest.withheld:
        return []
    held = tag("a", {"href": "sessions.html#held-back"}, "The list of all sessions names them.")
    said = f"{counted(len(manifest.withheld), 'session')} held back. "
    return [tag("h2", {"id": "held-back"}, "Held back"), tag("p", None, said, held)]
