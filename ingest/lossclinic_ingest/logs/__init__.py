"""Reading training logs: `read_log` takes any of them and returns a `Run`."""

from lossclinic_ingest.logs.readers import READERS, title_of
from lossclinic_ingest.logs.reading import Log, open_log, read_log, read_runs
from lossclinic_kb.errors import UnreadableLog

__all__ = ["READERS", "Log", "UnreadableLog", "open_log", "read_log", "read_runs", "title_of"]
