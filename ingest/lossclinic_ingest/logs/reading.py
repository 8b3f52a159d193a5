"""Reading a log: opened once, it gives its runs, with the roles that the person says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossclinic_ingest.logs import choice
from lossclinic_ingest.logs.gather import runs_of, runs_of_folder
from lossclinic_ingest.logs.inputs.folder import Folder
from lossclinic_ingest.logs.inputs.in_memory import MAPPING, document_of
from lossclinic_ingest.logs.inputs.source import open_source
from lossclinic_ingest.logs.tables.frames import read_frame
from lossclinic_kb.progress import Progress
from lossclinic_kb.run import Role, Run


@dataclass(frozen=True)
class Log:
    """What a source holds, as its reader found it, before anybody corrected a role or chose a run.

    Attributes:
        found: Every run, at least one, with all columns.
    """

    found: tuple[Run, ...]

    def runs(self, roles: Mapping[str, Role] | None = None) -> tuple[Run, ...]:
        """Return every run that can be used, in the order of the source, each with a name of its own if several.

        Args:
            roles: Column to role, where the guess from the column's name is wrong.

        Raises:
            UnreadableLog: No run can be used.
            InputError: No run has such a column, or there is no such role.
        """
        with np.errstate(all="ignore"):
            return choice.named(choice.completed(self.found, roles))

    def run(self, name: str | None = None, roles: Mapping[str, Role] | None = None) -> Run:
        """Return the run called `name`; the longest by default, and a note says so where there are several.

        Raises:
            UnreadableLog: No run can be used.
            InputError: There is no such run, column or role.
        """
        return choice.pick(self.runs(roles), name)


def open_log(source: Any, *, name: str = "", progress: Progress | None = None) -> Log:
    """Open a log of one or several trainings.

    Args:
        source: A path (file, folder or archive), several paths, bytes, an open file, pasted text, a DataFrame, or a
            mapping of lists. A str is a path if it names something that exists, pasted text if it has a line break or
            is one line of JSON, and an error otherwise.
        name: How to call the source; the name of its file by default.
        progress: Told of a large log how much is read.

    Raises:
        UnreadableLog: No reader can use the source. The message is one line: what, where, what to do.
        InputError: `source` is nothing of the above.
    """
    with np.errstate(all="ignore"):  # infinities are values of a log here, not accidents of ours
        frame = read_frame(source, name)
        if frame is not None:
            return Log((choice.presentable(frame),))
        if isinstance(source, Mapping):
            found = [replace(run, format=MAPPING) for run in runs_of(document_of(source, name))]
            return Log(tuple(choice.presentable(run) for run in found))
        opened = open_source(source, name)
        opened.progress = progress
        found = runs_of_folder(opened) if isinstance(opened, Folder) else runs_of(opened)
        return Log(tuple(choice.presentable(run) for run in found))


def read_log(
    source: Any, *, name: str = "", roles: Mapping[str, Role] | None = None, run: str | None = None
) -> Run:
    """Read the log of one training; errors as for `open_log`.

    Args:
        source: See `open_log`.
        name: How to call the source.
        roles: Column to role, where the guess from the column's name is wrong.
        run: Which run to take where the source holds several; the longest by default, and `Run.others` names all.

    Returns:
        The run, with `format` the id of the reader, and in `notes` everything that had to be decided.
    """
    return open_log(source, name=name).run(run, roles)


def read_runs(source: Any, *, name: str = "", roles: Mapping[str, Role] | None = None) -> tuple[Run, ...]:
    """Read every run that a log holds; arguments and errors as for `read_log`."""
    return open_log(source, name=name).runs(roles)
