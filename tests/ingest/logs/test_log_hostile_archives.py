"""Archives made to break a reader: bombs, links, names that lead outside or nowhere, damage."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from pathlib import Path, PurePosixPath

import pytest
from hostile import CSV, SECONDS, in_time, read, refused, tarred, understood, zipped

from lossclinic_ingest.logs.events.places import places


def raw_zip(
    stream: bytes, declared: int, method: int = zipfile.ZIP_DEFLATED, name: bytes = b"log.csv"
) -> bytes:
    """A zip with one entry that says of itself what it likes."""
    crc = zlib.crc32(stream)
    about = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 0, crc, len(stream), declared, len(name), 0)
    entry = b"PK\x03\x04" + about + name + stream
    index = b"PK\x01\x02" + struct.pack("<H", 20) + about + bytes(14) + name
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(index), len(entry), 0)
    return entry + index + b"PK\x05\x06" + end


def deflated_zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(16_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (megabytes // 16) + packer.flush()


def endless_header() -> bytes:
    """A tar whose first entry is an extended header of 4 GB."""
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 4_000_000_000
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT)) + gzip.compress(bytes(16_000_000)) * 260


ZEROS = bytes(16_000_000)
BOMBS = {
    "zip that says 4 GB": lambda: raw_zip(deflated_zeros(4000), 4_000_000_000),
    "zip that says 10 bytes": lambda: raw_zip(deflated_zeros(4000), 10),
    "zip packed with bzip2": lambda: raw_zip(bz2.compress(ZEROS) * 250, 10_000_000, zipfile.ZIP_BZIP2),
    "zip packed with LZMA": lambda: raw_zip(lzma.compress(ZEROS) * 250, 10_000_000, zipfile.ZIP_LZMA),
    "gzip": lambda: gzip.compress(ZEROS) * 250,
    "gzip of rows": lambda: gzip.compress(b"1,1\n" * 4_000_000) * 250,
    "bzip2": lambda: bz2.compress(ZEROS) * 250,
    "xz": lambda: lzma.compress(ZEROS) * 250,
    "tar.gz": lambda: gzip.compress(tarred((tarfile.TarInfo("a.csv"), ZEROS * 4))) * 60,
    "tar.gz with an endless header": endless_header,
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_at_once_and_without_memory(kind: str) -> None:
    bomb = BOMBS[kind]()
    assert len(bomb) < 5_000_000
    with in_time(10 * SECONDS):  # tracing memory makes all slower
        tracemalloc.start()
        try:
            refused(bomb, "unpacks to more than 250 times|holds more than 400 MB|cannot be unpacked")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 120_000_000


def test_an_honest_archive_is_no_bomb() -> None:
    rows = b"step,loss,lr\n" + b"".join(b"%d,0.0,0.001\n" % step for step in range(50_000))
    for packed in (zipped({"a.csv": rows}), gzip.compress(rows), bz2.compress(rows), lzma.compress(rows)):
        assert len(understood(packed).series[0]) == 50_000


def test_an_archive_in_an_archive_is_not_opened() -> None:
    inner = zipped({"log.csv": CSV})
    refused(zipped({"inner.zip": inner}), "no training log among its 1 file")
    refused(zipped({"inner.csv": inner, "b.csv": gzip.compress(CSV)}), "no training log among its 2 files")
    refused(tarred((tarfile.TarInfo("inner.tar"), inner), mode="w:gz"), "no training log among its 1 file")


OUTSIDE = ["../evil.csv", "a/../../evil.csv", "/tmp/evil.csv", "..\\evil.csv"]


def test_names_that_lead_outside_are_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = {**dict.fromkeys(OUTSIDE, CSV), "run.csv": CSV}
    for archive in (zipped(files), tarred(*((tarfile.TarInfo(name), CSV) for name in files))):
        run = understood(archive)
        assert any("4 names pointing outside the archive" in note.en for note in run.notes)
    refused(zipped(dict.fromkeys(OUTSIDE, CSV)), "no training log among its 4 files")
    assert not list(tmp_path.iterdir())
    assert understood(zipped({"C:\\Windows\\run.csv": CSV})).source == "the given bytes"


def test_names_of_nothing_at_all() -> None:
    assert len(understood(raw_zip(CSV, len(CSV), zipfile.ZIP_STORED, name=b"")).series) == 1
    paths = [PurePosixPath("events"), PurePosixPath("a/events")]
    assert [place.run for place in places(paths, [{""}, {"."}])] == ["", "a"]


@pytest.mark.parametrize(
    "name", [".", "./", "", "/", "//", "a//b.csv", "./run.csv", " ", "\\", "metrics/", "a/./b.csv"]
)
def test_a_member_without_a_name(name: str) -> None:
    rows = b"1700000000000 0.5 0\n1700000000001 0.25 1\n"
    for files in (
        {name: CSV},
        {name: CSV, "a/b.csv": CSV},
        {name: rows, "m/metrics/loss": rows, "m/metrics/lr": rows},
    ):
        read(zipped({inside or "./": content for inside, content in files.items()}))
        for kind in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w", format=kind) as archive:
                for inside, content in files.items():
                    info = tarfile.TarInfo(inside)
                    info.size = len(content)
                    archive.addfile(info, io.BytesIO(content))
            read(buffer.getvalue())


def test_links_and_devices_are_not_followed(tmp_path: Path) -> None:
    kinds = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
    members = [(tarfile.TarInfo("run.csv"), CSV)]
    for place, kind in enumerate(kinds):
        info = tarfile.TarInfo(f"{place}.csv")
        info.type, info.linkname, info.devmajor, info.devminor = kind, "/etc/passwd", 1, 5
        members.append((info, b""))
    run = understood(tarred(*members))
    assert len(run.series) == 1
    assert "5 links not followed" in run.notes[-1].en
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, mode in (("a.csv", stat.S_IFLNK), ("b.csv", stat.S_IFCHR), ("c.csv", stat.S_IFREG)):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, CSV if mode == stat.S_IFREG else "/etc/passwd")
    assert "2 links not followed" in understood(buffer.getvalue()).notes[-1].en
    (tmp_path / "run.csv").write_bytes(CSV)
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe.csv")
    run = understood(tmp_path)
    assert run.series[0].values.tolist() == [0.5, 0.25, 0.125]
    assert "1 link not followed" in run.notes[-1].en


def test_a_tar_that_leads_back_to_its_beginning() -> None:
    info = tarfile.TarInfo("run.csv")
    info.type, info.size = tarfile.DIRTYPE, 0
    buffer = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    buffer[124:136] = (-1024 & (2**96 - 1)).to_bytes(12, "big")  # a size below zero, in base 256
    buffer[148:156] = b" " * 8
    buffer[148:156] = b"%06o\0 " % sum(buffer[:512])
    read(bytes(buffer) + tarred((tarfile.TarInfo("a.csv"), CSV)))


def test_an_encrypted_zip() -> None:
    data = bytearray(zipped({"run.csv": CSV}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    refused(bytes(data), "cannot be unpacked .*encrypted.*without a password")


@pytest.mark.parametrize(
    "whole",
    [
        zipped({f"{i}/run.csv": CSV * 20 for i in range(3)}),
        tarred((tarfile.TarInfo("run.csv"), CSV * 20), mode="w:gz"),
        tarred((tarfile.TarInfo("run.csv"), CSV * 20)),
        gzip.compress(CSV * 20),
        bz2.compress(CSV * 20),
        lzma.compress(CSV * 20),
    ],
    ids=["zip", "tar.gz", "tar", "gz", "bz2", "xz"],
)
def test_an_archive_cut_anywhere_and_damaged_anywhere(whole: bytes) -> None:
    with in_time(10 * SECONDS):
        for place in range(0, len(whole), max(1, len(whole) // 60)):
            read(whole[:place])
            read(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
