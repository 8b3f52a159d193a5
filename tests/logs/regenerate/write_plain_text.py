"""Printed lines of trainings: real programs, the formats of well-known examples, and layouts that people invent."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from captured import captured, log_file
from common import Row, by, save

HAND = "made by hand"
FULL = "██████████"


def falling(count: int, start: float = 2.3, rate: float = 0.9) -> list[float]:
    """Return a loss that falls."""
    return [start * rate**i for i in range(count)]


def shown(values: Iterable[float], form: str) -> list[float]:
    """Return values as they are printed."""
    return [float(format(value, form)) for value in values]


def write(
    case: str, text: str, rows: Sequence[Row], notes: int = 0, *, author: str = HAND, **more: Any
) -> None:
    with log_file(more.pop("name", "train.log")) as log:
        log.write_text(text, encoding=more.pop("encoding", "utf-8"))
        save("plain_text", case, log, rows, written_by=author, notes=notes, **more)


def by_hand() -> None:
    """What people print: one line per epoch or step, in every way."""
    train, val = falling(8), [value + 0.1 for value in falling(8)]
    right = [0.5 + 0.05 * i for i in range(8)]

    lines = [
        f"Epoch {i}/10 - loss: {t:.4f}, val_loss: {v:.4f}"
        for i, (t, v) in enumerate(zip(train, val, strict=True), 1)
    ]
    rows: list[Row] = [
        ("loss", "train_loss", shown(train, ".4f")),
        ("val_loss", "val_loss", shown(val, ".4f")),
    ]
    write("epochs_with_validation", "\n".join(lines) + "\n", rows, config={"epochs": 10.0})

    text = """Collecting torch==2.1.0
  Downloading torch-2.1.0-cp311-cp311-manylinux1_x86_64.whl (670.2 MB)
     ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 670.2/670.2 MB 1.2 MB/s eta 0:00:00
Using device: cuda:0
Total params: 11,689,512
lr = 0.01
batch_size: 64
optimizer: adam
"""
    text += "".join(f"epoch={i // 4} step={i * 40} loss={t:.2f} time=12.3s\n" for i, t in enumerate(train))
    text += """Traceback (most recent call last):
  File "train.py", line 45, in <module>
    loss = criterion(output, target) * 0.5
  File "train.py", line 20, in forward
    return x + 1.0  # loss 0.3
RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB
"""
    config = {"lr": 0.01, "batch_size": 64.0, "optimizer": "adam"}
    write(
        "steps_between_noise",
        text,
        [("loss", "train_loss", shown(train, ".2f"))],
        1,
        config=config,
        name="slurm-1.out",
    )

    lines = [
        f"[Epoch {i}] train loss {t:.3f} | val loss {v:.3f} acc {100 * a:.1f}%"
        for i, (t, v, a) in enumerate(zip(train, val, right, strict=True))
    ]
    rows = [
        ("train loss", "train_loss", shown(train, ".3f")),
        ("val loss", "val_loss", shown(val, ".3f")),
        ("val acc", "val_acc", [float(f"{100 * a:.1f}") / 100 for a in right]),
    ]
    write("names_without_marks", "\n".join(lines) + "\n", rows, 1)

    rough = [2.3, 2.07, math.nan, math.inf, -math.inf, 1.9, 1.8]
    held: list[float | None] = [2.4, None, math.nan, None, 2.2, None, 2.0]
    lines = [
        f"Epoch {i} loss: {t:.3f} val_loss: {'None' if v is None else format(v, '.3f')}"
        for i, (t, v) in enumerate(zip(rough, held, strict=True))
    ]
    rows = [("loss", "train_loss", rough), ("val_loss", "val_loss", [v for v in held if v is not None])]
    write("nan_infinity_and_none", "\n".join(lines) + "\n", rows)

    epochs = [0, 1, 2, 3, 4, 3, 4, 5]
    text = "".join(f"Epoch {e} | loss {t:.3f}\n" for e, t in zip(epochs, train, strict=True))
    text = text.replace(
        "Epoch 3 | loss 1.358", "Resuming from checkpoint at epoch 2 (best loss 1.863)\nEpoch 3 | loss 1.358"
    )
    write("resumed", text, [("loss", "train_loss", shown(train, ".3f"))], 1, restarts=[5])

    text = ""
    for i, (t, v) in enumerate(zip(train, val, strict=True), 1):
        text += f"Epoch: {i}\tTraining Loss: {t:.6f}\tValidation Loss: {v:.6f}\n"
        text += f"Validation loss decreased ({v + 0.1:.6f} --> {v:.6f}).  Saving model ...\n" if i % 2 else ""
        text += f"EarlyStopping counter: {i} out of 9\n" if not i % 2 else ""
    text += "Best val loss: 1.200 at epoch 3\n"
    rows = [
        ("Training Loss", "train_loss", shown(train, ".6f")),
        ("Validation Loss", "val_loss", shown(val, ".6f")),
    ]
    write("early_stopping_in_between", text, rows)

    text = ""
    for i, (t, v, a) in enumerate(zip(train, val, right, strict=True)):
        text += f"Epoch {i}\nTraining...\n  loss: {t:.3f}\n  accuracy: {a:.3f}\nValidating...\n  loss: {v:.3f}\n  accuracy: {a - 0.1:.3f}\n"
    rows = [
        ("train loss", "train_loss", shown(train, ".3f")),
        ("train accuracy", "train_acc", shown(right, ".3f")),
        ("val loss", "val_loss", shown(val, ".3f")),
        ("val accuracy", "val_acc", shown([a - 0.1 for a in right], ".3f")),
    ]
    write("headings_of_data_sets", text, rows)

    text = "".join(
        f"Epoch {e} — train: loss {t:.3f}, acc {a:.2f} — val: loss {v:.3f}, acc {a - 0.1:.2f}\n"
        for e, (t, v, a) in enumerate(zip(train, val, right, strict=True))
    )
    rows = [
        ("train loss", "train_loss", shown(train, ".3f")),
        ("train acc", "train_acc", shown(right, ".2f")),
        ("val loss", "val_loss", shown(val, ".3f")),
        ("val acc", "val_acc", shown([a - 0.1 for a in right], ".2f")),
    ]
    write("one_word_for_all_behind_it", text, rows)

    text = "".join(f"[{i}/50] loss {t:.4f} correct {i * 2}/100\n" for i, t in enumerate(train, 1))
    rows = [
        ("loss", "train_loss", shown(train, ".4f")),
        ("correct", "other", [i * 2 / 100 for i in range(1, 9)]),
    ]
    write("count_without_a_name", text, rows, 2)

    text = "".join(f"{i * 100}: loss {t:.4f}\n" for i, t in enumerate(train))
    write("hundreds_without_a_name", text, [("loss", "train_loss", shown(train, ".4f"))], 1)

    text = "".join(f"loss: {t:.4f}\n" for t in train)
    write("no_place_at_all", text, [("loss", "train_loss", shown(train, ".4f"))])

    text = "".join(
        f"[rank{r}]: step {i} loss {t + 0.01 * r:.4f} lr 0.001\n"
        for i, t in enumerate(train)
        for r in range(2)
    )
    rows = [("loss", "train_loss", shown(train, ".4f")), ("lr", "lr", [0.001] * 8)]
    write("two_processes", text, rows, 1)

    text = "".join(
        f"Epoche {i}; epoch {i}; loss: {t:.3f}; val_loss: {v:.3f}\n".replace(".", ",")
        for i, (t, v) in enumerate(zip(train, val, strict=True))
    )
    rows = [("loss", "train_loss", shown(train, ".3f")), ("val_loss", "val_loss", shown(val, ".3f"))]
    write("decimal_commas", text, rows, 1)

    text = "".join(
        f"\x1b[32m2026-10-01 12:00:0{i}.123\x1b[0m | \x1b[1mINFO    \x1b[0m | __main__:train:45 - iteration {i * 10}/100 loss={t:.3e} ± 0.1, grad_norm={1 + i:.2f}\n"
        for i, t in enumerate(train)
    )
    rows = [
        ("loss", "train_loss", shown(train, ".3e")),
        ("grad_norm", "grad_norm", [1.0 + i for i in range(8)]),
    ]
    write("coloured_with_spread", text, rows, 1)

    text = "".join(
        str({"epoch": i, "train_loss": t, "val_loss": None if i % 2 else v}) + "\n"
        for i, (t, v) in enumerate(zip(train, val, strict=True))
    )
    text += "".join(
        f"epoch: {i} loss: tensor({t:.4f}, device='cuda:0', grad_fn=<NllLossBackward0>)\n"
        for i, t in enumerate(train)
    )
    rows = [
        ("train_loss", "train_loss", train),
        ("val_loss", "val_loss", val[::2]),
        ("loss", "train_loss", shown(train, ".4f")),
    ]
    write("dicts_and_tensors", text, rows, 2)

    text = "".join(f"step {i * 10:3d}: loss {t:.4f}, lr 1.0e-03\n" for i, t in enumerate(train))
    rows = [("loss", "train_loss", shown(train, ".4f")), ("lr", "lr", [0.001] * 8)]
    text = text[: text.rindex(", lr")]
    text = text[: text.rindex(" ") + 4]  # copied while `loss 1.1` of 1.1001 had been written
    write(
        "cut_off_in_a_number",
        text,
        [("loss", "train_loss", shown(train[:-1], ".4f")), ("lr", "lr", [0.001] * 7)],
        1,
    )

    text = "".join(
        "".join(f"Epoch {e} batch {b} loss {train[e] - b / 100:.3f}\n" for b in (0, 10, 20, 30))
        + f"Epoch {e} finished: loss {train[e]:.3f}\n"
        for e in range(4)
    )
    batches = [train[e] - b / 100 for e in range(4) for b in (0, 10, 20, 30)]
    rows = [
        ("loss", "train_loss", shown(batches, ".3f")),
        ("loss (epoch)", "train_loss", shown(train[:4], ".3f")),
    ]
    write("means_of_epochs_under_the_same_name", text, rows, 1)

    text = ""
    for e in range(3):
        text += f"Epoch {e + 1}/3\n"
        for end, values in ((391, [train[e], train[e] - 0.1]), (79, [val[e] + 1, val[e]])):
            states = zip((end // 2, end), values, strict=True)
            text += (
                "\r".join(
                    f"{b * 100 // end:3d}%|{FULL}| {b}/{end} [00:05<00:05, 39.1it/s, loss={v:.3f}]"
                    for b, v in states
                )
                + "\n"
            )
    losses = [value for e in range(3) for value in (train[e], train[e] - 0.1)]
    rows = [("loss", "train_loss", shown(losses, ".3f")), ("val loss", "val_loss", shown(val[:3], ".3f"))]
    write("two_bars_without_names", text, rows, 4, config={"epochs": 3.0})

    text = "batch_size: 64\n"
    folds = [falling(4, 2.3, rate) for rate in (0.9, 0.8, 0.7)]
    for number, losses in enumerate(folds, 1):
        text += f"========== Fold {number}/3 ==========\n"
        text += "".join(
            f"Epoch {e}: train_loss {t:.3f} val_loss {t + 0.1:.3f}\n" for e, t in enumerate(losses, 1)
        )
    rows = [
        ("train_loss", "train_loss", shown(folds[0], ".3f")),
        ("val_loss", "val_loss", shown([value + 0.1 for value in folds[0]], ".3f")),
    ]
    names = ["fold 1", "fold 2", "fold 3"]
    write("folds", text, rows, 1, config={"batch_size": 64.0}, run="fold 1", runs=names)

    text = "My network does not learn, the loss stays. The code:\n\n"
    code = (
        "import torch\nfrom torch import nn\n\nclass Net(nn.Module):\n    def forward(self, x):\n        return self.fc(x)\n\n"
        "lr = 0.001\nrunning_loss = 0.0\nfor epoch in range(10):\n    for x, y in loader:\n        loss = criterion(net(x), y)\n"
        '    print(f"Epoch {epoch} loss {running_loss:.3f}")\n'
    )
    text += (
        code
        + "\nIt prints:\n\n"
        + "".join(f"Epoch {e} loss {t:.3f}\n" for e, t in enumerate(train))
        + "\nWhat is wrong?\n"
    )
    text += code.replace("running_loss", "loss")
    write("pasted_with_its_code", text, [("loss", "train_loss", shown(train, ".3f"))], config={"lr": 0.001})


def chinese() -> None:
    """What people print in Chinese."""
    train, val = falling(7), [value + 0.1 for value in falling(7)]
    right = [0.5 + 0.05 * i for i in range(7)]
    text = "".join(
        f"第 {i} 轮，训练损失 {t:.3f}，验证准确率 {100 * a:.0f}%\n"
        for i, (t, a) in enumerate(zip(train, right, strict=True), 1)
    )
    rows: list[Row] = [
        ("训练损失", "train_loss", shown(train, ".3f")),
        ("验证准确率", "val_acc", [float(f"{100 * a:.0f}") / 100 for a in right]),
    ]
    write("chinese_rounds", text, rows, 1)
    text = "开始训练……\n批大小：64\n" + "".join(
        f"【第{i}/20轮】 训练集 损失：{t:.4f} 准确率：{a:.3f} ｜ 验证集 损失：{v:.4f} 准确率：{a - 0.1:.3f}，耗时 12.3 秒\n"
        for i, (t, v, a) in enumerate(zip(train, val, right, strict=True), 1)
    )
    rows = [
        ("训练集 损失", "train_loss", shown(train, ".4f")),
        ("train 准确率", "train_acc", shown(right, ".3f")),
        ("验证集 损失", "val_loss", shown(val, ".4f")),
        ("val 准确率", "val_acc", shown([a - 0.1 for a in right], ".3f")),
    ]
    write("chinese_data_sets", text, rows, 1, config={"epochs": 20.0}, encoding="gb18030")
    text = (
        "".join(f"第{i}个epoch的loss为{t:.4f}，学习率为0.001\n" for i, t in enumerate(train, 1))
        + "训练结束，最佳损失 1.2\n"
    )
    write(
        "chinese_sentences",
        text,
        [("loss", "train_loss", shown(train, ".4f")), ("学习率", "lr", [0.001] * 7)],
    )


def examples() -> None:
    """The programs that most people begin with, in the formats of their sources."""
    train = falling(30)
    text, tests = "", []
    for e in range(1, 4):
        for b in range(5):
            text += f"Train Epoch: {e} [{b * 12800}/60000 ({100.0 * b * 200 / 938:.0f}%)]\tLoss: {train[e * 5 + b]:.6f}\n"
        tests.append((train[e * 5 + 5], 9000 + e * 100))
        text += f"\nTest set: Average loss: {tests[-1][0]:.4f}, Accuracy: {tests[-1][1]}/10000 ({tests[-1][1] / 100:.0f}%)\n\n"
    rows: list[Row] = [
        ("train Loss", "train_loss", shown(train[5:20], ".6f")),
        ("test Average loss", "other", shown([loss for loss, _ in tests], ".4f")),
        ("test Accuracy", "other", [count / 10000 for _, count in tests]),
    ]
    write("mnist_example", text, rows, 3, author="format of pytorch/examples mnist/main.py")

    text, losses, firsts, held = "=> creating model 'resnet18'\n", [], [], []
    for e in range(3):
        for b in (0, 10, 20):
            losses.append(train[e * 3 + b // 10])
            firsts.append(float(e * 3 + b // 10))
            text += (
                f"Epoch: [{e}][{b:4d}/5005]\tTime {0.5:6.3f} ({1.0:6.3f})\tData {0.1:6.3f} ({0.1:6.3f})\tLoss {losses[-1]:.4e} "
                f"({losses[-1] + 0.1:.4e})\tAcc@1 {firsts[-1]:6.2f} ({firsts[-1]:6.2f})\tAcc@5 {0:6.2f} ({0:6.2f})\n"
            )
        for b in (0, 10):
            held.append((train[e] + 0.05, 20.0 + e))
            text += (
                f"Test: [{b:3d}/196]\tTime {0.5:6.3f} ({1.0:6.3f})\tLoss {train[e]:.4e} ({held[-1][0]:.4e})\tAcc@1 {50:6.2f} "
                f"({held[-1][1]:6.2f})\tAcc@5 {50:6.2f} ({49:6.2f})\n"
            )
        text += f" *   Acc@1 {20 + e:.3f} Acc@5 49.000\n"
    rows = [
        ("Loss", "train_loss", shown(losses, ".4e")),
        ("Acc@1", "train_acc", firsts),
        ("Acc@5", "other", [0.0] * 9),
        ("test Loss", "other", shown([loss for loss, _ in held[1::2]], ".4e")),
        ("test Acc@1", "other", [first for _, first in held[1::2]]),
        ("test Acc@5", "other", [49.0] * 3),
    ]
    write("imagenet_example", text, rows, 4, author="format of pytorch/examples imagenet/main.py")

    text = "Namespace(model='resnet50', batch_size=32, epochs=90, opt='sgd', lr=0.1, momentum=0.9, weight_decay=0.0001)\n"
    for e in range(3):
        for b in (0, 10, 20):
            text += (
                f"Epoch: [{e}]  [{b:2d}/30]  eta: 0:00:{30 - b:02d}  lr: 0.1  img/s: 120.5  loss: {train[e * 3 + b // 10]:.4f} "
                f"({2.5:.4f})  acc1: {10 + e:.4f} ({9:.4f})  time: 0.5120  data: 0.1200  max mem: 2000\n"
            )
        text += f"Epoch: [{e}] Total time: 0:01:00\nTest:   [ 0/11]  eta: 0:00:03  loss: 9.0 (9.0)  acc1: 9.0 (9.0)  time: 0.2\n"
        text += f"Test:   [10/11]  eta: 0:00:00  loss: 9.0 ({train[e]:.4f})  acc1: 9.0 ({20 + e:.4f})  time: 0.2\n"
        text += f"Test: Total time: 0:00:05\nTest:  Acc@1 {20 + e:.3f}\n"
    rows = [
        ("lr", "lr", [0.1] * 9),
        ("img/s", "other", [120.5] * 9),
        ("loss", "train_loss", shown(train[:9], ".4f")),
        ("acc1", "train_acc", [10.0 + e for e in range(3) for _ in range(3)]),
        ("time", "other", [0.512] * 9),
        ("data", "other", [0.12] * 9),
        ("max mem", "other", [2000.0] * 9),
        ("test loss", "other", shown(train[:3], ".4f")),
        ("test acc1", "other", [20.0, 21.0, 22.0]),
        ("test Acc@1", "other", [20.0, 21.0, 22.0]),
    ]
    config = {"lr": 0.1, "batch_size": 32.0, "epochs": 90.0, "momentum": 0.9, "weight_decay": 0.0001}
    write(
        "torchvision_references",
        text,
        rows,
        4,
        author="format of pytorch/vision references/classification/utils.py (MetricLogger)",
        config=config,
    )

    text = ""
    for e in range(4):
        text += f"Epoch {e}/24\n----------\ntrain Loss: {train[e]:.4f} Acc: {0.5 + e / 10:.4f}\nval Loss: {train[e] + 0.1:.4f} Acc: {0.6 + e / 10:.4f}\n\n"
    text += "Training complete in 1m 46s\nBest val Acc: 0.900000\n"
    rows = [
        ("train Loss", "train_loss", shown(train[:4], ".4f")),
        ("train Acc", "train_acc", shown([0.5 + e / 10 for e in range(4)], ".4f")),
        ("val Loss", "val_loss", shown([value + 0.1 for value in train[:4]], ".4f")),
        ("val Acc", "val_acc", shown([0.6 + e / 10 for e in range(4)], ".4f")),
    ]
    write(
        "transfer_learning_tutorial",
        text,
        rows,
        config={"epochs": 24.0},
        author="format of pytorch/tutorials transfer_learning_tutorial.py",
    )

    text = ""
    for e in range(1, 4):
        text += f"Epoch {e}\n-------------------------------\n"
        text += "".join(f"loss: {train[e * 4 + k]:>7f}  [{64 + k * 19200:>5d}/60000]\n" for k in range(4))
        text += f"Test Error: \n Accuracy: {40 + e:>0.1f}%, Avg loss: {train[e]:>8f} \n\n"
    rows = [
        ("loss", "train_loss", shown(train[4:16], "7f")),
        ("test Accuracy", "other", [(40 + e) / 100 for e in range(1, 4)]),
        ("test Avg loss", "other", shown(train[1:4], "8f")),
    ]
    write(
        "quickstart_tutorial",
        text + "Done!\n",
        rows,
        3,
        author="format of pytorch/tutorials quickstart_tutorial.py",
    )

    text = ""
    for e in range(1, 4):
        for k in range(3):
            value = train[e * 3 + k]
            text += f"| epoch {e:3d} | {200 * (k + 1):5d}/{2983:5d} batches | lr {20:02.2f} | ms/batch {3.45:5.2f} | loss {value:5.2f} | ppl {math.exp(value):8.2f}\n"
        text += f"{'-' * 89}\n| end of epoch {e:3d} | time: {12.3:5.2f}s | valid loss {train[e]:5.2f} | valid ppl {math.exp(train[e]):8.2f}\n{'-' * 89}\n"
    rows = [
        ("lr", "lr", [20.0] * 9),
        ("loss", "train_loss", shown(train[3:12], ".2f")),
        ("ppl", "other", shown(map(math.exp, train[3:12]), ".2f")),
        ("valid loss", "val_loss", shown(train[1:4], ".2f")),
        ("valid ppl", "other", shown(map(math.exp, train[1:4]), ".2f")),
    ]
    write(
        "word_language_model_example",
        text,
        rows,
        2,
        author="format of pytorch/examples word_language_model/main.py",
    )

    text = "".join(
        f"[{e}/5][{b}/1583]\tLoss_D: {1.7 - e / 10:.4f}\tLoss_G: {4 + e / 10:.4f}\tD(x): {0.5:.4f}\tD(G(z)): {0.4:.4f} / {0.2:.4f}\n"
        for e in range(3) for b in (0, 500, 1000)
    )  # fmt: skip
    rows = [
        ("Loss_D", "other", [1.7 - e / 10 for e in range(3) for _ in range(3)]),
        ("Loss_G", "train_loss", [4 + e / 10 for e in range(3) for _ in range(3)]),
        ("D(x)", "other", [0.5] * 9),
        ("D(G(z))", "other", [0.4] * 9),
    ]
    rows = [(name, role, shown((v for v in values if v is not None), ".4f")) for name, role, values in rows]
    write(
        "dcgan_example",
        text,
        rows,
        2,
        config={"epochs": 5.0},
        author="format of pytorch/tutorials dcgan_faces_tutorial.py",
    )


def timm() -> None:
    """The console beside timm's summary.csv."""
    train, text = falling(9), ""
    for e in range(3):
        for k in range(3):
            text += (
                f"Train: {e} [{k * 600:>4d}/1251 ({100.0 * k * 600 / 1250:>3.0f}%)]  Loss: {train[e * 3 + k]:#.3g} ({2.5:#.3g})  "
                f"Time: {0.512:.3f}s, {512.3:>7.2f}/s  ({0.6:.3f}s, {500.1:>7.2f}/s)  LR: {0.001:.3e}  Data: {0.01:.3f} ({0.05:.3f})\n"
            )
        for k, mean in ((0, 9.0), (48, train[e])):
            text += (
                f"Test: [{k:>4d}/48]  Time: {0.1:.3f} ({0.2:.3f})  Loss: {9.0:>7.3f} ({mean:>6.3f})  "
                f"Acc@1: {9.0:>7.3f} ({20.0 + e:>7.3f})  Acc@5: {9.0:>7.3f} ({49.0:>7.3f})\n"
            )
    rows: list[Row] = [
        ("train Loss", "train_loss", shown(train, ".3g")),
        ("LR", "lr", [0.001] * 9),
        ("Data", "other", [0.01] * 9),
        ("test Loss", "other", shown(train[:3], ".3f")),
        ("test Acc@1", "other", [20.0, 21.0, 22.0]),
        ("test Acc@5", "other", [49.0] * 3),
    ]
    write("timm_console", text, rows, 5, author="format of huggingface/pytorch-image-models train.py")


