"""What a case turned out to be, as people say it: kept on this machine as JSON lines, never sent anywhere."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lossclinic.diagnosis import Diagnosis
from lossclinic_kb.errors import InputError
from lossclinic_kb.home import own_folder
from lossclinic_kb.text import Text, whole

_writing = threading.Lock()


def feedback_file() -> Path:
    """Return the file that feedback is kept in."""
    return own_folder() / "feedback.jsonl"


def note(diagnosis: Diagnosis, words: str, cause: str, *, right: bool, visitor: str) -> dict[str, Any]:
    """Write down whether a cause was the right one, with the case as it stood, and return what was written.

    Args:
        diagnosis: The case.
        words: What the person wrote.
        cause: Id of the cause that they confirmed or ruled out.
        right: Whether it was the cause.
        visitor: Names the browser, so that each person gets back only their own.

    Raises:
        InputError: The diagnosis does not name this cause, or the file cannot be written.
    """
    ranking = [[each.id, round(each.probability, 4)] for each in diagnosis.causes]
    if cause not in {each.id for each in diagnosis.causes}:
        raise InputError(f"the diagnosis does not name the cause {cause!r}")
    entry = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "visitor": visitor,
        "cause": cause,
        "right": right,
        "ranking": ranking,
        "symptoms": [symptom.id for symptom in diagnosis.symptoms],
        "words": words,
        "facts": dict(diagnosis.case.facts),
        "answers": [[answer.check, answer.outcome] for answer in diagnosis.case.answers],
    }
    path = feedback_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _writing, path.open("ab") as file:
            # In one call: two servers may write the same file. A line that was cut off is ended first.
            line = whole(json.dumps(entry, ensure_ascii=False)).encode() + b"\n"
            file.write(line if _ends_whole(path) else b"\n" + line)
    except OSError as error:
        raise InputError(
            Text(
                f"{path}: feedback cannot be written: {error.strerror}",
                f"{path}：反馈无法写入：{error.strerror}",
            )
        ) from None
    return entry


def noted(visitor: str) -> str:
    """Return the feedback of one browser as JSON lines, oldest first; "" where there is none."""
    path = feedback_file()
    if not path.exists():
        return ""
    lines = path.read_bytes().split(b"\n")
    return "".join(f"{line.decode()}\n" for line in lines if _visitor(line) == visitor)


def _visitor(line: bytes) -> str | None:
    """Return whose a line is; None where it is none that was written here, as after a full disk or a power cut."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry.get("visitor") if isinstance(entry, dict) else None


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size == 0:
            return True
        file.seek(size - 1)
        return file.read(1) == b"\n"
