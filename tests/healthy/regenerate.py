"""Write the recorded healthy runs anew: `python -m tests.healthy.regenerate`, some ten minutes on two cores.

Every benign variant on every counted workload it suits, and on small tables, in a world of its own, written in turn by
the loggers of Keras, Lightning and Hugging Face and by our own. A run on which something fires is not kept but named:
it is a false alarm to be mended, and what is kept holds what has been reached.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from pathlib import Path

from benchmarks.loggers import LOGGERS

from lossclinic_ingest.logs import read_log
from lossclinic_kb.diagnosis import ORDINARY
from lossclinic_kb.lab.jobs import Job, benign_jobs
from lossclinic_kb.lab.record import write_csv
from lossclinic_kb.lab.recordings import record, recorded
from lossclinic_kb.lab.views import thinned
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms import detect_all

FOLDER = Path(__file__).parent
MOST = 40_000
"""Bytes of one log: longer ones are written with every tenth step, as most loggers do."""
EACH = 4
"""One benign run in so many is kept: enough of every kind."""


def main() -> None:
    """Train what is not recorded yet, and write the logs."""
    jobs = benign_jobs("counted")[::EACH]
    for name, why in record(jobs).items():
        print(f"failed: {name}: {why}")
    for old in FOLDER.glob("*/*.*"):
        old.unlink()
    for place, each in enumerate(recorded(jobs)):
        logger = [*LOGGERS, "plain"][place % (len(LOGGERS) + 1)]
        with tempfile.TemporaryDirectory() as name:
            path = written(each.run, logger, Path(name))
            run = read_log(path)
            fired = {found.id for found in detect_all(run, {}) if found.present} - ORDINARY
            if fired:
                print(f"not kept: {logger}/{label(each.job)}: {', '.join(sorted(fired))}")
                continue
            target = FOLDER / logger / f"{label(each.job)}{path.suffix}.gz"
            target.parent.mkdir(exist_ok=True)
            with path.open("rb") as source, gzip.GzipFile(target, "wb", mtime=0) as packed:
                shutil.copyfileobj(source, packed)


def label(job: Job) -> str:
    """Return the name of the recording of a job."""
    return f"{job.training}-{job.variant}-{job.world.seed}"


def written(run: Run, logger: str, folder: Path) -> Path:
    """Write a run with a logger, thinned where it is long, and return the file."""
    for name, shown in (("whole", run), ("thinned", thinned(run))):
        place = folder / name
        place.mkdir()
        if logger == "plain":
            path = place / "metrics.csv"
            write_csv(shown, path)
        else:
            path = LOGGERS[logger](shown, place)
        if path.stat().st_size <= MOST:
            break
    return path


if __name__ == "__main__":
    main()
