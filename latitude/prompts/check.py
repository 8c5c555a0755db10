"""What ``latitude prompts check`` looks at: every protocol alone, and all of them together."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from latitude.core.spec import ToolSchema
from latitude.prompts.library import files
from latitude.prompts.loader import examine
from latitude.prompts.lock import LOCK, add_to_lock, read_lock
from latitude.prompts.protocol import TOOL_SETS, Protocol
from latitude.prompts.reader import Finding, Mark
from latitude.prompts.rendering import try_render

Offer = Callable[[Protocol], Sequence[ToolSchema]]
"""Which tools a session of a protocol would be offered."""


def nominal_tools(protocol: Protocol) -> tuple[ToolSchema, ...]:
    """Every tool that ``protocol`` names, as if all could be offered, described by its name.

    Enough to judge its words and to tell it from other protocols; not what is really sent.
    """
    names = [name for group in protocol.tools for name in TOOL_SETS[group]]
    if protocol.exit.tool is not None:
        names.append(protocol.exit.tool)
    return tuple(ToolSchema(name=name, description=name, parameters={}) for name in names)


def check(folders: Sequence[Path], offer: Offer = nominal_tools) -> list[Finding]:
    """Return everything that is wrong with the protocols in ``folders``, file by file.

    The first folder's files hide those of the same name in later ones, as they do for a session.
    Each protocol is rendered with the tools that ``offer`` gives it and default limits: unattended,
    and one without ``between`` attended too, for it may be meant for a person who answers.
    """
    findings: list[Finding] = []
    seen: dict[str, Protocol] = {}
    for folder in folders:
        lock = read_lock(folder)
        findings += lock.findings
        findings += _unread(folder)
        for path in files(folder):
            protocol, faults = examine(path)
            findings += faults
            if protocol is None:
                continue
            findings += lock.judge(protocol)
            if protocol.name in seen:
                findings += _doubles(seen[protocol.name], protocol)
                continue
            seen[protocol.name] = protocol
            findings += _untrue(protocol, offer)
    return [*findings, *_twins(tuple(seen.values()), offer)]


def not_locked(folders: Sequence[Path], offer: Offer = nominal_tools) -> list[Finding]:
    """Return a note for each faultless protocol whose version no ``versions.lock`` holds yet.

    That is no fault: every protocol is new once, and a session records the bytes of its own.
    """
    return [
        protocol.finding(
            "version",
            f"{protocol.name} version {protocol.version} is not in {LOCK} yet.",
            "`latitude prompts check --write` adds it.",
        )
        for folder in folders
        for protocol in _faultless(folder, offer)
        if read_lock(folder).lacks(protocol)
    ]


def add_versions(folder: Path, offer: Offer = nominal_tools) -> list[Protocol]:
    """Add to ``versions.lock`` each faultless protocol of ``folder`` that is missing there."""
    return add_to_lock(folder, _faultless(folder, offer))


def _faultless(folder: Path, offer: Offer) -> list[Protocol]:
    examined = [examine(path) for path in files(folder)]
    return [
        protocol
        for protocol, faults in examined
        if protocol is not None and not faults and not _untrue(protocol, offer)
    ]


def _untrue(protocol: Protocol, offer: Offer) -> list[Finding]:
    """What is not true of a session of ``protocol``, in the company that it fits best."""
    tools = offer(protocol)
    companies = (False,) if protocol.between else (False, True)
    return min(
        (try_render(protocol, tools, attended=attended)[1] for attended in companies), key=len
    )


def _unread(folder: Path) -> Iterator[Finding]:
    for path in sorted(folder.glob("*.yml")):
        yield Finding(
            path, Mark(), "Files that end in .yml are not read.", f"Call it {path.stem}.yaml."
        )


def _doubles(first: Protocol, second: Protocol) -> Iterator[Finding]:
    if first.version == second.version and first.sha256 != second.sha256:
        yield first.finding(
            "version",
            f"{second.path} is version {second.version} of '{second.name}' too, with other words.",
            "Give this one another name, or another version.",
        )


def _twins(protocols: Sequence[Protocol], offer: Offer) -> Iterator[Finding]:
    first: dict[str, Protocol] = {}
    for protocol in protocols:
        given = try_render(protocol, offer(protocol))[0].given
        twin = first.setdefault(given, protocol)
        if twin is not protocol:
            yield protocol.finding(
                "name",
                f"'{protocol.name}' gives the model the very same bytes as '{twin.name}'.",
                "Change its words, or take one of the two away.",
            )
