"""Names of files and columns that strangers chose, and what of them reaches a terminal or a spreadsheet."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path

import pytest
from hostile import CSV, is_clear, refused, tarred, understood, zipped

from lossclinic_ingest.logs import UnreadableLog, read_log, read_runs
from lossclinic_kb.lab.record import write_csv
from lossclinic_kb.run import Run, series

NAMES = ["a\nb.csv", "\x1b[2J\x1b]0;owned\x07.csv", "<img src=x onerror=alert(1)>.csv", "x" * 5000 + ".csv", "9" * 5000 + ".csv", "\u202egnp.csv"]  # fmt: skip


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
