"""Runs ``python -m jupyter_mlgit.cli …``, where ``jupyter mlgit`` is not on the path."""

import sys

from jupyter_mlgit.cli import main

sys.exit(main())
