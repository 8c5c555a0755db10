"""The pages in a bag that a person opens first: what it is, and what its codes mean."""

from latitude.core.clean import clean, clean_line
from latitude.publish.manifest import Manifest
from latitude.publish.optout import sentence

_LAYOUT = """\
## What is here

| file | what |
|---|---|
| `sessions/ID/journal.jsonl` | the record of a session: one line for each thing that happened |
| `sessions/ID/transcript.md` | the same, to be read |
| `sessions/ID/blobs/` | bytes that a record names |
| `artifacts.bundle` | every version of all that was made: `git clone artifacts.bundle made` |
| `protocols/GIVEN.json` | the words that the models were given |
| `codes.csv`, `codebook.md` | what rules and people found in the sessions, and what it means |
| `release.json` | which sessions these are, which are held back, and what changed |
| `swhids.json` | identifiers of Software Heritage |
| `CITATION.cff` | how to cite this |
| `ro-crate-metadata.json` | the same for programs (RO-Crate 1.1) |

## How to check it

`sha512sum -c manifest-sha512.txt`, in the folder above this one, checks every byte; so do `bagit`
and other readers of BagIt. `latitude verify FOLDER` checks it down to each line of a record and
each commit. Each line of a record names the SHA-256 of the line before it; the SHA-256 of the last
one is the session's fingerprint.

None of this shows that the one who published it did not write all of it anew. Compare a
fingerprint with one that was kept elsewhere, or check the signature beside the bag against a key
that you know.

The format of a record is described in `docs/record.md` of latitude.
"""


def card(manifest: Manifest) -> str:
    """Return ``README.md``."""
    held = len(manifest.withheld)
    facts = [
        f"- Version {manifest.version}, {manifest.released}: {clean_line(manifest.why)}",
        f"- Published by {clean_line(', '.join(manifest.authors))}",
        f"- Licence: {clean_line(manifest.license)}",
        f"- Sessions: {len(manifest.sessions):,}; held back: {held:,}",
        f"- Canary: {manifest.canary}",
    ]
    redacted = sum(1 for row in manifest.sessions if row.original is not None)
    if redacted:
        facts.append(
            f"- Redacted copies: {redacted:,}. Each names the fingerprint of its original, and "
            "`release.json` says what was taken out and why."
        )
    return "\n".join(
        [
            f"# {clean_line(manifest.title)}",
            "",
            clean(manifest.description),
            "",
            *facts,
            "",
            sentence(manifest.training, "bag"),
            "",
            _LAYOUT,
        ]
    )


_CODES = (
    (
        "first_action",
        "the first tool that the model called, or `talk` where the first turn has none",
    ),
    ("first_file_turn", "the first turn that added or changed a file, counted from 1"),
    ("made", "1 where files are left at the end, else 0"),
    ("thinking_share", "characters of readable thinking by those of thinking and reply"),
    ("questions", "questions in the replies"),
    ("files:KIND", "files that are left, by kind"),
    ("language:NAME", "files that are left, by language"),
    ("tag", "a tag that a person gave the session, in their words"),
)


def codebook() -> str:
    """Return ``codebook.md``."""
    rows = "\n".join(f"| `{name}` | {what} |" for name, what in _CODES)
    return (
        "# Codes\n\nOne row of `codes.csv` is one code: the session, the turn (empty for the whole "
        "session), the code, its value, its kind and who gave it. Codes of the kind `automatic` "
        "are counted by rules that a reader could apply by hand, and judge nothing; those of the "
        f"kind `person` were given by a person.\n\n| code | what |\n|---|---|\n{rows}\n"
    )
