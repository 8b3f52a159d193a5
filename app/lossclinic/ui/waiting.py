"""How far the work on an answer is, while somebody waits for it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

from lossclinic_kb.text import Text

PATIENCE = 0.7  # seconds; what takes less than a second in all needs no word of how far it is


class WithdrawnError(Exception):
    """Nobody waits for the answer any more."""


_Made = TypeVar("_Made")
_Shown = TypeVar("_Shown")


class Told:
    """What long work last told; written by the thread that works, read by the one that shows it.

    Attributes:
        line: What is being done and how much of it is done; None where nothing is under way.
    """

    def __init__(self) -> None:
        self.line: Text | None = None

    def __call__(self, what: Text, done: int, total: int) -> None:
        """Note how far the work is; see `lossclinic_kb.progress`."""
        share = f"{100 * done // max(1, total)} %"
        self.line = Text(f"{what.en}: {share}", f"{what.zh}：{share}") if done < total else None


def worked(
    workers: Executor,
    work: Callable[[], _Made],
    told: Callable[[], Text | None],
    show: Callable[[Text], _Shown],
    wanted: Callable[[], bool] = lambda: True,
) -> Generator[_Shown, None, _Made]:
    """Yield what is shown of what some work tells of itself, each line once, and return what it made.

    Whoever stops listening leaves the work to end by itself, and nothing comes of it.

    Args:
        workers: Where it is done.
        work: What is done.
        told: What it tells of itself at this moment.
        show: Returns what is shown of a line.
        wanted: Tells whether somebody still waits.

    Raises:
        WithdrawnError: Nobody does.
    """
    running: Future[_Made] = workers.submit(work)
    shown: Text | None = None
    while True:
        try:
            made = running.result(timeout=PATIENCE)
        except NotYet:
            if running.done():
                raise  # of the work itself
            if not wanted():
                raise WithdrawnError from None
            now = told()
            if now is not None and now != shown:
                shown = now
                yield show(now)
        else:
            if not wanted():
                raise WithdrawnError
            return made
