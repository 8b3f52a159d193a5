"""Content made to break a reader: each ends in time as a run, or as one clear line in both languages."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable

import numpy as np
import pytest
from hostile import read, understood

LINES: dict[str, Callable[[], bytes]] = {
    "digits": lambda: b"step,loss\n1,%s\n2,1\n3,2\n" % (b"9" * 20_000_000),
    "commas": lambda: b"step,loss\n1,0.5\n%s\n2,1\n3,2\n" % (b"1," * 10_000_000),
    "nothing but commas": lambda: b"1," * 10_000_000,
    "words": lambda: b"step,loss\n1,0.5\n%s\n2,1\n3,2\n" % (b"word " * 4_000_000),
    "an open quote": lambda: b'step,loss\n1,0.5\n"%s\n2,1\n3,2\n' % (b"word " * 4_000_000),
    "quotes": lambda: b'step,loss\n1,0.5\n%s\n2,1\n3,2\n' % (b'"' * 20_000_000),
    "one word": lambda: b"a" * 20_000_000,
    "blanks": lambda: b"1%s1\n2 2\n3 3\n" % (b" " * 20_000_000),
    "tabs": lambda: b"\t" * 20_000_000,
    "bars": lambda: b"|" * 20_000_000,
    "codes of a terminal": lambda: b"\x1b[" * 10_000_000,
    "an open code of a terminal": lambda: b"\x1b[" + b"0;" * 10_000_000,
    "pairs": lambda: b"step=1 loss=0.5 " * 1_250_000,
    "a progress bar": lambda: b"  5%|#    | 1/20 [00:01<00:19, 1.0it/s, loss=0.5]\r" * 400_000,
    "brackets": lambda: b"[" * 20_000_000,
    "one object": lambda: b'{"a":' + b'"' + b"x" * 20_000_000 + b'"}',
    "dots": lambda: b"1." * 10_000_000,
    "NUL": lambda: bytes(20_000_000),
    "high bytes": lambda: b"\xe9 " * 10_000_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", LINES)
def test_a_line_of_20_megabytes(kind: str) -> None:
    read(LINES[kind]())


def test_a_long_line_does_not_hide_the_rows_around_it() -> None:
    assert len(understood(LINES["words"]()).series[0].logged) == 3


DEEP: dict[str, Callable[[], bytes]] = {
    "open lists": lambda: b"[" * 100_000,
    "lists": lambda: b"[" * 100_000 + b"]" * 100_000,
    "objects": lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a history": lambda: b'{"log_history":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "900 levels": lambda: b'{"log_history":[{"step":1,"loss":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}]}",
    "900 levels of a history": lambda: b'{"a":' * 900 + b"[1,2,3]" + b"}" * 900,
    "lines": lambda: b'{"step":1,"loss":2}\n' * 3 + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n",
    "900 levels in lines": lambda: (b'{"step":1,"loss":2,"x":' + b'{"a":' * 900 + b"1" + b"}" * 901 + b"\n") * 3,
    "digits": lambda: b'{"log_history":[{"step":1,"loss":%s},{"step":2,"loss":1}]}' % (b"9" * 10_000_000),
    "decimals": lambda: b'[{"step":1,"epoch":1,"eval_runtime":1,"loss":0.%s},{"step":2,"loss":1}]' % (b"3" * 10_000_000),
    "digits in lines": lambda: (b'{"step":1,"loss":%s}\n' % (b"9" * 3_000_000)) * 3,
    "a digit more than Python converts": lambda: b'{"log_history":[{"step":1,"loss":1e%s},{"step":2,"loss":1}]}' % (b"9" * 5000),
}  # fmt: skip


@pytest.mark.parametrize("kind", DEEP)
def test_json_made_to_exhaust(kind: str) -> None:
    read(DEEP[kind]())


SQUARES: dict[str, Callable[[], str]] = {
    "combining marks in a cell": lambda: "step,loss\n1,a" + "\u0301\u0316" * 90_000 + "\n2,1\n3,2\n",
    "combining marks in a name": lambda: "step,loss,a" + "\u0301\u0316" * 90_000 + "\n2,1,1\n3,2,1\n",
    "an open tensor": lambda: "step;loss\n1;<tf.Tensor" + "numpy=x" * 20_000 + "\n2;1\n3;2\n",
    "open brackets": lambda: "step;loss\n1;tensor(" + "[" * 90_000 + "\n2;1\n3;2\n",
    "groups of digits": lambda: "step;loss\n1;" + "1 " * 90_000 + "!\n2;1\n3;2\n",
    "dotted words": lambda: "step;loss\n1;" + "a." * 90_000 + "!\n2;1\n3;2\n",
    "a new header every other line": lambda: "".join(f"step,loss{i}\n1,2\n" for i in range(6_000)),
    "the header every other line": lambda: "step,loss\n1,2\n" * 20_000,
    "4,000 columns of one name": lambda: ",".join(["loss"] * 4000) + "\n" + (",".join(["1"] * 4000) + "\n") * 3,
    "a new key in every line": lambda: "".join(f'{{"k{i}":1,"step":{i}}}\n' for i in range(20_000)),
    "a new key in every entry": lambda: json.dumps({"log_history": [{f"k{i}": 1.0, "step": i} for i in range(6000)]}),
    "1,000 quantities in long form": lambda: "step,metric,value\n" + "".join(f"{i},m{i % 1000},1\n" for i in range(50_000)),
    "words in every other row": lambda: "step,loss\n" + "".join(f"{i},w{i}\n{i},1\n" for i in range(50_000)),
    "rows of ten widths": lambda: "step,loss\n" + "".join("1," * (i % 10 + 1) + "\n" for i in range(40_000)),
    "half a million quotes": lambda: '"\n' * 500_000,
    "half a million brackets": lambda: "[\n" * 500_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", SQUARES)
def test_what_takes_time_that_grows_with_the_square(kind: str) -> None:
    read(SQUARES[kind]().encode())


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
        gc.freeze()  # a large process spends seconds on looking through all that other tests have left
        start = time.process_time()
        read((piece * (size // len(piece))).encode())
        gc.unfreeze()
        return time.process_time() - start

    long = seconds(160_000)
    assert long < 1.0 or min(long, seconds(160_000)) < 9 * seconds(40_000), (
        "four times the length should take four times as long, not 16"
    )


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
