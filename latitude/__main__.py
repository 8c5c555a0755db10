"""``python -m latitude`` is the command."""

import sys

from latitude.cli.main import main

sys.exit(main())