def lightning() -> None:
    """Lightning's progress bar, which goes on showing the values of the epoch before."""
    import lightning as pl
    import torch
    from lightning.pytorch.callbacks import Callback, TQDMProgressBar
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(0)
    x = torch.randn(64, 4)
    data = TensorDataset(x, (x.sum(1) > 0).long())

    class Net(pl.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 2)

        def training_step(self, batch: Any, _: int) -> Any:
            loss = torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1])
            self.log("train_loss", loss, prog_bar=True, on_step=True, on_epoch=True)
            return loss

        def validation_step(self, batch: Any, _: int) -> None:
            out = self.layer(batch[0])
            self.log("val_loss", torch.nn.functional.cross_entropy(out, batch[1]), prog_bar=True)
            self.log("val_acc", (out.argmax(1) == batch[1]).float().mean(), prog_bar=True)

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), 0.1)

    class Seen(Callback):
        def __init__(self) -> None:
            self.rows: dict[str, list[float]] = {}

        def put(self, name: str, value: Any) -> None:
            self.rows.setdefault(name, []).append(float(f"{float(value):.3f}"))

        def on_train_batch_end(self, trainer: Any, module: Any, outputs: Any, batch: Any, index: int) -> None:
            del module, outputs, batch
            if index % 2:
                self.put("train_loss_step", trainer.callback_metrics["train_loss_step"])

        def on_train_epoch_end(self, trainer: Any, module: Any) -> None:
            del module
            for name in ("val_loss", "val_acc"):
                self.put(name, trainer.callback_metrics[name])

        def on_fit_end(self, trainer: Any, module: Any) -> None:
            del trainer, module

    with log_file("nohup.out") as log, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seen = Seen()
        with captured(log):
            trainer = pl.Trainer(
                max_epochs=3, logger=False, enable_checkpointing=False, accelerator="cpu",
                callbacks=[TQDMProgressBar(refresh_rate=2), seen],
            )  # fmt: skip
            trainer.fit(Net(), DataLoader(data, 8), DataLoader(data, 16))
        printed = re.sub(rb"/\S*/site-packages/", b"", log.read_bytes())
        log.write_bytes(printed)
        text = printed.decode()
        means = re.findall(r"Epoch (\d): 100%[^\r\n]*train_loss_epoch=([\d.]+)", text)
        last = {epoch: float(value) for epoch, value in means}
        rows: list[Row] = [
            ("train_loss_step", "train_loss", seen.rows["train_loss_step"]),
            ("val_loss", "val_loss", seen.rows["val_loss"]),
            ("val_acc", "val_acc", seen.rows["val_acc"]),
            ("train_loss_epoch", "train_loss", [last[str(epoch)] for epoch in range(3)]),
        ]
        save("plain_text", "lightning_bar", log, rows, written_by=by("lightning", "tqdm"), notes=2)


def sklearn() -> None:
    """scikit-learn's MLPClassifier(verbose=True)."""
    import numpy as np
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(0)
    x = rng.standard_normal((200, 4))
    with log_file("fit.txt") as log:
        model = MLPClassifier(
            (8,), max_iter=12, verbose=True, early_stopping=True, n_iter_no_change=3, random_state=0
        )
        with captured(log), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x, x.sum(1) > 0)
        rows: list[Row] = [
            ("loss", "train_loss", shown(model.loss_curve_, ".8f")),
            ("Validation score", "val_acc", shown(model.validation_scores_, ".6f")),
        ]
        save(
            "plain_text",
            "sklearn_mlp",
            log,
            rows,
            written_by=by("scikit-learn"),
            notes=1,
            config={"framework": "scikit-learn"},
        )


PARTS: tuple[Callable[[], None], ...] = (by_hand, chinese, examples, timm, lightning, sklearn)


def main() -> None:
    """All of them."""
    for part in PARTS:
        part()
