"""``latitude publish new``: a release file to read and change."""

import argparse

from latitude.cli.options import home_of
from latitude.cli.output import say
from latitude.core.clean import clean_line
from latitude.publish.release import USUAL_NAME, new_release


def run(options: argparse.Namespace) -> int:
    """Write the file."""
    path = new_release(
        home_of(options).releases,
        options.name or USUAL_NAME,
        title=options.title,
        description=options.description,
        authors=tuple(options.author),
        license_=options.license,
        training=options.training,
        rehearsals=options.rehearsals,
    )
    print(clean_line(str(path)))
    say("Read it and change it. `latitude publish check` says what would go out.")
    return 0
