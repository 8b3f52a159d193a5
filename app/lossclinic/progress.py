"""Long work in the terminal: a bar with rate and time left, on a terminal only."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

QUICK = 0.5  # seconds; what takes less than a second in all needs no bar


class Bar:
    """A progress bar for work of more than a second; see `lossclinic_kb.progress`.

    Args:
        lang: Language of what it says.
    """

    def __init__(self, lang: Lang = "en") -> None:
        self._lang = lang
        self._since: float | None = None
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, what: Text, done: int, total: int) -> None:
        """Show that `done` of `total` is done."""
        if not sys.stderr.isatty():
            return
        self._since = time.monotonic() if self._since is None else self._since
        if self._bar is None and (done >= total or time.monotonic() - self._since < QUICK):
            self._since = None if done >= total else self._since
            return
        if self._bar is None or self._task is None:
            from rich.console import Console
            from rich.progress import Progress, TextColumn

            columns = (*Progress.get_default_columns(), TextColumn("{task.fields[rate]}"))
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(what(self._lang), total=total, rate="")
        passed = time.monotonic() - self._since
        self._bar.update(
            self._task,
            completed=done,
            total=total,
            description=what(self._lang),
            rate=f"{done / passed:,.0f}/s" if passed > 0 else "",
        )
        if done >= total:
            self._bar.stop()
            self._bar = self._task = self._since = None
