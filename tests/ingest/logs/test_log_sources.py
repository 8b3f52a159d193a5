"""What can be handed to `read_log`, what is refused, and in which words."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lossclinic_ingest.logs import READERS, UnreadableLog, read_log
from lossclinic_kb.errors import InputError
from lossclinic_kb.run import Run

TEXT = "step,loss,val_loss\n1,0.5,0.75\n2,0.25,NaN\n"


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_every_kind_of_source_gives_the_same_run(tmp_path: Path) -> None:
    path = write(tmp_path, "run.csv", TEXT.encode())
    with path.open("rb") as binary, path.open(encoding="utf-8") as text:
        sources = [
            path,
            str(path),
            TEXT.encode(),
            bytearray(TEXT.encode()),
            memoryview(TEXT.encode()),
            TEXT,
            binary,
            text,
        ]
        sources += [
            io.StringIO(TEXT),
            io.BytesIO(TEXT.encode()),
            TEXT.replace("\n", "\r\n"),
            TEXT.replace("\n", "\r"),
        ]
        runs = [read_log(given) for given in sources]
    for run in runs:
        assert [s.name for s in run.series] == ["loss", "val_loss"]
        assert run.series[0].values.tolist() == [0.5, 0.25]
        assert run.series[0].step is not None
        assert run.series[0].step.tolist() == [1.0, 2.0]
        assert run.series[1].non_finite == 1
    assert runs[0].source == runs[6].source == "run.csv"
    assert runs[5].source == "pasted text"
    assert read_log(TEXT, name="mine").source == "mine"


def test_a_text_file_opened_with_the_wrong_encoding(tmp_path: Path) -> None:
    path = write(tmp_path, "run.csv", "轮次,损失\n1,0.5\n2,0.25\n".encode("gb18030"))
    with path.open(encoding="utf-8") as file:
        assert read_log(file).series[0].role == "train_loss"


def test_one_line_of_json_is_pasted_text() -> None:
    entries = [
        {"step": 1, "epoch": 0.5, "loss": 2.5, "learning_rate": 0.1},
        {"step": 2, "epoch": 1, "loss": 2, "learning_rate": 0.1},
    ]
    assert read_log(str(entries).replace("'", '"')).format == "hf_trainer_state"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "PNG picture"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)), "JPEG picture"),
        (b"PK\x03\x04" + bytes(30) + b"xl/workbook.xml" + bytes(30), "Excel workbook"),
        (b"PK\x03\x04" + bytes(30) + b"archive/data.pkl" + bytes(30), "PyTorch checkpoint"),
        (b"\x1f\x8b\x08" + bytes(range(256)), "cannot be unpacked"),
        (b"PK\x03\x04" + bytes(80), "cannot be unpacked"),
        (b"\x80\x04\x95" + bytes(range(256)), "pickle"),
        (bytes(range(256)) * 40, "binary"),
        (b"name,city\nanna,berlin\nbob,paris\n", "no numbers"),
        (b"epoch,loss\n", "no numbers"),
        (b"epoch,loss\n0,0.5\n", "only one row"),
        (b"import os\nfor i in range(3):\n    print(i, 1)\n", "no known layout"),
        (b'{"log_history": [{"loss": 1', "not complete"),
        (b'{"log_history": []}', "log_history is empty"),
        (b'{"a": 1}', "no known layout"),
        (b"it was 5 yesterday\nand now it is 7 or so\n", "no known layout"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    path = write(tmp_path, "mystery.csv", content)
    with pytest.raises(UnreadableLog, match=said) as caught:
        read_log(path)
    for line in (str(caught.value), caught.value.text.zh):
        assert line.startswith("mystery.csv")
        assert "\n" not in line
    assert "; " in str(caught.value), "what to do comes after a semicolon"
    assert "；" in caught.value.text.zh


def test_a_folder_without_a_log(tmp_path: Path) -> None:
    with pytest.raises(UnreadableLog, match="there is no file in it"):
        read_log(tmp_path)
    write(tmp_path, "metrics.csv", b"")
    write(tmp_path, "notes.txt", b"step one: buy milk\n")
    with pytest.raises(UnreadableLog, match="no training log among its 2 files"):
        read_log(tmp_path)


@pytest.mark.parametrize("given", ["no/such/file.csv", "run\0.csv", "x" * 5000])
def test_no_such_file(given: str) -> None:
    with pytest.raises(UnreadableLog, match="no such file"):
        read_log(given)


def test_a_missing_path_object() -> None:
    with pytest.raises(UnreadableLog, match="no such file"):
        read_log(Path("no/such/file.csv"))


def test_too_big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLINIC_MAX_LOG_MB", "1")
    long = TEXT + "3,0.125,0.5\n" * 100_000
    for given in (write(tmp_path, "big.csv", long.encode()), long, long.encode(), io.StringIO(long)):
        with pytest.raises(UnreadableLog, match=r"more than 1 MB.*LOSSCLINIC_MAX_LOG_MB"):
            read_log(given)
    monkeypatch.setenv("LOSSCLINIC_MAX_LOG_MB", "lots")
    with pytest.raises(InputError, match="LOSSCLINIC_MAX_LOG_MB=lots: expected a whole number"):
        read_log(TEXT)


def test_too_many_cells_or_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = ",".join(["a"] * 6000) + "\n" + (",".join(["1"] * 6000) + "\n") * 2
    with pytest.raises(UnreadableLog, match="wide: it has more than 5000 columns"):
        read_log(wide, name="wide")
    monkeypatch.setenv("LOSSCLINIC_MAX_CELLS", "1")
    for text in ("a,b\n" + "1,2\n" * 600_000, "a,b\n" + "1,2\n" * 350_000 + "1,2,3,4\n"):
        with pytest.raises(UnreadableLog, match=r"or 1 million cells.*LOSSCLINIC_MAX_CELLS"):
            read_log(text)


def test_closed_and_write_only_files(tmp_path: Path) -> None:
    closed = io.StringIO(TEXT)
    closed.close()
    with pytest.raises(UnreadableLog, match="cannot be opened"):
        read_log(closed)
    with (tmp_path / "out.csv").open("w") as file, pytest.raises(UnreadableLog, match="cannot be opened"):
        read_log(file)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = write(tmp_path, "run.csv", TEXT.encode())
    path.chmod(0)
    with pytest.raises(UnreadableLog, match="cannot be opened"):
        read_log(path)


@pytest.mark.parametrize("given", [None, 3, [1, 2], object()])
def test_other_objects_are_the_callers_mistake(given: object) -> None:
    with pytest.raises(InputError, match="give a path"):
        read_log(given)


def test_roles_given_by_the_caller_win() -> None:
    run = read_log(TEXT, roles={"val_loss": "other", "loss": "val_loss"})
    assert [s.role for s in run.series] == ["val_loss", "other"]
    with pytest.raises(InputError, match=r"no column 'losss'.*loss, val_loss"):
        read_log(TEXT, roles={"losss": "train_loss"})
    with pytest.raises(InputError, match="no role"):
        read_log(TEXT, roles={"loss": "lossy"})  # type: ignore[dict-item]


def test_a_tie_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(READERS["keras_csv"], "sniff", lambda _: 0.4)
    run = read_log(TEXT)
    assert run.format == "keras_csv"
    assert "could also be" in run.notes[-1].en
    assert "也可能是" in run.notes[-1].zh


def test_every_note_speaks_both_languages() -> None:
    folder = Path(__file__).parents[2] / "logs"
    for expected in folder.glob("*/*/expected.json"):
        (log,) = (path for path in expected.parent.iterdir() if path.name != "expected.json")
        for note in read_log(log).notes:
            assert note.en
            assert any("\u4e00" <= char <= "\u9fff" for char in note.zh), note.zh
            assert note.en != note.zh


def test_parts_are_summed_where_there_is_no_total() -> None:
    text = "epoch,train/box_loss,train/cls_loss,val/box_loss,val/cls_loss\n1,1,2,1,NaN\n2,0.5,,1,2\n"
    run = read_log(text)
    (total,) = run.all("train_loss")
    assert total.name == "train/box_loss + train/cls_loss"
    assert total.values[0] == 3.0
    assert total.missing.tolist() == [False, True]
    (held_out,) = run.all("val_loss")
    assert np.isnan(held_out.values[0])
    assert not held_out.missing.any()
    assert (
        read_log(text, roles={"train/box_loss": "train_loss"}).all("train_loss")[0].name == "train/box_loss"
    )


def test_infinite_parts_and_huge_steps_warn_of_nothing() -> None:
    run = read_log("step,a_loss,b_loss\n-1e308,inf,-inf\n1e308,1,1\n-1e308,inf,1\n")
    (total,) = run.all("train_loss")
    assert np.isnan(total.values[0])
    assert total.values[1:].tolist() == [2.0, np.inf]


def test_opponents_are_not_summed() -> None:
    run = read_log("step,actor_loss,critic_loss\n1,1,2\n2,1,3\n")
    assert not run.all("train_loss")
    assert "pull against" in run.notes[0].en


def test_of_a_gan_the_generator_is_followed() -> None:
    run = read_log("step,d_loss,g_loss,d_acc\n1,1,2,.5\n2,1,3,.6\n")
    assert [series.name for series in run.all("train_loss")] == ["g_loss"]
    assert not run.all("train_acc"), "what the discriminator gets right is no accuracy of the model"
    assert "generator" in run.notes[0].en


ITERATIONS = "Iteration {}, loss = {:.8f}\nValidation score: {:.6f}\n"


def scores(*values: float) -> Run:
    """Return what is read of a log with such scores, as scikit-learn prints it."""
    return read_log("".join(ITERATIONS.format(i, 1 / i, score) for i, score in enumerate(values, 1)))


def test_the_score_of_a_classifier_is_its_accuracy() -> None:
    run = scores(24 / 72, 38 / 72, 46 / 72, 44 / 72)
    assert [series.name for series in run.all("val_acc")] == ["Validation score"]
    assert run.config["framework"] == "scikit-learn"
    assert "1/36" in run.notes[-1].en
    assert scores(0.5, 0.5, 0.5).all("val_acc")


@pytest.mark.parametrize(
    "values", [(-0.2, 0.1, 0.3), (0.412873, 0.523341, 0.613377, 0.700123), (0.412873,) * 3]
)
def test_the_score_of_a_regressor_is_none(values: tuple[float, ...]) -> None:
    run = scores(*values)
    assert not run.all("val_acc")
    assert not run.notes


def test_a_test_set_is_not_validation() -> None:
    run = read_log("epoch,train_loss,test_loss\n1,1,2\n2,1,3\n")
    assert not run.all("val_loss")
    assert "test_loss" in run.notes[-1].en


def test_reading_needs_neither_pandas_nor_torch_nor_scipy(tmp_path: Path) -> None:
    path = write(tmp_path, "run.csv", TEXT.encode())
    code = (
        "import sys; from lossclinic_ingest.logs import read_log; "
        f"read_log({str(path)!r}); print([m for m in ('pandas', 'torch', 'scipy', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
