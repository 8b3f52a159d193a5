"""Folders and archives that programs leave behind: which runs are in them, and which is taken."""

from __future__ import annotations

import io
import json
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lossclinic_ingest.logs import UnreadableLog, read_log, read_runs
from lossclinic_kb.errors import InputError
from lossclinic_kb.run import Run

LOGS = Path(__file__).parents[2] / "logs"
EVENTS = LOGS / "tensorboard_events"


def zipped(folder: Path, target: Path, inside: str = "") -> Path:
    """Pack a folder as file managers do, below its own name or `inside`."""
    with zipfile.ZipFile(target / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir(inside or folder.name)
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"{inside or folder.name}/{path.relative_to(folder)}")
    return target / "packed.zip"


def tarred(mode: str) -> Callable[[Path, Path], Path]:
    def pack(folder: Path, target: Path) -> Path:
        with tarfile.open(target / "packed", mode) as archive:  # type: ignore[call-overload]
            archive.add(folder, folder.name)
        return target / "packed"

    return pack


def as_it_is(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target / "copy"))


def values(run: Run) -> dict[str, list[str]]:
    return {series.name: list(map(repr, series.values.tolist())) for series in run.series}


def after_records(data: bytes, count: int) -> int:
    """Return where the record number `count` of an event file ends."""
    end = 0
    for _ in range(count):
        end += 16 + struct.unpack_from("<Q", data, end)[0]
    return end


@pytest.mark.parametrize("pack", [as_it_is, zipped, tarred("w"), tarred("w:gz"), tarred("w:xz")])
@pytest.mark.parametrize("case", ["two_runs", "keras_train_and_validation", "lightning_versions", "resumed"])
def test_an_archive_is_read_as_its_folder(
    case: str, pack: Callable[[Path, Path], Path], tmp_path: Path
) -> None:
    plain, packed = read_runs(EVENTS / case / "log"), read_runs(pack(EVENTS / case / "log", tmp_path))
    assert [run.name for run in packed] == [run.name for run in plain]
    for mine, theirs in zip(packed, plain, strict=True):
        assert mine.format == "tensorboard_events"
        assert values(mine) == values(theirs)
        assert [note.en for note in mine.notes] == [note.en for note in theirs.notes]


def test_a_run_is_taken_by_its_name() -> None:
    logdir = EVENTS / "two_runs" / "log"
    assert [run.name for run in read_runs(logdir)] == ["adam", "sgd"]
    longest = read_log(logdir)
    assert (longest.name, longest.others) == ("sgd", ("adam", "sgd"))
    assert longest.notes[-1].en == "2 runs in this log (adam, sgd); the longest was taken: sgd"
    assert longest.notes[-1].zh == "这份日志里有 2 次训练（adam, sgd），取了最长的一次：sgd"
    adam = read_log(logdir, run="adam")
    assert len(adam.series[0]) == 8
    assert not adam.notes
    with pytest.raises(InputError, match="no run 'rmsprop' in log; runs: adam, sgd"):
        read_log(logdir, run="rmsprop")


def test_bytes_and_open_files_of_an_archive(tmp_path: Path) -> None:
    data = zipped(EVENTS / "two_runs" / "log", tmp_path).read_bytes()
    for source in (data, io.BytesIO(data)):
        assert read_log(source, run="sgd").series[0].role == "train_loss"


def test_versions_of_lightning(tmp_path: Path) -> None:
    long = LOGS / "lightning_csv" / "long_with_validation" / "metrics.csv"
    brief = LOGS / "lightning_csv" / "no_validation" / "metrics.csv"
    for number, log in (("2", brief), ("10", long)):
        version = tmp_path / "lightning_logs" / f"version_{number}"
        (version / "checkpoints").mkdir(parents=True)
        shutil.copy(log, version / "metrics.csv")
        (version / "hparams.yaml").write_text("lr: 0.01\nbatch_size: 8\n")
        (version / "checkpoints" / "epoch=3-step=32.ckpt").write_bytes(b"PK\x03\x04" + bytes(500))
    runs = read_runs(tmp_path / "lightning_logs")
    assert [run.name for run in runs] == ["version_2/metrics.csv", "version_10/metrics.csv"]
    taken = read_log(tmp_path / "lightning_logs")
    assert taken.name == "version_10/metrics.csv"
    assert values(taken) == values(read_log(long))
    assert values(read_log(tmp_path / "lightning_logs" / "version_2")) == values(read_log(brief))


def test_checkpoints_of_the_trainer(tmp_path: Path) -> None:
    text = (LOGS / "hf_trainer_state" / "resumed" / "trainer_state.json").read_text()
    state = json.loads(text)
    out = tmp_path / "output"
    for step in (8, 16, 24):
        folder = out / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        history = [entry for entry in state["log_history"] if entry["step"] <= step]
        (folder / "trainer_state.json").write_text(json.dumps({**state, "log_history": history}))
        (folder / "config.json").write_text('{"hidden_size": 16, "num_hidden_layers": 1}')
        (folder / "tokenizer.json").write_text('{"version": "1.0", "model": {"vocab": {"a": 1, "b": 2}}}')
        (folder / "model.safetensors").write_bytes(bytes(100))
        (folder / "rng_state.pth").write_bytes(bytes(100))
    runs = read_runs(out)
    assert [run.name for run in runs] == [f"checkpoint-{step}/trainer_state.json" for step in (8, 16, 24)]
    taken = read_log(out)
    assert taken.name == "checkpoint-24/trainer_state.json"
    assert "3 runs in this log" in taken.notes[-1].en


