"""``ro-crate-metadata.json``: RO-Crate 1.1 with the profile Process Run Crate 0.5.

https://w3id.org/ro/crate/1.1 and https://w3id.org/ro/wfrun/process/0.5. A session is an action, the
model is its instrument, those who publish are its agents. The crate holds no hashes: the bag does.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from latitude.core.events import End
from latitude.journal.endings import model_label
from latitude.publish.bag.licences import licence_address
from latitude.publish.manifest import Manifest, Published

FILE = "ro-crate-metadata.json"
CRATE = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"

FAILED: frozenset[End] = frozenset(
    {"refused", "context-full", "provider-failed", "interrupted", "harness-failed"}
)
"""Ends that the profile calls failed; at all others, the session came to an end that was meant."""

_VENDORS: Mapping[str, str] = {
    "anthropic": "https://www.anthropic.com/",
    "openai": "https://openai.com/",
}
"""Where a person can read about the models of a provider."""
_NAMED_ONLY = "https://model.invalid/"
"""The profile wants an absolute address for a model. No address under ``.invalid`` ever leads
anywhere (RFC 2606), so none is claimed."""
_PUBLISHER = "#publisher"

Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CrateFile:
    """A file that the crate describes."""

    path: str
    """Below ``data/``."""
    media_type: str
    """Such as ``text/markdown;charset=utf-8``."""
    description: str
    size: int
    """Bytes."""


def crate(
    manifest: Manifest,
    files: Sequence[CrateFile],
    results: Mapping[str, Sequence[str]],
    objects: Mapping[str, str],
) -> bytes:
    """Return the bytes of ``ro-crate-metadata.json``.

    ``results`` gives for the id of a session the paths of what came out of it, ``objects`` the path
    of the protocol that went in. Raises ``ValueError`` when a path is not one of ``files``, or
    stands there twice: the crate would describe what is not there.
    """
    described = {file.path for file in files}
    if len(described) < len(files) or FILE in described:
        raise ValueError("a crate describes each file once, and never itself")
    named = {path for paths in results.values() for path in paths} | set(objects.values())
    if missing := named - described:
        raise ValueError(f"no file of the crate is {min(missing)!r}")
    people = _people(manifest)
    agents = _refs(person["@id"] for person in people)
    models = {_model_id(session): _model(session) for session in manifest.sessions}
    graph = [
        {"@id": FILE, "@type": "CreativeWork", "about": _ref("./"), "conformsTo": _ref(CRATE)},
        _root(manifest, files, agents),
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        _licence(manifest),
        *people,
        _publisher(manifest),
        *(models[name] for name in sorted(models)),
        *(
            _action(one, agents, results.get(one.id, ()), objects.get(one.id))
            for one in manifest.sessions
        ),
        *(_file(file) for file in sorted(files, key=lambda file: file.path)),
    ]
    whole = {"@context": f"{CRATE}/context", "@graph": graph}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _people(manifest: Manifest) -> list[Entity]:
    """The authors; the profile wants to know of each to whom they belong."""
    return [
        {
            "@id": f"#person-{number}",
            "@type": "Person",
            "name": name,
            "affiliation": _ref(_PUBLISHER),
        }
        for number, name in enumerate(manifest.authors, 1)
    ]


def _publisher(manifest: Manifest) -> Entity:
    """The authors together: a publisher has to be an organisation with an address."""
    return {
        "@id": _PUBLISHER,
        "@type": "Organization",
        "name": ", ".join(manifest.authors),
        "description": "Those who publish this release.",
        # Where nothing else is known of them, the release itself is where they are found.
        "url": _ref("./") if manifest.url is None else manifest.url,
    }


def _licence(manifest: Manifest) -> Entity:
    return {
        "@id": licence_address(manifest.license),
        "@type": "CreativeWork",
        "name": manifest.license,
        "description": "The licence of this release.",
    }


def _root(manifest: Manifest, files: Sequence[CrateFile], agents: Entity) -> Entity:
    shown, held = len(manifest.sessions), len(manifest.withheld)
    count = f"{shown} session{'' if shown == 1 else 's'}; {held} more held back."
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": manifest.title,
        "description": f"{manifest.description} Version {manifest.version}: {count}".lstrip(),
        "datePublished": manifest.released,
        "version": str(manifest.version),
        "license": _ref(licence_address(manifest.license)),
        "conformsTo": _ref(PROFILE),
        **_property("author", agents),
        "publisher": _ref(_PUBLISHER),
        **_property("mentions", _refs(_action_id(one) for one in manifest.sessions)),
        **_property("hasPart", _refs(sorted(_address(file.path) for file in files))),
    }


def _model_id(session: Published) -> str:
    return f"{_NAMED_ONLY}{quote(session.provider, safe='')}/{quote(session.model, safe='')}"


def _model(session: Published) -> Entity:
    rehearsal = session.provider == "rehearsal"
    address = _model_id(session)
    return {
        "@id": address,
        "@type": "SoftwareApplication",
        "name": model_label(session.provider, session.model),
        "description": (
            "rehearsal: a script, not a model"
            if rehearsal
            else f"A language model, named as {session.provider} answered, or else as it was asked."
        ),
        "url": _VENDORS.get(session.provider, address),
        "version": session.model or session.provider,
    }


def _action_id(session: Published) -> str:
    return f"#session-{session.id}"


def _action(
    session: Published, agents: Entity, results: Sequence[str], protocol: str | None
) -> Entity:
    failed = session.end in FAILED
    status = "FailedActionStatus" if failed else "CompletedActionStatus"
    return {
        "@id": _action_id(session),
        "@type": "CreateAction",
        "name": f"Session {session.id}",
        "description": _described(session),
        "startTime": _time(session.opened),
        "endTime": _time(session.closed),
        "instrument": _ref(_model_id(session)),
        **_property("agent", agents),
        **({} if protocol is None else {"object": _ref(_address(protocol))}),
        **_property("result", _refs(_address(path) for path in results)),
        "actionStatus": f"http://schema.org/{status}",
        **({"error": f"{session.end}: {session.ended}"} if failed else {}),
    }


def _described(session: Published) -> str:
    turns = f"{session.turns} turn{'' if session.turns == 1 else 's'}"
    words = [f"{turns} by the protocol {session.protocol}. End: {session.end}. {session.ended}"]
    if session.provider == "rehearsal":
        words.append("A rehearsal: a script, not a model.")
    if session.taken_out:
        places = sum(taken.count for taken in session.taken_out)
        words.append(f"{places} place{'' if places == 1 else 's'} redacted.")
    if session.overridden is not None:
        words.append(f"Shown against the wish of the model: {session.overridden}")
    if session.signature is not None:
        words.append(f"Signed: {session.signature}")
    return " ".join(words)


def _file(file: CrateFile) -> Entity:
    return {
        "@id": _address(file.path),
        "@type": "File",
        "name": file.path,
        **({"description": file.description} if file.description else {}),
        "encodingFormat": file.media_type.replace("; ", ";"),
        "contentSize": str(file.size),
    }


def _address(path: str) -> str:
    """A path as a relative address: whatever could mean more than itself is escaped."""
    return quote(path, safe="/")


def _time(text: str) -> str:
    """A time as the profile reads it: an offset instead of ``Z``, and milliseconds at most."""
    time = datetime.fromisoformat(text)
    return time.isoformat(timespec="milliseconds" if time.microsecond else "seconds")


def _ref(address: str) -> Entity:
    return {"@id": address}


def _refs(addresses: Iterable[str]) -> Any:
    """References as RO-Crate writes them: one stands alone, several in a list."""
    several = [_ref(address) for address in dict.fromkeys(addresses)]
    return several[0] if len(several) == 1 else several


def _property(name: str, value: Any) -> Entity:
    """The property, or none where there is nothing to say."""
    return {name: value} if value else {}
