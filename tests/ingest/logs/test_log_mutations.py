"""Every recorded log, damaged in every way that logs get damaged: a run, or one line that says why not."""

from __future__ import annotations

import io
import json
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossclinic_ingest.logs import READERS, UnreadableLog, read_runs
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.reader import PartReader

CASES = sorted(path.parent for path in (Path(__file__).parents[2] / "logs").glob("*/*/expected.json"))
FORMATS = sorted({case.parent.name for case in CASES})
READS = 1500  # damaged logs in all, whatever the number of formats: about twelve seconds

UNSAFE = {"Cc", "Cs", "Zl", "Zp"}  # what breaks a line, is obeyed by a terminal, or cannot be printed

Files = dict[str, bytes]
Damage = Callable[[bytes, random.Random], bytes]


@cache
def files_of(case: Path) -> Files:
    """The files of a case by their path inside it; one with the name "" where the log is a file."""
    log = case / json.loads((case / "expected.json").read_text(encoding="utf-8"))["file"]
    if log.is_file():
        return {"": log.read_bytes()}
    return {
        path.relative_to(log).as_posix(): path.read_bytes()
        for path in sorted(log.rglob("*"))
        if path.is_file()
    }


def source_of(files: Files) -> bytes:
    """What a person would hand over: the file, or the folder zipped."""
    if list(files) == [""]:
        return files[""]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def cut_off_the_beginning(data: bytes, chance: random.Random) -> bytes:
    return data[chance.randrange(len(data) + 1) :]


def lose_a_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def repeat_a_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    place = chance.randrange(len(lines))
    return b"".join(lines[: place + 1] + lines[place:])


def swap_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def shuffle_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def join_lines(data: bytes, chance: random.Random) -> bytes:
    return data.replace(b"\n", chance.choice([b"", b" ", b"\r", b",", b"\n\n"]))