def test_the_folder_itself_beside_its_subfolders(tmp_path: Path) -> None:
    logdir = Path(shutil.copytree(EVENTS / "two_runs" / "log", tmp_path / "runs"))
    event_file = next((logdir / "adam").iterdir())
    shutil.copy(event_file, logdir)
    assert [run.name for run in read_runs(logdir)] == ["adam", ".", "sgd"]
    assert len(read_log(logdir, run=".").series[0]) == 8


def test_several_files_dropped_together() -> None:
    folder = LOGS / "tensorboard_csv" / "several_of_one_run" / "log"
    run = read_log(sorted(folder.iterdir()))
    assert values(run) == values(read_log(folder))
    assert {series.role for series in run.series} == {"train_loss", "val_loss", "lr"}


def test_files_of_the_same_name_from_two_folders() -> None:
    paths = [LOGS / "lightning_csv" / case / "metrics.csv" for case in ("no_validation", "epoch_means_only")]
    assert [run.name for run in read_runs(paths)] == [
        "epoch_means_only/metrics.csv",
        "no_validation/metrics.csv",
    ]


def test_a_run_without_a_curve_is_told_of(tmp_path: Path) -> None:
    logdir = Path(shutil.copytree(EVENTS / "two_runs" / "log", tmp_path / "runs"))
    (logdir / "started").mkdir()
    event_file = next((logdir / "adam").iterdir())
    data = event_file.read_bytes()
    (logdir / "started" / event_file.name).write_bytes(data[: after_records(data, 2)])  # version, one point
    run = read_log(logdir)
    assert run.others == ("adam", "sgd")
    assert "left out, fewer than two values: started" in [note.en for note in run.notes]
    assert "已忽略（不足两个数值）：started" in [note.zh for note in run.notes]
    (logdir / "started" / event_file.name).write_bytes(data[: after_records(data, 1)])
    assert any("there are no scalars in it yet" in note.en for note in read_log(logdir).notes)


def test_one_damaged_run_does_not_stop_the_others(tmp_path: Path) -> None:
    logdir = Path(shutil.copytree(EVENTS / "two_runs" / "log", tmp_path / "runs"))
    event_file = next((logdir / "sgd").iterdir())
    data = event_file.read_bytes()
    event_file.write_bytes(data[: after_records(data, 5)] + b"\xff" * 40)
    runs = {run.name: run for run in read_runs(logdir)}
    assert len(runs["adam"].series[0]) == 8
    assert len(runs["sgd"].series[0]) == 4
    assert any("damaged from byte" in note.en for note in runs["sgd"].notes)
    assert not any("damaged" in note.en for note in runs["adam"].notes)


def test_weights_and_profiles_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLINIC_MAX_LOG_MB", "1")
    logdir = Path(shutil.copytree(EVENTS / "two_runs" / "log", tmp_path / "runs"))
    for name in ("model.ckpt.data-00000-of-00001", "worker.pt.trace.json", "model.safetensors"):
        (logdir / "adam" / name).write_bytes(b"[1, 2]" * 400_000)
    assert [run.name for run in read_runs(logdir)] == ["adam", "sgd"]


def test_a_folder_of_nothing_but_pictures(tmp_path: Path) -> None:
    (tmp_path / "curve.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    with pytest.raises(UnreadableLog, match="no training log among its 1 file"):
        read_log(tmp_path)


@pytest.mark.parametrize("name", ["train", "test", "validation"])
def test_a_run_may_be_called_like_a_half(name: str, tmp_path: Path) -> None:
    logdir = tmp_path / "runs"
    shutil.copytree(EVENTS / "two_runs" / "log" / "sgd", logdir / name)
    shutil.copytree(EVENTS / "two_runs" / "log" / "adam", logdir / "other")
    assert [run.name for run in read_runs(logdir)] == sorted([name, "other"])
    (series,) = read_log(logdir, run=name).series
    assert series.role == ("val_loss" if name == "validation" else "train_loss")


def test_halves_of_several_runs_stay_apart(tmp_path: Path) -> None:
    for run in ("a", "b"):
        shutil.copytree(EVENTS / "keras_train_and_validation" / "log", tmp_path / "logs" / "fit" / run)
    runs = read_runs(tmp_path / "logs")
    assert [run.name for run in runs] == ["fit/a", "fit/b"]
    for run in runs:
        assert run.pick("train_loss") is not None
        assert run.pick("val_loss") is not None
        np.testing.assert_array_equal(run.all("val_loss")[0].epoch, np.arange(5.0))
