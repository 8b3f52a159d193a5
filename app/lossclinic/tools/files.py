"""The log that a program hands over: text, a file in Base64, or a path below the one folder that is open to it."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from lossclinic.tools.arguments import LogArguments
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text

_SEVERAL = Text("give one of log, file and path, not several", "log、file、path 只能给一个，不要同时给")
_NO_BASE64 = Text(
    "file: this is no Base64; give the bytes of the file in Base64, or its text as log",
    "file：不是 Base64；请给出文件内容的 Base64 编码，或者把文本放进 log",
)
_NOT_OPEN = Text(
    "path: no folder is open to programs here; give the text of the file as log (`lossclinic mcp --root FOLDER` opens "
    "one, in Python root=)",
    "path：这里没有向程序开放任何文件夹；请把文件内容放进 log（`lossclinic mcp --root 文件夹` 可以开放一个，Python 里用 root=）",
)


def log_of(given: LogArguments, root: Path | None) -> tuple[bytes | Path | None, str]:
    """Return the log with its name, or None where none was given.

    Text is handed on as bytes: the same text as a string could name a file of this machine.

    Args:
        given: What the program sent.
        root: The folder that is open to it; None for no folder at all.

    Raises:
        InputError: More than one was given, or it cannot be used.
    """
    if sum(map(bool, (given.log, given.file, given.path))) > 1:
        raise InputError(_SEVERAL)
    if given.path:
        if root is None:
            raise InputError(_NOT_OPEN)
        return _below(root, given.path), given.name
    if given.file:
        try:
            return base64.b64decode("".join(given.file.split()), validate=True), given.name or "file"
        except (binascii.Error, ValueError):
            raise InputError(_NO_BASE64) from None
    return (given.log.encode(), given.name or "log") if given.log.strip() else (None, "")


def _below(root: Path, named: str) -> Path:
    """Return the path where it exists and lies below `root` once every link is followed.

    Raises:
        InputError: It does not. The message is the same for both, so that nobody learns what else there is.
    """
    folder = root.resolve()
    path = (folder / named).resolve()
    if not path.is_relative_to(folder) or not path.exists():
        raise InputError(
            Text(
                f"path {named!r}: nothing of that name lies below {folder}, the folder that is open to programs",
                f"path {named!r}：在向程序开放的文件夹 {folder} 下找不到它",
            )
        )
    return path
