"""Reading training logs: `read_log` takes any of them and returns a `Run`."""

from lossclinic_ingest.logs.readers import READERS
from lossclinic_ingest.logs.reading import read_log, read_runs
from lossclinic_kb.errors import UnreadableLog

__all__ = ["READERS", "UnreadableLog", "read_log", "read_runs"]
