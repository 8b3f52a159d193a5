"""Jupyter notebooks: the output of their cells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lossclinic_ingest.logs import UnreadableLog, read_log, read_runs

LOSS = [2.0, 1.5, 1.25, 1.0]
VAL = [2.25, 1.75, 1.5, 1.5]


def stream(*lines: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": [f"{line}\n" for line in lines]}


def shown(page: str, plain: str = "<IPython.core.display.HTML object>") -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": page, "text/plain": [plain]}}


def notebook(*cells: list[dict[str, Any]]) -> bytes:
    """Return a notebook, written as Jupyter writes it, whose code cells have these outputs."""
    held = [{"cell_type": "markdown", "metadata": {}, "source": ["# Training"]}]
    held += [{"cell_type": "code", "execution_count": i, "metadata": {}, "source": ["fit()"], "outputs": outputs} for i, outputs in enumerate(cells, 1)]  # fmt: skip
    return json.dumps({"cells": held, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


def table_of_the_trainer() -> str:
    """Return the page that the Trainer shows in a notebook, its progress bar above the table."""
    head = "".join(f"<th>{name}</th>" for name in ("Epoch", "Training Loss", "Validation Loss"))
    rows = "".join(
        f"\n    <tr>\n      <td>{i + 1}</td>\n      <td>{'No log' if i == 0 else LOSS[i]}</td>\n      <td>{VAL[i]}</td>\n    </tr>"
        for i in range(4)
    )
    return (
        "\n    <div>\n      \n      <progress value='40' max='40' style='width:300px; height:20px;'></progress>\n"
        f'      [40/40 00:01, Epoch 4/4]\n    </div>\n    <table border="1" class="dataframe">\n  <thead>\n'
        f' <tr style="text-align: left;">\n      {head}\n    </tr>\n  </thead>\n  <tbody>{rows}\n  </tbody>\n</table><p>'
    )


def test_entries_that_a_cell_printed() -> None:
    printed = [json.dumps({"epoch": i, "train_loss": loss}) for i, loss in enumerate(LOSS)]
    run = read_log(
        notebook([stream("Collecting torch", "Installing...")], [stream("start", *printed)]), name="fit.ipynb"
    )
    assert run.source == "fit.ipynb"
    assert run.name == "cell 3"
    assert [series.values.tolist() for series in run.all("train_loss")] == [LOSS]
    assert any("notebook" in note.en for note in run.notes)


def test_the_table_of_the_trainer_in_a_notebook() -> None:
    run = read_log(notebook([shown(table_of_the_trainer())]))
    loss, val = run.all("train_loss")[0], run.all("val_loss")[0]
    assert loss.missing.tolist() == [True, False, False, False]
    assert loss.logged.values.tolist() == LOSS[1:]
    assert val.values.tolist() == VAL
    assert val.axis.tolist() == [1, 2, 3, 4]


def test_every_cell_is_a_run_of_its_own(tmp_path: Path) -> None:
    csv = [
        "epoch,train_loss,val_loss",
        *(f"{i},{a},{b}" for i, (a, b) in enumerate(zip(LOSS, VAL, strict=True))),
    ]
    file = tmp_path / "two.ipynb"
    file.write_bytes(notebook([stream(*csv)], [], [stream(*csv[:4]), shown("<b>done</b>")]))
    runs = read_runs(file)
    assert [run.name for run in runs] == ["cell 2", "cell 4"]
    assert [len(run.series[0]) for run in runs] == [4, 3]


def test_a_dict_that_a_cell_shows_as_its_result() -> None:
    result = {
        "output_type": "execute_result",
        "data": {"text/plain": [f"{{'loss': {LOSS}, ", f"'val_loss': {VAL}}}"]},
    }
    run = read_log(notebook([result]))
    assert [series.role for series in run.series] == ["train_loss", "val_loss"]


def test_a_notebook_without_output() -> None:
    with pytest.raises(UnreadableLog, match="no cell of this notebook has printed anything"):
        read_log(notebook([], []))
    with pytest.raises(UnreadableLog, match="no training log among its 1"):
        read_log(notebook([stream("hello", "world")]))


@pytest.mark.parametrize(
    "page",
    ["<tr>" * 200_000, "<td" * 200_000, "<tr><td>" * 100_000, "<" * 500_000, "<tr><td>1</td></tr>" * 50_000],
)
def test_pages_made_to_exhaust(page: str) -> None:
    with pytest.raises(UnreadableLog):
        read_log(notebook([shown(page, "")]))


def test_json_that_only_looks_like_a_notebook() -> None:
    for text in ('{"cells": 3, "nbformat": 4, "loss": [1.0, 0.5]}', '{"nbformat": 4, "loss": [1.0, 0.5]}'):
        assert read_log(text.encode()).series[0].values.tolist() == [1.0, 0.5]


@pytest.mark.parametrize("cells", ["[]", '[1, {"outputs": 2}, {"outputs": [3, {"text": 4}, {"data": 5}]}]'])
def test_a_damaged_notebook(cells: str) -> None:
    with pytest.raises(UnreadableLog, match="no cell of this notebook"):
        read_log(f'{{"cells": {cells}, "nbformat": 4}}'.encode())
