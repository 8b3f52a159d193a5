"""MLflow: the files of its file store, and the CSV that its pages download."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common import Row, by, save

LOSS = [2.3 * 0.9**step for step in range(20)]
HELD_OUT = [2.4 * 0.92**step for step in range(0, 20, 5)]


def main() -> None:
    """A metric alone, the folder of a run, a whole mlruns, no steps, NaN, resumed, damaged; downloads."""
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    store()
    downloads()


def store() -> None:
    """Log with mlflow, and compare with what its client returns."""
    import mlflow  # type: ignore[import-not-found]

    @contextmanager
    def experiment() -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            mlflow.set_tracking_uri(f"file://{folder}/mlruns")
            yield Path(folder)

    def train(
        name: str, losses: Sequence[float] = LOSS, params: Mapping[str, Any] | None = None, **more: Any
    ) -> str:
        with mlflow.start_run(run_name=name, **more) as run:
            mlflow.log_params(dict(params or {}))
            for step, loss in enumerate(losses):
                mlflow.log_metric("train/loss", loss, step=step)
                if step % 5 == 0:
                    mlflow.log_metric("val/loss", HELD_OUT[step // 5], step=step)
            return str(run.info.run_id)

    def history(run: str, name: str) -> list[float]:
        return [float(entry.value) for entry in mlflow.MlflowClient().get_metric_history(run, name)]

    def rows(run: str, roles: Mapping[str, str]) -> list[Row]:
        return [(name, role, history(run, name)) for name, role in roles.items()]

    def keep(case: str, log: Path, found: Sequence[Row], *, notes: int = 0, **more: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            bare = Path(folder) / log.name
            if log.is_dir():
                shutil.copytree(log, bare)
                without_addresses(bare)
            else:
                shutil.copy(log, bare)
            save("mlflow_metric", case, bare, found, written_by=by("mlflow-skinny"), notes=notes, **more)

    losses = {"train/loss": "train_loss", "val/loss": "val_loss"}
    facts = {"lr": 0.001, "batch_size": 32.0, "optimizer": "adam", "epochs": 4.0}
    params = {
        "learning_rate": 0.001,
        "batch_size": 32,
        "optimizer": "Adam",
        "epochs": 4,
        "dropout": None,
        "layers": [8, 8],
    }
    with experiment() as folder:
        run = train("first try", params=params)
        keep(
            "folder_of_a_run",
            next(folder.glob(f"mlruns/*/{run}")),
            rows(run, losses),
            config=facts,
            run="first try",
        )
        file = next(folder.glob(f"mlruns/*/{run}/metrics/train/loss"))
        keep("one_metric", file, [("loss", "train_loss", history(run, "train/loss"))], notes=1)

    with experiment() as folder:
        runs = [train("baseline", LOSS[:10]), train("wide"), train("baseline", LOSS[:5])]
        with mlflow.start_run(run_name="never trained"):
            mlflow.log_param("lr", 0.1)
        found = rows(runs[1], losses)
        names = ("baseline", "wide", "baseline (2)")
        keep("mlruns_of_several", folder / "mlruns", found, notes=1, run="wide", runs=names)

    with experiment() as folder:
        values = [1.0, 0.5, math.inf, -math.inf, math.nan, math.nan]
        with mlflow.start_run(run_name="explodes") as active:
            for step, value in enumerate(values):
                mlflow.log_metrics(
                    {"loss": value, "grad_norm": 1.0 + step, "epoch": step // 2}, step=10 * step
                )
        run = active.info.run_id
        found = rows(run, {"loss": "train_loss", "grad_norm": "grad_norm"})
        keep("nan_and_infinity", next(folder.glob(f"mlruns/*/{run}")), found, run="explodes")

    with experiment() as folder:
        with mlflow.start_run() as active:
            for loss in LOSS:
                mlflow.log_metric("training_loss", loss)
        run = active.info.run_id
        file = next(folder.glob(f"mlruns/*/{run}/metrics/training_loss"))
        keep("without_steps", file, rows(run, {"training_loss": "train_loss"}), notes=2)

    with experiment() as folder:
        run = train("resumed", LOSS[:12])
        train("resumed", LOSS[:8], run_id=run)
        keep(
            "resumed",
            next(folder.glob(f"mlruns/*/{run}")),
            rows(run, losses),
            notes=1,
            restarts=[3, 12],
            run="resumed",
        )

    with experiment() as folder:
        run = train("dropped")
        dropped = folder / "dropped"
        dropped.mkdir()
        for name in losses:
            shutil.copy(next(folder.glob(f"mlruns/*/{run}/metrics/{name}")), dropped / name.replace("/", "_"))
        found = [(name.replace("/", "_"), role, history(run, name)) for name, role in losses.items()]
        keep("files_dropped_together", dropped, found)

    with experiment() as folder:
        run = train("damaged")
        file = next(folder.glob(f"mlruns/*/{run}/metrics/train/loss"))
        lines = file.read_text().split("\n")
        lines[3] += lines.pop(4)  # two processes wrote at the same time
        lines[10] = "\0" * 40  # the machine went down
        file.write_text("\n".join(lines)[:-12])  # copied while it was being written
        kept = [*LOSS[:3], *LOSS[5:11], *LOSS[12:19]]
        keep("damaged_lines", file, [("loss", "train_loss", kept)], notes=4)


def without_addresses(folder: Path) -> None:
    """Leave out what names the machine: meta.yaml, and all tags but the name of the run."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and (
            path.suffix == ".yaml" or ("tags" in path.parts and path.name != "mlflow.runName")
        ):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def downloads() -> None:
    """Write what CsvUtils.ts and MetricsPlotPanel.tsx of MLflow's pages write."""

    def escaped(text: str) -> str:
        text = text.replace('"', '""')
        return f'"\'{text}"' if text[:1] in ("=", "+", "-", "@", "\r", "\t") else f'"{text}"'

    def number(value: float) -> str:
        """Return what JavaScript's toString() makes of it."""
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(
            str(value), repr(value).removesuffix(".0")
        )

    def chart(case: str, held: Mapping[tuple[str, str], Mapping[str, Mapping[int, float]]], rows: Sequence[Row], *,
              header: str = "Run", notes: int = 0, **more: Any) -> None:  # fmt: skip
        lines = [[header, "Run ID", "metric", "step", "timestamp", "value"]]
        for metric in dict.fromkeys(metric for history in held.values() for metric in history):
            for (name, id_), history in held.items():
                for step, value in history.get(metric, {}).items():
                    lines.append([name, id_, metric, str(step), str(1790000000000 + step), number(value)])
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "loss.csv"
            log.write_text("".join(",".join(map(escaped, line)) + "\n" for line in lines), encoding="utf-8")
            save(
                "mlflow_csv",
                case,
                log,
                rows,
                written_by="format of MLflow CsvUtils.ts (chartMetricHistoryToCsv)",
                notes=notes,
                **more,
            )

    ids = ("4f2c1e9ab8d04c51a1d1f6f0c2e3b5a7", "9b1d7c3e5f60482d9a4b8c7d6e5f4031")
    loss = dict(enumerate(LOSS))
    rare = dict(zip(range(0, 20, 5), HELD_OUT, strict=True))
    both: list[Row] = [("train/loss", "train_loss", LOSS), ("val/loss", "val_loss", HELD_OUT)]
    chart("chart_of_one_run", {("upbeat-colt-7", ids[0]): {"train/loss": loss, "val/loss": rare}}, both)
    short = {step: loss[step] for step in range(6)}
    two = {
        ("upbeat-colt-7", ids[0]): {"train/loss": short},
        ('calm, "wide"', ids[1]): {"train/loss": loss, "val/loss": rare},
    }
    chart("chart_of_two_runs", two, both, notes=1, run='calm, "wide"', runs=("upbeat-colt-7", 'calm, "wide"'))
    same = {("test", ids[0]): {"train/loss": short}, ("test", ids[1]): {"train/loss": loss, "val/loss": rare}}
    chart(
        "chart_of_two_runs_of_one_name",
        same,
        both,
        notes=1,
        run=f"test ({ids[1]})",
        runs=tuple(f"test ({id_})" for id_ in ids),
    )
    bad = {0: 0.5, 1: -0.25, 2: -1.5, 3: math.inf, 4: -math.inf, 5: math.nan}
    odd = {("r", ids[0]): {"loss": bad, "@risk": bad}}
    chart(
        "negative_and_nan",
        odd,
        [("loss", "train_loss", [*bad.values()]), ("@risk", "other", [*bad.values()])],
    )
    long = {step: round(2.3 * 0.999**step, 3) for step in range(320)}
    chart(
        "group_sampled",
        {("batch: 8", ""): {"loss": long}},
        [("loss", "train_loss", [*long.values()])],
        header="Group",
        notes=1,
    )

    lines = [["run_id", "key", "value", "step", "timestamp"]]
    for id_, values in zip(ids, (short, loss), strict=True):
        lines += [
            [id_, "loss", number(value), str(step), str(1790000000000 + step)]
            for step, value in values.items()
        ]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "metrics.csv"
        log.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
        save("mlflow_csv", "metric_page_of_two_runs", log, [("loss", "train_loss", LOSS)], run=ids[1], runs=ids,
             written_by="format of MLflow MetricsPlotPanel.tsx (convertMetricsToCsv)", notes=1)  # fmt: skip
