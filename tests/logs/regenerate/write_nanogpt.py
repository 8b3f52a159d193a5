"""nanoGPT, llm.c and modded-nanogpt: their formats, with made-up numbers, because they train on a GPU for hours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from captured import log_file
from common import Row, save

NANOGPT = "format of nanoGPT train.py and configurator.py"
LLM_C = "format of llm.c train_gpt2.cu (main)"


def curve(steps: int, start: float = 10.9, *, nan_from: int = 10**9) -> list[float]:
    """Return a loss that falls from `start`, NaN from one step on."""
    return [
        math.nan if i >= nan_from else 3 + (start - 3) * 0.97**i + 0.1 * math.sin(i) for i in range(steps)
    ]


def shown(values: Sequence[float], pattern: str) -> list[float]:
    """Return values as a format prints them."""
    return [float(pattern.format(value)) for value in values]


def nanogpt(
    losses: Sequence[float], start: int = 0, every: int = 10, evaluate: int = 50
) -> Iterator[tuple[str, str, float]]:
    """Yield name, line and value of what train.py prints; a line that holds two values comes twice."""
    for i, loss in enumerate(losses, start):
        if i % evaluate == 0:
            train, val = loss - 0.02, loss + 0.05
            line = f"step {i}: train loss {train:.4f}, val loss {val:.4f}"
            yield "train loss", line, train
            yield "val loss", line, val
            if i > start:
                yield "", "saving checkpoint to out-shakespeare-char", 0.0
        if i % every == 0:
            took, mfu = 0.0985 + 0.001 * (i % 7), -1.0 if i - start < 5 else 0.1234
            line = f"iter {i}: loss {loss:.4f}, time {took * 1000:.2f}ms, mfu {mfu * 100:.2f}%"
            yield "loss", line, loss
            yield "time (ms)", line, took * 1000
            if mfu > 0:
                yield "mfu (%)", line, mfu * 100


def rows(printed: Sequence[tuple[str, str, float]], names: dict[str, str]) -> list[Row]:
    """Return the series of printed lines; times and utilisation have two digits, losses four."""
    digits = {"time (ms)": "{:.2f}", "mfu (%)": "{:.2f}"}
    return [
        (name, role, shown([value for own, _, value in printed if own == name], digits.get(name, "{:.4f}")))
        for name, role in names.items()
    ]


def main() -> None:
    """nanoGPT with its settings in front, NaN, resumed, cut off; llm.c on screen and in main.log; modded-nanogpt."""
    names = {
        "train loss": "train_loss", "val loss": "val_loss", "loss": "train_loss", "time (ms)": "other", "mfu (%)": "other"
    }  # fmt: skip
    settings = (
        "Overriding config with config/train_shakespeare_char.py:\n# train a miniature character-level shakespeare model\n\n"
        "eval_interval = 250 # keep frequent because we'll overfit\ndataset = 'shakespeare_char'\n"
        "gradient_accumulation_steps = 1\nbatch_size = 64\ndropout = 0.2\n\n"
        "learning_rate = 1e-3 # with baby networks can afford to go a bit higher\nwarmup_iters = 100 # not super necessary potentially\n\n"
        "Overriding: dropout = 0.1\ntokens per iteration will be: 16,384\nfound vocab_size = 65 (inside data/shakespeare_char/meta.pkl)\n"
        "Initializing a new model from scratch\nnumber of parameters: 10.65M\n"
        "num decayed parameter tensors: 26, with 10,740,096 parameters\nusing fused AdamW: False\n"
    )  # fmt: skip
    stated = {"lr": 1e-3, "batch_size": 64.0, "dropout": 0.1, "warmup_steps": 100.0}

    def write(case: str, text: str, found: list[Row], notes: int, written_by: str, **more: object) -> None:
        with log_file("train.log") as log:
            log.write_text(text, encoding="utf-8")
            config = more.pop("config", {"framework": "pytorch"})
            save("nanogpt", case, log, found, notes=notes, written_by=written_by, config=config, **more)  # type: ignore[arg-type]

    def lines(printed: Sequence[tuple[str, str, float]]) -> str:
        return "".join(f"{line}\n" for line in dict.fromkeys(line for _, line, _ in printed))

    whole = list(nanogpt(curve(201, 4.3)))
    write("settings_in_front", settings + lines(whole), rows(whole, names), 1, NANOGPT, config={"framework": "pytorch", **stated})  # fmt: skip
    broken = list(nanogpt(curve(151, 4.3, nan_from=75)))
    write("nan", lines(broken), rows(broken, names), 1, NANOGPT)
    first, again = list(nanogpt(curve(140, 4.3))), list(nanogpt(curve(101, 3.2), start=100))
    write(
        "resumed_from_checkpoint", lines(first) + lines(again), rows(first + again, names), 2, NANOGPT,
        restarts=[13, 14],
    )  # fmt: skip
    cut = list(nanogpt(curve(91, 4.3)))
    last = next(line for name, line, _ in reversed(cut) if name == "loss")
    left = [entry for entry in cut if entry[1] != last]
    write("cut_off", lines(left) + last[: last.index("mfu")], rows(left, names), 2, NANOGPT)
    llm_c(write)
    modded(write)


def llm_c(write: object) -> None:
    """What train_gpt2.cu prints and its logger writes, the z-scores NaN until their window is full."""
    assert callable(write)
    losses, total = curve(90, nan_from=85), 90
    norms = [1.5 + 15 * 0.9**i if i < 84 else math.nan for i in range(total)]
    rates = [7e-4 * min(1.0, (i + 1) / 20) for i in range(total)]
    text = (
        "+-----------------------+----------------------------------------------------+\n"
        "| Parameter             | Value                                              |\n"
        "| micro batch size B    | 64                                                 |\n"
        "| learning rate (LR)    | 7.000000e-04                                       |\n"
        "+-----------------------+----------------------------------------------------+\n"
    )
    log, held_out = "", []
    for i in range(total):
        if i % 30 == 0:
            held_out.append(losses[i] + 0.1)
            text += f"val loss {losses[i] + 0.1:f}\n"
            log += f"s:{i} tel:{losses[i] + 0.1:.4f}\n"
        z = math.nan if i < 64 else 0.25
        text += (
            f"step {i + 1:4d}/{total} | loss {losses[i]:7.6f} ({z:+.2f}z)| norm {norms[i]:6.4f} ({z:+.2f}z)| lr {rates[i]:.2e} | "
            f"{2400.0:.2f} ms | {-100.0:.1f}% bf16 MFU | {191534.0:.0f} tok/s\n"
        )
        log += f"s:{i} trl:{losses[i]:.4f} lr:{rates[i]:.6f} norm:{norms[i]:.2f}\n"
    held_out.append(losses[-1] + 0.1)
    text += f"val loss {losses[-1] + 0.1:f}\n"
    log += f"s:{total} tel:{losses[-1] + 0.1:.4f}\n"
    found = [
        ("val loss", "val_loss", shown(held_out, "{:f}")),
        ("loss", "train_loss", shown(losses, "{:f}")),
        ("grad norm", "grad_norm", shown(norms, "{:.4f}")),
        ("lr", "lr", shown(rates, "{:.2e}")),
    ]
    write("llm_c", text, found, 0, LLM_C, config={})
    found = [
        ("val loss", "val_loss", shown(held_out, "{:.4f}")),
        ("train loss", "train_loss", shown(losses, "{:.4f}")),
        ("lr", "lr", shown(rates, "{:.6f}")),
        ("grad norm", "grad_norm", shown(norms, "{:.2f}")),
    ]
    write("llm_c_main_log", log, found, 0, "format of llm.c llmc/logger.h", config={})


def modded(write: object) -> None:
    """What modded-nanogpt prints, below the code that it writes into its log first."""
    assert callable(write)
    losses, total = curve(80), 80
    text = (
        "import os\nimport sys\nwith open(sys.argv[0]) as f:\n    code = f.read()\n"
        'print0(f"step:{step}/{train_steps} val_loss:{val_loss:.4f} train_time:{training_time_ms:.0f}ms")\n'
        + "=" * 100
        + "\nRunning Python 3.12.7\nRunning PyTorch 2.7.0.dev compiled for CUDA 12.6\n"
    )
    times: list[float] = []
    held_out = []
    for step in range(total + 1):
        spent = 95.7 * step
        if step % 20 == 0:
            loss = losses[min(step, total - 1)] + 0.05
            held_out.append(loss)
            times.append(spent)
            text += f"step:{step}/{total} val_loss:{loss:.4f} train_time:{spent:.0f}ms step_avg:{spent / max(step, 1):.2f}ms\n"
        if step < total:
            times.append(spent + 95.7)
            text += f"step:{step + 1}/{total} train_loss:{losses[step]:.4f} train_time:{spent + 95.7:.0f}ms step_avg:{95.7:.2f}ms\n"
    found = [
        ("val_loss", "val_loss", shown(held_out, "{:.4f}")),
        ("train_loss", "train_loss", shown(losses, "{:.4f}")),
        ("train_time (ms)", "other", shown(times, "{:.0f}")),
        ("step_avg (ms)", "other", [0.0] + [95.7] * (len(times) - 1)),
    ]
    write("modded_nanogpt", text, found, 0, "format of modded-nanogpt train_gpt.py")
