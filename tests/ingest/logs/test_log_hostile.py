"""Files made to break a reader: each ends within `SECONDS` as a run, or as one clear line in both languages."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import stat
import struct
import tarfile
import time
import tracemalloc
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest

from lossclinic_ingest.logs import UnreadableLog, read_log, read_runs
from lossclinic_ingest.logs.events.places import places
from lossclinic_kb.lab.record import write_csv
from lossclinic_kb.run import Run, series

SECONDS = 5.0  # of a processor; most take a hundredth of that
CSV = b"step,loss\n1,0.5\n2,0.25\n3,0.125\n"
NAMES = ["a\nb.csv", "\x1b[2J\x1b]0;owned\x07.csv", "<img src=x onerror=alert(1)>.csv", "x" * 5000 + ".csv", "9" * 5000 + ".csv", "\u202egnp.csv"]  # fmt: skip


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


@pytest.mark.parametrize("name", NAMES)
def test_names_made_to_be_obeyed(name: str, tmp_path: Path) -> None:
    short = name if len(name) < 250 else name[:200]
    (tmp_path / short).write_bytes(CSV)
    (tmp_path / "other.csv").write_bytes(CSV)
    for source in (
        zipped({name: CSV, "other.csv": CSV}),
        tarred((tarfile.TarInfo(name), CSV), (tarfile.TarInfo("other.csv"), CSV)),
        tmp_path,
        [tmp_path / short, tmp_path / "other.csv"],
    ):
        runs = read_runs(source)
        assert len(runs) == 2
        assert all(is_clear(run.name) for run in runs)
        understood(source)
    refused(b"nothing", "no numbers", name=name)
    refused(zipped({name: b"nothing"}), "no training log among its 1 file")
    assert is_clear(understood(CSV, name=name).source)
    with pytest.raises(UnreadableLog) as caught:
        read_log(Path("no") / name)
    assert is_clear(str(caught.value))


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/r\xff\xfen.csv"
    Path(os.fsdecode(path)).write_bytes(CSV)
    assert understood(Path(os.fsdecode(path))).source == "r\ufffdn.csv"
    understood(tmp_path).source.encode()


def test_columns_made_to_be_obeyed() -> None:
    names = ["loss\x1b[31m\n", "<img src=x onerror=alert(1)>", "val\x00_loss", "z" * 5000, "lr\u2028", "=1+1"]
    frame = {name: [1.0, 0.5, 0.25] for name in names}
    entries = [{"step": step, "epoch": 1, "loss": 0.5, "learning_rate": 0.1, **dict.fromkeys(names, 0.5)} for step in range(3)]  # fmt: skip
    table = ",".join(f'"{name}"' for name in ["step", *names])
    assert len(understood(frame).series) == len(names)
    assert len(understood(json.dumps(entries).encode()).series) == len(names) + 2
    understood(f"{table}\n1,1,1,1,1,1,1\n2,1,1,1,1,1,1\n")
    alike = understood({"loss\x01": [1.0, 2.0], "loss\x02": [3.0, 4.0]})
    assert [one.name for one in alike.series] == ["loss\ufffd", "loss\ufffd (2)"]
    half = understood(
        b'[{"step":1,"epoch":1,"loss":1,"learning_rate":1,"a\\ud800":1},{"step":2,"a\\ud800":2}]'
    )
    assert half.series[-1].name == "a\ufffd"


LINES = {
    "digits": b"step,loss\n1,%s\n2,1\n3,2\n" % (b"9" * 20_000_000),
    "commas": b"step,loss\n1,0.5\n%s\n2,1\n3,2\n" % (b"1," * 10_000_000),
    "nothing but commas": b"1," * 10_000_000,
    "words": b"step,loss\n1,0.5\n%s\n2,1\n3,2\n" % (b"word " * 4_000_000),
    "an open quote": b'step,loss\n1,0.5\n"%s\n2,1\n3,2\n' % (b"word " * 4_000_000),
    "quotes": b'step,loss\n1,0.5\n%s\n2,1\n3,2\n' % (b'"' * 20_000_000),
    "one word": b"a" * 20_000_000,
    "blanks": b"1%s1\n2 2\n3 3\n" % (b" " * 20_000_000),
    "tabs": b"\t" * 20_000_000,
    "bars": b"|" * 20_000_000,
    "codes of a terminal": b"\x1b[" * 10_000_000,
    "an open code of a terminal": b"\x1b[" + b"0;" * 10_000_000,
    "pairs": b"step=1 loss=0.5 " * 1_250_000,
    "a progress bar": b"  5%|#    | 1/20 [00:01<00:19, 1.0it/s, loss=0.5]\r" * 400_000,
    "brackets": b"[" * 20_000_000,
    "one object": b'{"a":' + b'"' + b"x" * 20_000_000 + b'"}',
    "dots": b"1." * 10_000_000,
    "NUL": bytes(20_000_000),
    "high bytes": b"\xe9 " * 10_000_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", LINES)
def test_a_line_of_20_megabytes(kind: str) -> None:
    read(LINES[kind])


def test_a_long_line_does_not_hide_the_rows_around_it() -> None:
    assert len(understood(LINES["words"]).series[0].logged) == 3


DEEP = {
    "open lists": b"[" * 100_000,
    "lists": b"[" * 100_000 + b"]" * 100_000,
    "objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a history": b'{"log_history":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "900 levels": b'{"log_history":[{"step":1,"loss":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}]}",
    "900 levels of a history": b'{"a":' * 900 + b"[1,2,3]" + b"}" * 900,
    "lines": b'{"step":1,"loss":2}\n' * 3 + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n",
    "900 levels in lines": (b'{"step":1,"loss":2,"x":' + b'{"a":' * 900 + b"1" + b"}" * 901 + b"\n") * 3,
    "digits": b'{"log_history":[{"step":1,"loss":%s},{"step":2,"loss":1}]}' % (b"9" * 10_000_000),
    "decimals": b'[{"step":1,"epoch":1,"eval_runtime":1,"loss":0.%s},{"step":2,"loss":1}]' % (b"3" * 10_000_000),
    "digits in lines": (b'{"step":1,"loss":%s}\n' % (b"9" * 3_000_000)) * 3,
    "a digit more than Python converts": b'{"log_history":[{"step":1,"loss":1e%s},{"step":2,"loss":1}]}' % (b"9" * 5000),
}  # fmt: skip


@pytest.mark.parametrize("kind", DEEP)
def test_json_made_to_exhaust(kind: str) -> None:
    read(DEEP[kind])


SQUARES = {
    "combining marks in a cell": "step,loss\n1,a" + "\u0301\u0316" * 90_000 + "\n2,1\n3,2\n",
    "combining marks in a name": "step,loss,a" + "\u0301\u0316" * 90_000 + "\n2,1,1\n3,2,1\n",
    "an open tensor": "step;loss\n1;<tf.Tensor" + "numpy=x" * 20_000 + "\n2;1\n3;2\n",
    "open brackets": "step;loss\n1;tensor(" + "[" * 90_000 + "\n2;1\n3;2\n",
    "groups of digits": "step;loss\n1;" + "1 " * 90_000 + "!\n2;1\n3;2\n",
    "dotted words": "step;loss\n1;" + "a." * 90_000 + "!\n2;1\n3;2\n",
    "a new header every other line": "".join(f"step,loss{i}\n1,2\n" for i in range(6_000)),
    "the header every other line": "step,loss\n1,2\n" * 20_000,
    "4,000 columns of one name": ",".join(["loss"] * 4000) + "\n" + (",".join(["1"] * 4000) + "\n") * 3,
    "a new key in every line": "".join(f'{{"k{i}":1,"step":{i}}}\n' for i in range(20_000)),
    "a new key in every entry": json.dumps({"log_history": [{f"k{i}": 1.0, "step": i} for i in range(6000)]}),
    "1,000 quantities in long form": "step,metric,value\n" + "".join(f"{i},m{i % 1000},1\n" for i in range(50_000)),
    "words in every other row": "step,loss\n" + "".join(f"{i},w{i}\n{i},1\n" for i in range(50_000)),
    "rows of ten widths": "step,loss\n" + "".join("1," * (i % 10 + 1) + "\n" for i in range(40_000)),
    "half a million quotes": '"\n' * 500_000,
    "half a million brackets": "[\n" * 500_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", SQUARES)
def test_what_takes_time_that_grows_with_the_square(kind: str) -> None:
    read(SQUARES[kind].encode())


PIECES = [
    "iteration 1/ 1 | ", "step=1, skipped=1, lr=[", "steps: 1 loss: 1 ", "OVERFLOW! ", "[1] a's ", "a's x: ", "[Info] Iteration:1, valid_1 ", "iter: 1  total_loss: 1  ",
    "[1] a-", "a-", "1/1 x ", "1/1 - 1s - ", "a: 1 - ", "Step 1 | a", "Epoch(train)  [1][1/2] ", "optimizer = dict(", "a=", "a: ", "loss 1 ", "loss: nan ", "{'loss': 1, ", "{'", "| ",
    "epoch 001 | loss 1 ", "epoch 001:  1 / 1 loss=1, ", "iter 1: loss 1, time ", "step 1: train loss 1, val loss 1 ", "1", "1.", "1e", "-", "_", "aA", " ", "[", "[]", "(", "'", "eta: 1:",
    "1%|#| ", "1/2 [00:01<00:19, ", "[INFO] ", "2026-10-01 12:00:00,123 | INFO | ", "0:\tlearn: 0.5\ttotal: ", "best iteration ", " - ", "      1/3 ",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("piece", PIECES)
def test_a_line_made_of_one_piece(piece: str) -> None:
    def seconds(size: int) -> float:
        start = time.process_time()
        read((piece * (size // len(piece))).encode())
        return time.process_time() - start

    long = seconds(160_000)
    assert long < 1.0 or long < 9 * seconds(40_000), (
        "four times the length should take four times as long, not 16"
    )


def test_a_formula_is_words() -> None:
    command = "=cmd|' /C calc'!A0"
    run = understood(f"step,loss,note,lr\n1,0.5,{command},0.1\n2,0.25,=1+1,@x\n3,0.125,+1,0.1\n")
    assert [one.name for one in run.series] == ["loss", "lr"]
    assert run.series[1].missing.tolist() == [False, True, False]
    refused(f"a,b\n{command},=1+1\n=2,=3\n", "no known layout")


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+loss", "-loss", "@loss", "\tloss"])
def test_our_own_table_holds_no_formula(name: str, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv(Run("lab", (series(name, "train_loss", [1.0, -0.5], step=[1, 2]),)), path)
    header, first, second = path.read_text().splitlines()
    assert header.replace('"', "") == f"step,'{name}"
    assert (first, second) == ("1,1.0", "2,-0.5")
    assert [one.name for one in read_log(path).series] == [name.strip()]


def test_half_a_surrogate_in_utf16() -> None:
    text = "step,loss\n1,0.5\n2,0.25\n"
    half, rest = b"\x00\xd8", "3,0.125\n4,0.0625\n".encode("utf-16-le")
    assert len(understood(text.encode("utf-16") + half).series[0].logged) == 2
    run = understood(text.encode("utf-16") + half + rest)
    assert run.series[0].values[-1] == 0.0625
    assert "1 damaged character" in run.notes[0].en
    assert read(b"\xff\xfe" + half * 1000) is None
    assert read(np.random.default_rng(0).bytes(2000).join([b"\xff\xfe", b""])) is None


TEN = (
    'epoch,loss,val_loss,step {"step": 1, "loss": 0.5} [0]\ttrain-logloss:0.5 iter 1: loss 0.5, time 1ms '
    "{'loss': 0.5, 'epoch': 1} Epoch(train) [1][1/2] lr: 1e-2 loss: 0.5 Step 1 | loss:0.5 lr:1 "
    "iteration 1/ 2 | lm loss: 5E-01 | 1/1 - 1s - loss: 0.5 - val_loss: 0.5 | INFO | train | epoch 001 | loss 0.5"
)


def test_a_line_that_looks_like_ten_formats() -> None:
    for text in (TEN, f"{TEN}\n" * 50, "\n".join(f"{i},{TEN}" for i in range(50)), f"{TEN}\r" * 50):
        read(text.encode())


CELL = {
    "cell_type": "code",
    "outputs": [{"output_type": "stream", "text": "step 1 loss 1\nstep 2 loss 0.5\n"}],
}


@pytest.mark.parametrize(
    ("setting", "value", "source", "said"),
    [
        ("LOG_MB", "1", b"1,2\n" * 300_000, "more than 1 MB"),
        ("LOG_MB", "1", zipped({"a.csv": np.random.default_rng(0).bytes(1_100_000)}), "more than 1 MB"),
        ("LOG_MB", "1", zipped({"a.csv": bytes(600_000), "b.csv": bytes(600_000)}), "more than 1 MB"),
        ("LOG_MB", "1", gzip.compress(bytes(1_100_000)), "more than 1 MB"),
        ("LOG_MB", "1", tarred((tarfile.TarInfo("a.csv"), bytes(1_100_000)), mode="w:xz"), "more than 1 MB"),
        ("CELLS", "1", b"a,b\n" + b"1,2\n" * 600_000, "or 1 million cells"),
        ("COLUMNS", "3", b"a,b,c,d\n" + b"1,2,3,4\n" * 3, "more than 3 columns"),
        ("COLUMNS", "5000", b",".join([b"a"] * 10_000) + b"\n" + (b"1," * 9999 + b"1\n") * 3, "more than 5000 columns"),
        ("FILES", "5", zipped({f"{i}.csv": CSV for i in range(6)}), "more than 5 files"),
        ("FILES", "5", tarred(*((tarfile.TarInfo(f"{i}.csv"), CSV) for i in range(6))), "more than 5 files"),
        ("FILES", "2000", zipped({f"{i}.csv": b"" for i in range(5000)}), "more than 2000 files"),
        ("FILES", "2000", json.dumps({f"run{i}": {"loss": [1, 2, 3]} for i in range(30_000)}).encode(), "more than 2000 runs"),
        ("FILES", "2000", json.dumps([{"name": f"r{i}", "loss": [1, 2]} for i in range(30_000)]).encode(), "more than 2000 runs"),
        ("FILES", "2000", json.dumps({"cells": [CELL] * 30_000, "nbformat": 4}).encode(), "more than 2000 runs or outputs"),
        ("RATIO", "20", gzip.compress(b"1,2\n" * 4_500_000), "more than 20 times its size"),
        ("RATIO", "20", zipped({"a.csv": b"1,2\n" * 4_500_000}), "more than 20 times its size"),
    ],
)  # fmt: skip
def test_every_limit_is_a_setting_that_its_message_names(
    setting: str, value: str, source: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"LOSSCLINIC_MAX_{setting}", value)
    refused(source, rf"{said}.*LOSSCLINIC_MAX_{setting}")


def test_a_limit_that_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = b",".join(b"c%d" % i for i in range(10_000)) + b"\n" + (b"1," * 9999 + b"1\n") * 3
    monkeypatch.setenv("LOSSCLINIC_MAX_COLUMNS", "10000")
    assert len(understood(wide).series) == 10_000
    monkeypatch.setenv("LOSSCLINIC_MAX_FILES", "3000")
    assert len(understood(zipped({f"{i}.csv": CSV for i in range(2100)})).others) == 2100


def test_a_folder_of_too_many_or_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(4):
        (tmp_path / f"{place}.csv").write_bytes(CSV + b"4,1\n" * 100_000)
    monkeypatch.setenv("LOSSCLINIC_MAX_LOG_MB", "1")
    refused(tmp_path, "more than 1 MB.*LOSSCLINIC_MAX_LOG_MB")
    monkeypatch.delenv("LOSSCLINIC_MAX_LOG_MB")
    monkeypatch.setenv("LOSSCLINIC_MAX_FILES", "3")
    refused(tmp_path, "more than 3 files.*LOSSCLINIC_MAX_FILES")
