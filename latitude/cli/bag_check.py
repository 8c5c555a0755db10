"""``latitude verify BAG``: a bag that somebody gave, checked down to each line and commit."""

from pathlib import Path

from latitude.cli.output import complain, print_json, say, show_progress
from latitude.core.clean import clean, clean_line
from latitude.core.text import counted
from latitude.publish.checking import CheckedBag, check

CANNOT_PROVE = (
    "This shows that the bag is whole and fits together, not that the one who made it did not "
    "write all of it anew. Compare a fingerprint, or a key, with one that was kept elsewhere."
)


async def verify_bag(folder: Path, *, allowed: Path | None, as_json: bool) -> int:
    """Check one bag and say what was found; status 1 when anything is wrong."""
    checked = await check(folder, allowed=allowed, tell=show_progress)
    if as_json:
        print_json(
            {
                "bag": str(checked.folder),
                "ok": checked.ok,
                "problems": checked.problems,
                "notes": checked.notes,
                "verdict": checked.verdict,
                "signature": checked.signature,
            }
        )
    else:
        _print(checked)
    if checked.ok:
        return 0
    faults = len(checked.problems)
    if checked.verdict is not None:
        faults += sum(1 for finding in checked.verdict.findings if not finding.ok)
    complain(f"{counted(faults, 'fault')} found. Each is named above, with its place.")
    return 1


def _print(checked: CheckedBag) -> None:
    for problem in checked.problems:
        say(f"✗ {clean_line(problem.path)}: {clean(problem.what)}")
    for note in checked.notes:
        say(f"· {clean(note)}")
    verdict = checked.verdict
    if verdict is not None:
        for finding in verdict.findings:
            mark = "·" if finding.ok else "✗"
            say(f"{mark} {finding.kind}: {clean(finding.text)}")
        for one in verdict.sessions:
            if all(finding.ok for finding in one.findings):
                print(f"✓ {one.session}  {one.lines} lines")
                print(f"  fingerprint  {one.fingerprint}")
    if checked.manifest is not None:
        manifest = checked.manifest
        print(f"{clean_line(manifest.title)}, version {manifest.version} of {manifest.released}")
        print(f"{counted(len(manifest.sessions), 'session')}, {len(manifest.withheld)} held back")
    if checked.signature is not None:
        signature = checked.signature
        print(f"signed by {clean_line(signature.identity)} with {clean_line(signature.key)}")
    else:
        print("not signed")
    if checked.ok:
        say(CANNOT_PROVE)
