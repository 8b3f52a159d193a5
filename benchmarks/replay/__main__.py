"""`python -m benchmarks.replay [--fit] [--digests FOLDER]`."""

import sys

from benchmarks.replay.tables import main

main(sys.argv[1:])
