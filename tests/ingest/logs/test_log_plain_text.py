"""Free text: what a line says, any value in any layout, and texts that are no logs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lossclinic_ingest.logs import UnreadableLog, read_log
from lossclinic_ingest.logs.texts.bars import bar_of
from lossclinic_ingest.logs.texts.counters import counters_of
from lossclinic_ingest.logs.texts.data_sets import heading_of
from lossclinic_ingest.logs.texts.free_lines import entry_of
from lossclinic_ingest.logs.texts.shapes import Shapes
from lossclinic_kb.run import Run


def values_of(run: Run, name: str) -> list[float]:
    return next(one.values.tolist() for one in run.series if one.name == name)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Epoch 3/10 - loss: 0.5", {"epoch": 3, "epochs": 10}),
        ("epoch=3 step=120 loss=0.53", {"epoch": 3, "step": 120}),
        ("[Epoch 3] train loss 0.5", {"epoch": 3}),
        ("Epoch: [0][  10/5005]\tTime  0.5 ( 1.0)", {"epoch": 0, "batch": 10, "batches": 5005}),
        ("Epoch: [0]  [ 10/100]  eta: 0:00:10", {"epoch": 0, "batch": 10, "batches": 100}),
        ("Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.29", {"epoch": 1, "batch": 640, "batches": 60000}),
        ("Epoch [1/5], Step [100/600], Loss: 0.5", {"epoch": 1, "epochs": 5, "step": 100, "steps": 600}),
        ("[0/5][0/1583]\tLoss_D: 1.7", {"epoch": 0, "epochs": 5, "batch": 0, "batches": 1583}),
        ("[1,  2000] loss: 2.213", {"epoch": 1, "batch": 2000}),
        ("| epoch   1 |   200/ 2983 batches | loss  7.63", {"epoch": 1, "batch": 200, "batches": 2983}),
        ("loss: 2.303494  [   64/60000]", {"batch": 64, "batches": 60000}),
        ("Epoch[3] Batch [100]\taccuracy=0.9", {"epoch": 3, "batch": 100}),
        ("{'epoch': 1, 'loss': 0.5}", {"epoch": 1}),
        ("Train: 3 [  50/1251 (  4%)]  Loss: 6.94", {"epoch": 3, "batch": 50, "batches": 1251}),
        ("Train: [3/300][10/1251]\tloss 6.9", {"epoch": 3, "epochs": 300, "batch": 10, "batches": 1251}),
        ("(epoch: 1, iters: 100, time: 0.1) D_A: 0.3", {"epoch": 1, "step": 100}),
        ("3epoch:train:1-100batch: loss=0.5", {"epoch": 3, "batch": 100}),
        ("第 3/20 轮，损失 0.5", {"epoch": 3, "epochs": 20}),
        ("第3轮/共20轮 损失 0.5", {"epoch": 3, "epochs": 20}),
        ("轮次 3 损失: 0.5", {"epoch": 3}),
        ("迭代次数: 100, 损失值: 0.5", {"step": 100}),
        ("[3/10] loss 0.4", {"count": 3, "counts": 10}),
        ("100: loss 0.4", {"count": 100}),
        ("Iteration 100 (12 iter/s, 8s/100 iters), loss = 0.5", {"step": 100}),
        ("Epoch Time: 0m 13s", {}),
        ("train_loss_epoch=0.5 batch_size=32", {}),
        ("ms/step 5 s/epoch 3.2", {}),
        ("acc: (45.00%) (576/1280)", {}),
    ],
)
def test_where_a_line_stands(line: str, expected: dict[str, float]) -> None:
    counters, _ = counters_of(line)
    found = {name: value for name, value in vars(counters).items() if value is not None and name != "plural"}
    assert found == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[Epoch 3] train loss 0.5 | val loss 0.6 acc 91.2%", {"train loss": "0.5", "val loss": "0.6", "val acc": "91.2%"}),
        ("Epoch 3: train_loss=0.5 acc=0.8 val_loss=0.6 val_acc=0.7", {"train_loss": "0.5", "acc": "0.8", "val_loss": "0.6", "val_acc": "0.7"}),
        ("Epoch 3 loss=0.5 val_loss=0.6 acc=0.7 val_acc=.8", {"loss": "0.5", "val_loss": "0.6", "acc": "0.7", "val_acc": ".8"}),
        ("step 100 val_loss 0.6 acc 0.9", {"val_loss": "0.6", "val acc": "0.9"}),
        ("Test set: Average loss: 0.0486, Accuracy: 9842/10000 (98%)", {"test Average loss": "0.0486", "test Accuracy": "9842/10000"}),
        ("Train - loss: 0.3 - acc: 0.9 | Val - loss: 0.4 - acc: 0.8", {"train loss": "0.3", "train acc": "0.9", "val loss": "0.4", "val acc": "0.8"}),
        ("train: {'loss': 0.5, 'acc': 0.8} val: {'loss': 0.6}", {"train loss": "0.5", "train acc": "0.8", "val loss": "0.6"}),
        ("loss (train): 0.5 loss (val): 0.4", {"loss (train)": "0.5", "loss (val)": "0.4"}),
        ("Loss train/val: 0.51/0.62", {"Loss train": "0.51", "Loss val": "0.62"}),
        ("D(x): 0.5\tD(G(z)): 0.4 / 0.2", {"D(x)": "0.5", "D(G(z))": "0.4"}),
        ("mAP@0.5: 0.6 top-1 acc: 0.5", {"mAP@0.5": "0.6", "top-1 acc": "0.5"}),
        ("step 1 loss nan grad norm inf lr 1e-05", {"loss": "nan", "grad norm": "inf", "lr": "1e-05"}),
        ("loss -> 0.5", {"loss": "0.5"}),
        ("loss: [0.5, 0.4] iou: [0.3]", {"iou": "0.3"}),
        ("损失为0.5，准确率为80%", {"损失": "0.5", "准确率": "80%"}),
        ("[D loss: 0.69, acc.: 50.0%] [G loss: 0.7]", {"D loss": "0.69", "acc": "50.0%", "G loss": "0.7"}),
        ("2026-10-01 12:00:00 step 1 loss 0.5 eta 0:01:02", {"loss": "0.5"}),
        ("PSNR: 30.12 dB SSIM: 0.9 time 3.2s", {"PSNR": "30.12", "SSIM": "0.9"}),
        ("saved ckpt-0.53.pt epoch_3_loss_0.5.pth", {}),
        ("Epoch 3: val_loss improved from 0.6 to 0.5, saving model", {}),
        ("it was 5 yesterday", {"it": "5"}),
    ],
)  # fmt: skip
def test_what_a_line_holds(line: str, expected: dict[str, str]) -> None:
    entry = entry_of(line)
    assert (dict(entry.values) if entry else {}) == expected


def test_bars() -> None:
    bar = bar_of("Epoch 3:  45%|████▌     | 45/100 [00:10<00:12, 4.5it/s, loss=0.5, v_num=3]")
    assert bar is not None
    assert (bar.title, bar.done, bar.all) == ("Epoch 3:  ", 45, 100)
    unknown = bar_of("45it [00:10, 4.5it/s, loss=0.5]")
    assert unknown is not None
    assert (unknown.done, unknown.all) == (45, None)
    assert bar_of("Epoch 3 loss 0.5") is None


@pytest.mark.parametrize(
    ("line", "split"),
    [("Validation:", "val"), ("Test Error: ", "test"), ("--- Evaluating ---", "val"), ("训练集：", "train"), ("Epoch 3", None), ("Done!", None)],
)  # fmt: skip
def test_headings(line: str, split: str | None) -> None:
    assert heading_of(line) == split


LAYOUTS: dict[str, Callable[[int, float, float], str]] = {
    "marks": lambda i, a, b: f"Epoch {i}/99 - loss: {a!r}, val_loss: {b!r}",
    "equals": lambda i, a, b: f"epoch={i} loss={a!r} val_loss={b!r}",
    "blanks": lambda i, a, b: f"[Epoch {i}] loss {a!r} | val_loss {b!r}",
    "logger": lambda i, a, b: (
        f"2026-10-01 12:00:00,123 - train - INFO - Epoch {i}: loss={a!r} val_loss={b!r}"
    ),
    "dict": lambda i, a, b: f"{{'epoch': {i}, 'loss': {a!r}, 'val_loss': {b!r}}} time 3s",
    "tensor": lambda i, a, b: f"Epoch {i} loss: tensor({a!r}, device='cuda:0') val_loss: tensor({b!r})",
    "bar": lambda i, a, b: (
        f"\rEpoch {i}: 100%|##########| 9/9 [00:01<00:00, 9.0it/s, loss={a!r}, val_loss={b!r}]"
    ),
    "chinese": lambda i, a, b: f"第 {i} 轮，loss：{a!r}，val_loss：{b!r}",
    "prose": lambda i, a, b: f"Finished epoch {i} with loss = {a!r} and val_loss = {b!r}",
}
ANY = st.floats(allow_nan=True, allow_infinity=True)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(deadline=None, max_examples=60)
@given(pairs=st.lists(st.tuples(ANY, ANY), min_size=2, max_size=8))
@example(pairs=[(0.0, 0.0), (math.inf, math.inf)])
@example(pairs=[(math.inf, -math.inf), (math.nan, math.inf)])
def test_any_value_in_any_layout(layout: str, pairs: Sequence[tuple[float, float]]) -> None:
    lines = [LAYOUTS[layout](i, a, b) for i, (a, b) in enumerate(pairs, 1)]
    run = read_log(("\n".join(lines) + "\n").encode())
    assert run.format == "plain_text"
    for name, column in (("loss", [a for a, _ in pairs]), ("val_loss", [b for _, b in pairs])):
        one = next(each for each in run.series if each.name == name)
        np.testing.assert_array_equal(one.values, column)
        assert one.epoch is not None
        assert one.epoch.tolist() == [float(i) for i in range(1, len(pairs) + 1)]
        assert not one.missing.any()
        assert one.role == ("train_loss" if name == "loss" else "val_loss")


NUMBERS = st.one_of(
    st.integers(0, 10**6).map(str), ANY.map(repr), st.floats(0, 100).map(lambda v: f"{v:.3f}")
)
SHAPES = (
    "Epoch {0} step {1} loss {2} val_loss: {3}",
    "Epoch: [{0}][{1}/{2}]\tLoss {3} ({4})\tAcc@1 {5} ({6})",
    "Epoch {0}:  45%|###  | {1}/{2} [00:10<00:12, 4.5it/s, loss={3}, acc={4}]",
    "第 {0} 轮，训练损失 {1}，验证准确率 {2}%",
    "Test set: Average loss: {0}, Accuracy: {1}/{2} ({3}%)",
    "{0} [D loss: {1}, acc.: {2}%] [G loss: {3}]",
    "nothing here but {0} words",
)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(SHAPES), st.lists(st.lists(NUMBERS, min_size=7, max_size=7), min_size=6, max_size=20))
def test_lines_of_one_shape_are_read_as_any_line(shape: str, rows: Sequence[Sequence[str]]) -> None:
    shapes = Shapes()
    for row in rows:
        line = shape.format(*row)
        assert shapes.entry_of(line, "") == entry_of(line)


NO_LOGS = {
    "prose": "it was 5 yesterday\nand 6 today\nit will be 7 tomorrow\n",
    "a question": "I train a resnet with lr 0.1. The loss is 2.3 at the beginning.\nAfter 10 epochs the loss was still 2.3.\nThanks\n",
    "a story": "".join(
        f"At epoch {i} my training loss was 0.{i} and the validation loss was 1.{i}, so I lowered the rate and tried again.\n" for i in range(1, 6)
    ),
    "一个问题": "我的模型训练了10轮，损失一直是2.3，准确率只有10%。\n学习率0.01，batch size 64。\n请问怎么办？\n",
    "code": (
        "import torch\nfrom torch import optim\n\ndef train(model, lr=0.001):\n    running_loss = 0.0\n    for epoch in range(10):\n"
        "        val_loss = 0.0\n        loss = criterion(model(x), y)\n        running_loss = 0.5\n        acc = 0.0\n    return running_loss\n"
    ),
    "pip": (
        "Collecting torch==2.1.0\n  Downloading torch-2.1.0-cp311-cp311-manylinux1_x86_64.whl (670.2 MB)\n"
        "     ━━━━━━━━━━━━━━━━ 670.2/670.2 MB 1.2 MB/s eta 0:00:00\n  Downloading numpy-1.26.0.whl (18.2 MB)\n"
        "     ━━━━━━━━━━━━━━━━ 18.2/18.2 MB 30.1 MB/s eta 0:00:00\nSuccessfully installed numpy-1.26.0 torch-2.1.0\n"
    ),
    "a stack trace": (
        'Traceback (most recent call last):\n  File "a.py", line 10, in <module>\n    loss = 0.5\n  File "b.py", line 20, in f\n'
        "    loss = 0.7\n  File \"c.py\", line 30, in g\n    loss = 0.9\nValueError: loss 0.5 is not 0.7 at step 10\n"
    ),
    "settings": "lr: 0.001\nbatch_size: 64\nepochs: 10\nloss: mse\nmomentum: 0.9\n",
    "results of several models": "* ResNet: accuracy 91.2\n* VGG: accuracy 89.1\n* AlexNet: accuracy 80.3\n",
    "a web server": "".join(f'10.0.0.{i} - - [01/Oct/2026:12:00:0{i} +0000] "GET /loss?x={i} HTTP/1.1" 200 612\n' for i in range(8)),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_LOGS)
def test_what_is_no_log_is_refused(kind: str) -> None:
    with pytest.raises(UnreadableLog):
        read_log(NO_LOGS[kind].encode())


def test_validation_stands_at_the_last_step_before_it() -> None:
    lines = [
        f"step {i * 10} loss 0.{9 - i}" + (f"\n>>> eval: loss 0.{9 - i}5" if i % 2 else "") for i in range(6)
    ]
    run = read_log("\n".join(lines).encode())
    val = run.pick("val_loss")
    assert val is not None
    assert val.step is not None
    assert val.step.tolist() == [10, 30, 50]


def test_what_was_decided_is_said_in_both_languages() -> None:
    text = "".join(f"[{i}/50] loss 0.5 (0.6) correct {i}/100 time 3.2s acc 0.5 ± 0.1\n" for i in range(1, 6))
    notes = read_log(text.encode()).notes
    assert [note.en for note in notes] == [
        "the count at the beginning of a line was taken as the epoch",
        "values in parentheses, usually running means, were left out",
        "the spread after ± was left out",
        "counts such as 9842/10000 were read as shares",
    ]
    assert all(any("一" <= char <= "鿿" for char in note.zh) for note in notes)


def test_steps_that_start_again_in_every_epoch_go_on() -> None:
    text = "".join(f"Epoch {e} iter {i} loss 0.5\n" for e in range(3) for i in range(0, 500, 100))
    one = read_log(text.encode()).series[0]
    assert one.step is not None
    assert (np.diff(one.step) == 100).all()
    assert not len(one.restarts)


def test_a_run_started_anew_keeps_its_order() -> None:
    epochs = [1, 2, 3, 1, 2]
    run = read_log("".join(f"Epoch {e} loss {e / 10}\n" for e in epochs).encode())
    assert run.series[0].epoch is not None
    assert run.series[0].epoch.tolist() == epochs
    assert values_of(run, "loss") == [e / 10 for e in epochs]


def test_nan_is_not_none() -> None:
    text = (
        "Epoch 1 loss: 0.5 val_loss: None\nEpoch 2 loss: nan val_loss: 0.5\nEpoch 3 loss: inf val_loss: nan\n"
    )
    run = read_log(text.encode())
    loss, val = values_of(run, "loss"), values_of(run, "val_loss")
    assert loss[0] == 0.5
    assert math.isnan(loss[1])
    assert loss[2] == math.inf
    assert val[0] == 0.5
    assert math.isnan(val[1])
    assert len(val) == 2


def test_a_count_beside_a_part_of_an_epoch_is_the_step() -> None:
    text = "".join(f"{i}/9500 (epoch {i / 190:.3f}), train_loss = {5 / i:.4f}\n" for i in range(170, 180))
    (loss,) = read_log(text).series
    assert loss.step is not None
    assert loss.epoch is not None
    assert loss.step.tolist() == list(range(170, 180))
    assert loss.epoch[0] == 0.895


def test_samples_and_steps_in_turn_do_not_share_an_axis() -> None:
    text = "".join(
        f"Train Epoch: 4 [{49920 + 40 * i}/141886 (35%)]     Loss: 0.{32 - i}\ngrad_norm: 4.0 iteration: {59448 + 5 * i}\n"
        for i in range(6)
    )
    run = read_log(text)
    assert not any(len(series.restarts) for series in run.series)
    norm = next(series for series in run.series if series.role == "grad_norm")
    assert norm.step is not None
    assert norm.step.tolist() == [59448.0 + 5 * i for i in range(6)]


def test_a_heading_that_names_the_epoch() -> None:
    text = "".join(
        f"Epoch {i} loss: {2 / i:.3f}\nValidation at epoch {i}\nloss: {2.5 / i:.3f}\n" for i in range(1, 6)
    )
    roles = {series.role: series.values[0] for series in read_log(text).series}
    assert roles == {"train_loss": 2.0, "val_loss": 2.5}


@pytest.mark.parametrize(
    "remark", ["true loss of this row is 16180.3", "step 3 loss: 5", "见 loss: 0.1，acc 0.9"]
)
def test_a_column_of_remarks_in_a_table_is_no_log(remark: str) -> None:
    rows = [f'{i},{2.0 / (i + 1)},0.1,"{remark if i % 7 == 0 else "fine"}"' for i in range(60)]
    run = read_log("\n".join(["step,train_loss,lr,remark", *rows]).encode(), name="run.csv")
    assert run.format == "generic_csv"
    assert values_of(run, "train_loss")[:2] == [2.0, 1.0]
