"""What a release says of its licence: an identifier of SPDX, or an address."""

import re
from urllib.parse import quote

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")

CITABLE = frozenset(
    {
        "Apache-2.0",
        "CC-BY-4.0",
        "CC-BY-NC-4.0",
        "CC-BY-NC-ND-4.0",
        "CC-BY-NC-SA-4.0",
        "CC-BY-ND-4.0",
        "CC-BY-SA-4.0",
        "CC0-1.0",
        "CDLA-Permissive-1.0",
        "CDLA-Sharing-1.0",
        "MIT",
        "ODC-By-1.0",
        "ODbL-1.0",
        "PDDL-1.0",
    }
)
"""Identifiers that a CITATION.cff may name: licences of texts and data, and the two most used of
software. The schema of CFF 1.2.0 has a closed list from 2021, and all of these are on it."""


def licence_address(licence: str) -> str:
    """Return where the licence can be read: an address stays, an identifier leads to SPDX."""
    if _ADDRESS.fullmatch(licence):
        return licence
    return f"https://spdx.org/licenses/{quote(licence, safe='')}"
