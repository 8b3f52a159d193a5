"""Many files at once: a folder, or several files dropped together. No link is followed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.limits import Limits
from lossclinic_kb.progress import Progress
from lossclinic_kb.text import Text

NO_LOGS: Final = frozenset((
    ".pt", ".pth", ".ckpt", ".bin", ".safetensors", ".gguf", ".h5", ".hdf5", ".keras", ".onnx", ".tflite",
    ".pb", ".index", ".npy", ".npz", ".pkl", ".pickle", ".joblib", ".model", ".msgpack", ".distcp",
    ".pdparams", ".pdopt", ".pdiparams", ".pdmodel", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg",
    ".pdf", ".mp4", ".avi", ".wav", ".mp3", ".py", ".pyc", ".ipynb", ".html", ".css", ".js", ".sh", ".so",
    ".yaml", ".yml", ".toml", ".ini", ".lock", ".md", ".parquet", ".arrow", ".tfrecord", ".db", ".sqlite",
    ".whl", ".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar",
))  # fmt: skip
"""Files that lie beside logs and are none; an archive inside an archive is not opened."""

_NO_LOG: Final = re.compile(r".*\.(?:data-\d+-of-\d+|trace\.json)")
"""Weights of TensorFlow, and the profiles that torch puts beside its event files: large, and known by their names."""
_DIGITS = re.compile(r"(\d+)")


@dataclass
class Folder:
    """Files that may be logs.

    Attributes:
        name: How to call it in messages.
        documents: In the natural order of their paths: `version_2` before `version_10`.
        notes: What was left out, and why.
        seen: How many files there were.
        chosen: Whether a person named each of the files; then one that cannot be read is told of.
        progress: Told how many files are looked at.
    """

    name: str
    documents: list[Document] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    seen: int = 0
    chosen: bool = False
    progress: Progress | None = None


def natural(path: PurePosixPath) -> list[tuple[int, int, str]]:
    """Return a key that sorts numbers inside names by their value: the longer is the larger, however long."""
    pieces = _DIGITS.split(path.as_posix())
    digits = [piece.lstrip("0") if piece.isdecimal() else "" for piece in pieces]
    return [
        (0, len(number), number) if piece.isdecimal() else (1, 0, piece)
        for piece, number in zip(pieces, digits, strict=True)
    ]


def of_paths(paths: Sequence[Path], name: str, limits: Limits) -> Folder:
    """Return several files that were given together, under their names, with their folders' where names are alike.

    Raises:
        UnreadableLog: One is missing or not to be opened, or they are too large together.
    """
    folder = Folder(name, chosen=True)
    left = limits.bytes
    alike = len({path.name for path in paths}) < len(paths)
    for path in paths:
        try:
            with path.open("rb") as file:
                data = file.read(left + 1)
        except (OSError, ValueError) as error:
            raise refuse.not_readable(path.name, error) from None
        left -= len(data)
        if left < 0:
            raise refuse.too_big(name, limits.log_mb)
        inside = PurePosixPath(*path.parts[-2:]) if alike else PurePosixPath(path.name)
        folder.documents.append(Document(path.name, data=data, path=inside))
    folder.seen = len(paths)
    return folder


def of_folder(root: Path, limits: Limits) -> Folder:
    """Return the files below a folder that may be logs; hidden folders and links are passed over.

    Raises:
        UnreadableLog: There are more files than the limit, or they are too large together.
    """
    folder = Folder(root.name or str(root))
    left, links = limits.bytes, 0
    for path in _walk(root):
        if path.is_symlink():
            links += 1
            continue
        if not path.is_file():  # a pipe would be waited on for ever
            continue
        folder.seen += 1
        if folder.seen > limits.files:
            raise refuse.too_many_files(folder.name, limits.files)
        if not may_be_log(PurePosixPath(path.name)):
            continue
        try:
            with path.open("rb") as file:
                data = file.read(left + 1)
        except OSError:
            folder.notes.append(_not_opened(path.name))
            continue
        left -= len(data)
        if left < 0:
            raise refuse.too_big(folder.name, limits.log_mb)
        inside = PurePosixPath(path.relative_to(root).as_posix())
        folder.documents.append(Document(inside.as_posix(), data=data, path=inside))
    return finished(folder, links)


def _walk(root: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(root, followlinks=False):
        folders[:] = sorted(each for each in folders if not each.startswith((".", "__pycache__")))
        yield from (Path(where, each) for each in sorted(files) if not each.startswith("."))


def may_be_log(path: PurePosixPath) -> bool:
    """Whether a file of this name, found among others, is worth a look."""
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not hidden and path.suffix.lower() not in NO_LOGS and not _NO_LOG.fullmatch(path.name)


def finished(folder: Folder, links: int, outside: int = 0) -> Folder:
    """Return the folder in order, with a note on links and names that were not followed."""
    folder.documents.sort(key=lambda document: natural(document.path))
    if links:
        folder.notes.append(
            Text(f"{links} link{'s' * (links > 1)} not followed", f"有 {links} 个链接没有跟随")
        )
    if outside:
        folder.notes.append(
            Text(
                f"{outside} name{'s' * (outside > 1)} pointing outside the archive left out",
                f"有 {outside} 个文件名指向压缩包之外，已忽略",
            )
        )
    return folder


def _not_opened(name: str) -> Text:
    return Text(f"{name} could not be opened and was left out", f"{name} 打不开，已忽略")
