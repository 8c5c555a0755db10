"""``CITATION.cff``: how to cite a release, in the Citation File Format 1.2.0.

The file is YAML. Every text stands in double quotes with the escapes that JSON and YAML share, so
no text can become anything else than itself.
"""

import json
import re
from collections.abc import Sequence

from latitude.publish.bag.licences import CITABLE, licence_address
from latitude.publish.manifest import Manifest

_WEB = re.compile(r"(https|http|ftp|sftp)://\S+")
"""The addresses that the schema of the format takes."""
_SPECIAL = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What JSON lets stand as it is and YAML does not, or takes for the end of a line."""


def citation(manifest: Manifest, swhids: Sequence[str]) -> bytes:
    """Return the bytes of ``CITATION.cff``; ``swhids`` name what can be found by its content."""
    lines = [
        'cff-version: "1.2.0"',
        'message: "If you use these sessions, please cite them as below."',
        'type: "dataset"',
        f"title: {quoted(manifest.title)}",
        f"version: {quoted(str(manifest.version))}",
        f"date-released: {quoted(manifest.released)}",
        "authors:",
        *(f"  - name: {quoted(name)}" for name in manifest.authors),
    ]
    if manifest.description:
        lines.append(f"abstract: {quoted(manifest.description)}")
    if manifest.url is not None and _WEB.fullmatch(manifest.url):
        lines.append(f"url: {quoted(manifest.url)}")
    if manifest.license in CITABLE:
        lines.append(f"license: {quoted(manifest.license)}")
    elif _WEB.fullmatch(address := licence_address(manifest.license)):
        lines.append(f"license-url: {quoted(address)}")
    if swhids:
        lines.append("identifiers:")
        for swhid in dict.fromkeys(swhids):
            lines += ['  - type: "swh"', f"    value: {quoted(swhid)}"]
    return ("\n".join(lines) + "\n").encode()


def quoted(text: str) -> str:
    """Return ``text`` as a scalar of YAML, in double quotes and on one line."""
    shown = json.dumps(text, ensure_ascii=False)
    return _SPECIAL.sub(lambda found: _escaped(found[0]), shown)


def _escaped(character: str) -> str:
    # Half a character is none, and no escape of YAML makes it one.
    return "\ufffd" if "\ud800" <= character <= "\udfff" else f"\\u{ord(character):04x}"
