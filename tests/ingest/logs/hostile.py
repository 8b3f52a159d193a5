"""What tests of hostile logs share: reading within a time, archives built in memory."""

from __future__ import annotations

import io
import tarfile
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lossclinic_ingest.logs import UnreadableLog, read_log
from lossclinic_kb.run import Run

SECONDS = 5.0  # of a processor; most take a hundredth of that
CSV = b"step,loss\n1,0.5\n2,0.25\n3,0.125\n"


@contextmanager
def in_time(seconds: float = SECONDS) -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def is_clear(line: str) -> bool:
    """Whether a message is one line that no terminal obeys, and not endless."""
    unsafe = any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char == "\u202e" for char in line)
    return not unsafe and 0 < len(line) < 2500


def read(source: Any, **options: Any) -> Run | None:
    """Read in time; None where the log is refused in one clear line."""
    run, lines = None, []
    with in_time():
        try:
            run = read_log(source, **options)
        except UnreadableLog as error:
            lines = [str(error), error.text.zh]
    if run is None:
        assert all(map(is_clear, lines)), lines
        assert "；" in lines[1]
        return None
    assert max(len(one.logged) for one in run.series) >= 2
    shown = [run.source, *(one.name for one in run.series), *(t for n in run.notes for t in (n.en, n.zh))]
    assert all(map(is_clear, shown)), shown
    return run


def refused(source: Any, said: str, **options: Any) -> None:
    assert read(source, **options) is None
    with pytest.raises(UnreadableLog, match=said):
        read_log(source, **options)


def understood(source: Any, **options: Any) -> Run:
    run = read(source, **options)
    assert run is not None
    return run


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(*members: tuple[tarfile.TarInfo, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()
