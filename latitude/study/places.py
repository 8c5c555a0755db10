"""Where study files and their plans lie."""

from collections.abc import Sequence
from pathlib import Path

from latitude.errors import UnknownName
from latitude.prompts.loader import NAME
from latitude.study.design import Study

FOLDER = "studies"
"""Inside ``prompts/``."""


def find_study(folders: Sequence[Path], text: str) -> Path:
    """Return the study file that ``text`` means: a path, or a name in one of ``folders``.

    ``folders`` are those of the protocols; their ``studies/`` is looked in, first to last. Raises
    ``UnknownName`` with the list of names.
    """
    if "/" in text or text.endswith((".yaml", ".yml")):
        path = Path(text).expanduser().absolute()
        if path.is_file():
            return path
        raise UnknownName(f"There is no study file {path}. Nothing was sent.")
    if NAME.fullmatch(text):
        for folder in folders:
            path = folder / FOLDER / f"{text}.yaml"
            if path.is_file():
                return path
    known = sorted({path.stem for folder in folders for path in (folder / FOLDER).glob("*.yaml")})
    raise UnknownName(
        f"No study is called {text!r}. There are: {', '.join(known) or 'none'}. Nothing was sent."
    )


def plan_path(prompts: Path, study: Study) -> Path:
    """Where the plan of ``study`` lies, in the home whose ``prompts`` folder this is.

    Each version has its own, so that a new one leaves the plan of the old sessions alone.
    """
    version = "" if study.version == 1 else f".v{study.version}"
    return prompts / FOLDER / f"{study.name}{version}.plan.json"


def lock_path(plan: Path) -> Path:
    """The file beside ``plan`` that whoever carries it out holds locked."""
    return plan.with_name(f"{plan.name.removesuffix('.json')}.lock")
