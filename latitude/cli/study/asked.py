"""The study that a command line names."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from latitude.cli.options import home_of
from latitude.config import Home
from latitude.prompts.library import Library
from latitude.study.design import Study
from latitude.study.file import load_study
from latitude.study.places import find_study, plan_path


@dataclass(frozen=True, slots=True)
class Asked:
    """The study that a command line names."""

    home: Home
    study: Study

    @property
    def plan(self) -> Path:
        """Where its plan lies, or is to lie."""
        return plan_path(self.home.prompts, self.study)


def asked_for(options: argparse.Namespace) -> Asked:
    """Read the study that ``options.file`` names. Raises ``UnknownName`` or ``ProtocolError``."""
    home = home_of(options)
    return Asked(home, load_study(find_study(Library(home.prompts).folders, options.file)))