def put_nuls(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + bytes(chance.choice([1, 7, 4096])) + data[place:]


def change_separators(data: bytes, chance: random.Random) -> bytes:
    marks = [b",", b";", b"\t", b"|", b" ", b":", b"=", b"  ", "，".encode()]
    return data.replace(chance.choice(marks), chance.choice(marks))


def put_noise(data: bytes, chance: random.Random) -> bytes:
    place, length = chance.randrange(len(data) + 1), chance.choice([0, 1, 50])
    return data[:place] + chance.randbytes(chance.choice([1, 3, 100])) + data[place + length :]


def flip_bits(data: bytes, chance: random.Random) -> bytes:
    noisy = bytearray(data)
    for _ in range(min(len(noisy), chance.choice([1, 10]))):
        noisy[chance.randrange(len(noisy))] ^= 1 << chance.randrange(8)
    return bytes(noisy)


def encode_again(data: bytes, chance: random.Random) -> bytes:
    codec = chance.choice(["utf-16", "utf-16-le", "utf-16-be", "gb18030", "utf-8-sig", "utf-32", "cp1252"])
    return data.decode("utf-8", errors="replace").encode(codec, errors="replace")


def put_another_log(data: bytes, chance: random.Random) -> bytes:
    other = chance.choice(list(files_of(chance.choice(CASES)).values()))
    return other + data if chance.random() < 0.3 else data + other


SPELLINGS = [b"", b"nan", b"-inf", b"1e400", b"-1e308", b"9" * 400, b"0x1F", b"1_0", b"None", b"null", b"true", b'"', b"[]", b"{}", b"{", b"-", b"1,5",
             b"1.2.3", b"\xff", "１２".encode(), "∞".encode(), "²".encode(), b"=1+1", b"\x1b[31m", b"9007199254740993", b"1e-400", b"tensor(1)", b"-1", b"0"]  # fmt: skip
NUMBER = re.compile(rb"\d+(?:\.\d+)?")


def respell_numbers(data: bytes, chance: random.Random) -> bytes:
    spelling, share = chance.choice(SPELLINGS), chance.choice([0.01, 0.1, 1.0])
    return NUMBER.sub(lambda found: spelling if chance.random() < share else found[0], data)


DAMAGES: tuple[Damage, ...] = (
    cut, cut_off_the_beginning, lose_a_line, repeat_a_line, swap_lines, shuffle_lines, join_lines, put_nuls,
    change_separators, put_noise, flip_bits, encode_again, put_another_log, respell_numbers,
)  # fmt: skip


@dataclass(frozen=True)
class Damaged:
    """A recorded log and what happened to it; only this is drawn, so that a failure prints it."""

    case: str
    damages: tuple[str, ...]
    seed: int

    @property
    def files(self) -> Files:
        """The files, one of them damaged."""
        (case,) = (path for path in CASES if f"{path.parent.name}/{path.name}" == self.case)
        files, chance = dict(files_of(case)), random.Random(self.seed)
        name = chance.choice(list(files))
        for damage in self.damages:
            files[name] = next(each for each in DAMAGES if each.__name__ == damage)(files[name], chance)
        return files


def damaged(form: str) -> st.SearchStrategy[Damaged]:
    cases = [f"{form}/{case.name}" for case in CASES if case.parent.name == form]
    names = st.sampled_from([damage.__name__ for damage in DAMAGES])
    some = st.lists(names, min_size=1, max_size=3).map(tuple)
    return st.builds(Damaged, st.sampled_from(cases), some, st.integers(0, 2**32 - 1))


def either_a_run_or_a_refusal(source: bytes) -> None:
    """Read `source`; anything but a run of two values or one line in both languages fails the test."""
    runs, lines = (), ["", ""]
    try:
        runs = read_runs(source, name="damaged")
    except UnreadableLog as error:
        lines = [error.text.en, error.text.zh]
        assert "; " in lines[0], "what to do comes after a semicolon"
        assert "；" in lines[1]
    lines += [text for run in runs for note in run.notes for text in (note.en, note.zh)]
    assert not any(unicodedata.category(char) in UNSAFE for line in lines for char in line), lines
    for run in runs:
        assert max(len(series.logged) for series in run.series) >= 2
        assert len({series.name for series in run.series}) == len(run.series)
        for series in run.series:
            assert not np.isfinite(series.values[series.missing]).any()
            assert np.isfinite(series.axis).all()


@pytest.mark.parametrize("form", FORMATS)
def test_a_damaged_log(form: str) -> None:
    @settings(
        max_examples=max(20, READS // len(FORMATS)), deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(damaged(form))
    def check(log: Damaged) -> None:
        either_a_run_or_a_refusal(source_of(log.files))

    check()


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_log_that_is_still_being_written(case: Path) -> None:
    files = files_of(case)
    name = max(files, key=lambda each: len(files[each]))
    whole = files[name]
    chance = random.Random(case.name)
    for place in [chance.randrange(len(whole) + 1) for _ in range(3)]:
        either_a_run_or_a_refusal(source_of({**files, name: whole[:place]}))


@pytest.mark.parametrize("form", FORMATS)
def test_every_reader_gives_a_score_of_anything_and_reads_what_it_claims(form: str) -> None:
    @settings(
        max_examples=max(10, READS // 3 // len(FORMATS)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(damaged(form))
    def check(log: Damaged) -> None:
        for path, data in log.files.items():
            document = Document(path or "damaged", data=data)
            for reader in READERS.values():
                with np.errstate(all="ignore"):
                    score = reader.sniff(document)
                assert isinstance(score, float), reader.ID
                assert 0.0 <= score <= 1.0, reader.ID
                if score:
                    claimed_is_read(reader.ID, document)

    check()


def claimed_is_read(id_: str, document: Document) -> None:
    """Read the document with a reader that knows it, whether or not another one is surer."""
    reader = READERS[id_]
    try:
        with np.errstate(all="ignore"):
            runs = reader.read(document)
            if isinstance(reader, PartReader):
                reader.runs_of([document, document])
                runs = [*runs, reader.read_parts([document, document])]
    except UnreadableLog:
        return
    assert all(run.format == id_ for run in runs)
