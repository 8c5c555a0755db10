"""CITATION.cff is YAML that says what the release says, whatever the words are."""

import json
from pathlib import Path
from typing import Any

import cffconvert
import pytest
import yaml
from cffconvert import Citation
from hypothesis import given
from hypothesis import strategies as st

from latitude.publish.bag.citation import citation
from latitude.publish.bag.licences import CITABLE
from tests.publish.bag.made import manifest

SWHIDS = ["swh:1:dir:" + "a" * 40, "swh:1:rev:" + "b" * 40, "swh:1:dir:" + "a" * 40]
HOSTILE = (
    'yes: "no" \\ # - *a &b !!python/object %TAG \x00\x07\x7f\x85\u2028\ufeff 😀 {x: [1]}\n---\n'
)


def read(written: bytes) -> Any:
    return yaml.safe_load(written.decode("utf-8"))


@pytest.mark.parametrize(
    ("fields", "swhids"),
    [
        ({}, SWHIDS),
        ({"title": HOSTILE, "description": HOSTILE, "authors": (HOSTILE, "no")}, []),
        ({"license": "https://example.org/terms", "url": None, "description": ""}, []),
        ({"license": "EUPL-1.2"}, []),
    ],
)
def test_the_validator_of_the_format_takes_it(fields: dict[str, Any], swhids: list[str]) -> None:
    Citation(citation(manifest(**fields), swhids).decode("utf-8")).validate()


def test_it_says_what_the_manifest_says() -> None:
    found = read(citation(manifest(), SWHIDS))
    assert found == {
        "cff-version": "1.2.0",
        "message": "If you use these sessions, please cite them as below.",
        "type": "dataset",
        "title": 'Open time: "a record"',
        "abstract": "What models did when nothing was asked of them.",
        "version": "2",
        "date-released": "2026-11-22",
        "authors": [{"name": "Ada"}, {"name": "Grace"}],
        "url": "https://example.org/archive/",
        "license": "CC0-1.0",
        "identifiers": [
            {"type": "swh", "value": SWHIDS[0]},
            {"type": "swh", "value": SWHIDS[1]},
        ],
    }


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("https://example.org/terms", "https://example.org/terms"),
        ("EUPL-1.2", "https://spdx.org/licenses/EUPL-1.2"),
    ],
)
def test_a_licence_that_is_not_on_the_list_is_given_by_its_address(
    licence: str, address: str
) -> None:
    found = read(citation(manifest(license=licence), []))
    assert (found.get("license"), found["license-url"]) == (None, address)


def test_every_licence_that_may_be_named_is_one_that_the_format_knows() -> None:
    schemas = Path(cffconvert.__file__).parent / "schemas"
    schema = json.loads((schemas / "1.2.0/schema.json").read_text(encoding="utf-8"))
    assert set(schema["definitions"]["license-enum"]["enum"]) >= CITABLE


@given(text=st.text(min_size=1))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    found = read(citation(manifest(title=text, authors=(text,)), []))
    assert found["title"] == found["authors"][0]["name"] == text
