"""The process behind one window of a browser: the same app, seen through pipes.

``python -m latitude.cli.serve.window HOME`` is started by :mod:`latitude.cli.serve.server`.
"""

import argparse
import os
import sys

from latitude.cli.loop import run_async
from latitude.cli.output import complain
from latitude.cli.verb_app import run as open_app
from latitude.errors import LatitudeError


def main() -> int:
    """Run the app until it is quit or its window is closed; return its exit status."""
    os.environ["TEXTUAL_DRIVER"] = "latitude.tui.window_driver:WindowDriver"
    try:
        return run_async(open_app(argparse.Namespace(home=sys.argv[1])))
    except LatitudeError as error:
        complain(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
