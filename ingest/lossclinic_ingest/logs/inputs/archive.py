"""Many files in one: zip and tar. Nothing is ever unpacked to the disk; names inside are labels, not paths."""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import IO, cast

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.inputs.folder import Folder, finished, may_be_log
from lossclinic_ingest.logs.inputs.foreign import names_a_kind
from lossclinic_ingest.logs.inputs.packed import ZIP, is_compressed, is_packed
from lossclinic_ingest.logs.inputs.unpack import ERRORS, Unpacked, most_bytes, too_much
from lossclinic_ingest.logs.limits import Limits

Wanted = Callable[[PurePosixPath], bool]
_NOT_A_FOLDER = ("data.pkl", "[Content_Types].xml")
"""Files inside a zip that make it a PyTorch checkpoint or an Office document, which is said elsewhere by name."""
_ZIP_ENTRY = b"PK\x01\x02"  # begins every entry of the index of a zip


@dataclass(frozen=True)
class Member:
    """One file of an archive: its name there, the size it claims, whether it is a link, and how to open it."""

    name: str
    size: int
    is_link: bool
    open: Callable[[], IO[bytes]]


def of_archive(data: bytes, name: str, limits: Limits, wanted: Wanted = may_be_log) -> Folder | None:
    """Return the files of a zip, tar, tar.gz, tar.bz2 or tar.xz that are wanted; None if `data` is none of these.

    Args:
        data: The archive.
        name: How to call it in messages.
        limits: What is refused.
        wanted: Whether a file inside is read, by its path; those that may be logs are by default.

    Raises:
        UnreadableLog: It is damaged or encrypted, or unpacks to more than the limits allow.
    """
    if not is_packed(data):
        return None
    return (_of_zip if data.startswith(ZIP) else _of_tar)(data, name, limits, wanted)


def _of_zip(data: bytes, name: str, limits: Limits, wanted: Wanted) -> Folder | None:
    if data.count(_ZIP_ENTRY) > limits.files:  # before the index of them all is built
        raise refuse.too_many_files(name, limits.files)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [
                each for each in archive.infolist() if not each.filename.endswith("/")
            ]  # or has no name
            if any(PurePosixPath(each.filename).name in _NOT_A_FOLDER for each in members):
                return None
            claimed = sum(each.file_size for each in members if wanted(_inside(each.filename)))
            if claimed > most_bytes(len(data), limits):
                raise too_much(name, len(data), limits)
            found = (
                Member(each.filename, each.file_size, _is_special(each), partial(_unzipped, archive, each))
                for each in members
            )
            return _collected(name, found, limits, wanted)
    except zipfile.BadZipFile as error:
        if names_a_kind(data):  # a workbook or weights, cut off: said by name elsewhere
            return None
        raise refuse.damaged_archive(name, error) from None
    except (NotImplementedError, RuntimeError, struct.error, *ERRORS) as error:
        raise refuse.damaged_archive(name, error) from None


def _is_special(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a link or a device and no file."""
    return stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG)


def _unzipped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> IO[bytes]:
    """Open one entry. Only what zip programs write; other methods unpack more at once than is asked for."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # As zipfile itself says of a method that it cannot unpack; both are answered alike.
        raise NotImplementedError(f"compression method {entry.compress_type}")
    return archive.open(entry)


def _of_tar(data: bytes, name: str, limits: Limits, wanted: Wanted) -> Folder | None:
    packed = is_compressed(data)
    try:
        file = Unpacked(data, name, limits) if packed else io.BytesIO(data)
        with tarfile.open(fileobj=cast(IO[bytes], file), mode="r:") as archive:
            folder = _collected(name, _tar_members(archive, name, limits), limits, wanted)
            return None if packed and not folder.seen else folder  # zeros pass for an archive of nothing
    except tarfile.ReadError:
        return None  # one compressed file, or nothing of the kind
    except (tarfile.TarError, RecursionError, *ERRORS) as error:
        raise refuse.damaged_archive(name, error) from None


def _tar_members(archive: tarfile.TarFile, name: str, limits: Limits) -> Iterator[Member]:
    """Yield the members; to pass over one means to unpack it, so the limits hold for all of them together."""
    last = -1
    for seen, member in enumerate(archive):
        if member.offset <= last:  # sizes below zero lead back to the beginning, for ever
            raise tarfile.HeaderError("an entry points backwards")
        last = member.offset
        if seen > limits.files:
            raise refuse.too_many_files(name, limits.files)
        if member.offset_data + member.size > limits.bytes:
            raise refuse.too_big(name, limits.log_mb)
        if not member.isdir():
            # Whatever is no regular file (a link, a device) is treated as a link.
            yield Member(member.name, member.size, not member.isreg(), partial(_opened, archive, member))


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    return archive.extractfile(member) or io.BytesIO()


def _collected(name: str, members: Iterable[Member], limits: Limits, wanted: Wanted) -> Folder:
    """Read the members that are wanted.

    Raises:
        UnreadableLog: There are more than the limits allow.
    """
    folder = Folder(name)
    left, links, outside = limits.bytes, 0, 0
    for member in members:
        folder.seen += 1
        if folder.seen > limits.files:
            raise refuse.too_many_files(name, limits.files)
        inside = _inside(member.name)
        if member.is_link or ".." in inside.parts or inside.is_absolute():
            links += member.is_link
            outside += not member.is_link
            continue
        if not wanted(inside):
            continue
        with member.open() as file:
            data = file.read(min(left, member.size) + 1)  # zipfile unpacks all that it is asked for
        left -= len(data)
        if left < 0:
            raise refuse.too_big(name, limits.log_mb)
        folder.documents.append(Document(inside.as_posix(), data=data, path=inside))
    _without_top(folder.documents)
    return finished(folder, links, outside)


def _without_top(documents: Sequence[Document]) -> None:
    """Take off the folder that holds all files of an archive: `runs.zip` then names its runs as `runs` does."""
    tops = {document.path.parts[0] for document in documents if len(document.path.parts) > 1}
    if len(tops) != 1 or any(
        len(document.path.parts) <= 1 for document in documents
    ):  # also one without a name
        return
    for document in documents:
        document.path = document.path.relative_to(document.path.parts[0])
        document.name = document.path.as_posix()


def _inside(name: str) -> PurePosixPath:
    return PurePosixPath(name.replace("\\", "/"))
