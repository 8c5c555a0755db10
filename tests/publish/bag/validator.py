"""The validator of RO-Crate, without a network.

It fetches the JSON-LD context of RO-Crate 1.1. The cache that it looks in is filled by hand here,
with the terms that we use and no others: a term that is not among them is found as unknown.
"""

import importlib.util
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "process-run-crate-0.5"
SCHEMA_ORG = (
    *("CreateAction", "CreativeWork", "Dataset", "Organization", "Person", "SoftwareApplication"),
    *("about", "actionStatus", "affiliation", "agent", "author", "contentSize", "datePublished"),
    *("description", "encodingFormat", "endTime", "error", "hasPart", "instrument", "license"),
    *("mentions", "name", "object", "publisher", "result", "startTime", "url", "version"),
)
TERMS: Mapping[str, str] = {
    **{term: f"http://schema.org/{term}" for term in SCHEMA_ORG},
    "File": "http://schema.org/MediaObject",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
}


def needs_validator() -> None:
    """Skip, or fail in CI, where the validator is not installed.

    It asks for a rich older than ours, so it cannot be one of the packages that pip resolves.
    """
    if importlib.util.find_spec("rocrate_validator") is None:
        said = "roc-validator is missing: pip install --no-deps roc-validator==0.13.0"
        if "CI" in os.environ:
            pytest.fail(said)
        pytest.skip(said)


def fill_cache(cache: Path) -> None:
    """Put the context in the cache that lies at ``cache`` with ``.sqlite`` after it."""
    import requests
    from requests.adapters import BaseAdapter
    from requests_cache import CachedSession
    from urllib3 import HTTPResponse

    body = json.dumps({"@context": TERMS}).encode()

    class Local(BaseAdapter):
        def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:
            headers = {"Content-Type": "application/ld+json"}
            response = requests.Response()
            response.status_code, response.url, response.request = 200, request.url, request
            response.headers.update(headers)
            response.raw = HTTPResponse(
                io.BytesIO(body), headers, 200, preload_content=False, request_url=request.url
            )
            return response

        def close(self) -> None:
            return None

    with CachedSession(str(cache), backend="sqlite", expire_after=-1) as session:
        session.mount("https://", Local())
        session.get(CONTEXT)


def crate_finds(folder: Path, cache: Path) -> list[str]:
    """All that is REQUIRED or RECOMMENDED and not so."""
    from rocrate_validator import models, services

    settings = models.ValidationSettings(
        rocrate_uri=str(folder),
        profile_identifier=PROFILE,
        requirement_severity="RECOMMENDED",
        offline=True,
        cache_path=cache,
    )
    return [
        f"{issue.severity.name} {issue.check.identifier}: {issue.message}"
        for issue in services.validate(settings).get_issues()
    ]
