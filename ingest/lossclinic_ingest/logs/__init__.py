"""Reading training logs: `read_log` takes any of them and returns a `Run`."""

from lossclinic_kb.errors import UnreadableLog

from lossclinic_ingest.logs.readers import READERS
from lossclinic_ingest.logs.reading import read_log

__all__ = ["READERS", "UnreadableLog", "read_log"]
