"""Megatron-LM, GPT-NeoX and NeMo: their formats, with made-up numbers; the code that prints needs GPUs to run.

What is printed and what is left out follows `training_log` of Megatron-LM: a mean that is not above 0, which NaN is
not, has no field, and an iteration that fp16 skips counts only if its loss was not finite.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from captured import log_file
from common import Row, save

MEGATRON = "format of Megatron-LM megatron/training/training.py (training_log, evaluate_and_print_results)"
FIELDS = {
    "consumed samples": "other",
    "elapsed time per iteration (ms)": "other",
    "learning rate": "lr",
    "global batch size": "other",
    "lm loss": "train_loss",
    "loss scale": "loss_scale",
    "grad norm": "grad_norm",
    "number of skipped iterations": "other",
    "number of nan iterations": "other",
}
HELD_OUT = {"lm loss validation": "val_loss", "lm loss PPL validation": "other"}


@dataclass
class Trainer:
    """The part of Megatron's training loop that keeps losses and prints them.

    Attributes:
        interval: Iterations from one line to the next.
        lines: What was printed.
        values: What a reader must find, by name.
        zero_counts: Whether a mean of 0 is printed, as newer versions do.
    """

    interval: int = 10
    lines: list[str] = field(default_factory=list)
    values: dict[str, list[float]] = field(default_factory=dict)
    zero_counts: bool = False
    total: float = 0.0
    advanced: int = 0
    skipped: int = 0
    nan: int = 0

    def keep(self, name: str, pattern: str, value: float) -> str:
        """Note a printed value and return it as printed."""
        shown = pattern.format(value)
        self.values.setdefault(name, []).append(float(shown))
        return shown

    def step(self, iteration: int, loss: float, norm: float, scale: float, *, skip: bool = False) -> None:
        """Count one iteration, and print a line where one is due."""
        if skip:
            self.skipped += 1
            self.nan += not math.isfinite(loss)
        else:
            self.advanced += 1
            self.total += loss
        if iteration % self.interval:
            return
        mean = self.total / max(1, self.advanced)
        shown = mean > 0.0 or (self.zero_counts and mean == 0.0)
        line = f" [2026-08-22 10:{iteration // 60 % 60:02d}:{iteration % 60:02d}.000000] iteration {iteration:8d}/{500000:8d} |"
        line += f" consumed samples: {self.keep('consumed samples', '{:12d}', iteration * 1024)} |"
        line += f" elapsed time per iteration (ms): {self.keep('elapsed time per iteration (ms)', '{:.1f}', 512.3)} |"
        line += f" learning rate: {self.keep('learning rate', '{:.6E}', 1.5e-4 * min(1, iteration / 100))} |"
        line += f" global batch size: {self.keep('global batch size', '{:5d}', 1024)} |"
        if shown:
            line += f" lm loss: {mean:.6E} |"
        line += f" loss scale: {self.keep('loss scale', '{:.1f}', scale)} |"
        if not skip:
            line += f" grad norm: {self.keep('grad norm', '{:.3f}', norm)} |"
        line += f" number of skipped iterations: {self.keep('number of skipped iterations', '{:3d}', self.skipped)} |"
        line += f" number of nan iterations: {self.keep('number of nan iterations', '{:3d}', self.nan)} |"
        self.lines.append(line)
        if self.advanced and not (shown or math.isnan(mean)):
            raise ValueError("a made-up loss is positive or NaN")
        if self.nan or math.isnan(mean):
            self.values.setdefault("lm loss", []).append(math.nan)
        elif self.advanced:
            self.values.setdefault("lm loss", []).append(float(f"{mean:.6E}"))
        self.total, self.advanced, self.skipped, self.nan = 0.0, 0, 0, 0

    def validate(self, prefix: str, loss: float, split: str = "validation") -> None:
        """Print a validation between two rules."""
        perplexity = math.exp(min(20, loss))
        text = f" validation loss at {prefix} | lm loss value: {self.keep(f'lm loss {split}', '{:.6E}', loss)} | "
        text += f"lm loss PPL: {self.keep(f'lm loss PPL {split}', '{:.6E}', perplexity)} | "
        rule = "-" * (len(text) + 1)
        self.lines += [rule, text, rule]

    def rows(self, roles: dict[str, str]) -> list[Row]:
        """Return the series that a reader must find."""
        return [(name, role, self.values[name]) for name, role in roles.items() if name in self.values]


def losses(count: int) -> list[float]:
    """Return a loss that falls from 10.9."""
    return [3 + 7.9 * 0.99**i + 0.05 * math.sin(i) for i in range(count)]


def arguments() -> list[str]:
    """Return what `print_args` of Megatron prints as it starts, in part."""
    given = {
        "accumulate_allreduce_grads_in_fp32": "True", "adam_beta1": "0.9", "adam_eps": "1e-08", "bf16": "True",
        "clip_grad": "1.0", "fp16": "False", "global_batch_size": "1024", "hidden_dropout": "0.1", "lr": "0.00015",
        "lr_decay_style": "cosine", "min_lr": "1e-05", "optimizer": "adam", "weight_decay": "0.01",
    }  # fmt: skip
    body = [f"  {name} {'.' * (48 - len(name))} {value}" for name, value in given.items()]
    return [
        "using world size: 64, data-parallel size: 8, context-parallel size: 1 tensor-model-parallel size: 4",
        f"{'-' * 24} arguments {'-' * 24}", *body, f"{'-' * 20} end of arguments {'-' * 21}",
    ]  # fmt: skip


def write(case: str, trainer: Trainer, notes: int, *, before: Sequence[str] = (), restarts: Sequence[int] = (),
          config: dict[str, object] | None = None, cut: bool = False) -> None:  # fmt: skip
    """Write one case of Megatron's format."""
    with log_file("slurm-4711.out") as log:
        text = "\n".join([*before, *trainer.lines, ""])
        log.write_text(text[: text.rindex("grad norm") + 13] if cut else text, encoding="utf-8")
        found = trainer.rows({**FIELDS, **HELD_OUT, "lm loss test": "other", "lm loss PPL test": "other"})
        facts = {"framework": "pytorch", "batch_size": 1024.0, **(config or {})}
        save("megatron", case, log, found, written_by=MEGATRON, notes=notes, restarts=restarts, config=facts)


def main() -> None:
    """An ordinary run, NaN in bf16, skipped and NaN iterations in fp16, resumed, cut off; GPT-NeoX and NeMo."""
    stated = {
        "adam_epsilon": 1e-8, "amp": True, "grad_clip": 1.0, "dropout": 0.1, "lr": 1.5e-4, "schedule": "cosine",
        "optimizer": "adam", "weight_decay": 0.01,
    }  # fmt: skip
    curve = losses(400)
    run = Trainer()
    for i, loss in enumerate(curve[:200], 1):
        run.step(i, loss, 1.5, 1.0)
        if i % 50 == 0:
            run.validate(f"iteration {i}", loss + 0.1)
    run.validate("iteration 200 on validation set", curve[199] + 0.1)
    run.validate("iteration 200 on test set", curve[199] + 0.2, "test")
    write("arguments_validation_and_test", run, 0, before=arguments(), config=stated)

    run = Trainer()
    for i, loss in enumerate(curve[:100], 1):
        run.step(i, math.nan if i > 55 else loss, math.nan if i > 55 else 1.5, 1.0)
    write("nan_in_bf16", run, 1)

    run, scale = Trainer(), 2.0**16
    for i, loss in enumerate(curve[:120], 1):
        skip = i <= 20 or i > 90  # the scale is found first; then the loss is NaN for good
        scale = max(scale / 2, 1.0) if skip and i % 4 == 0 else scale
        run.step(i, math.nan if i > 90 else loss, 1.5, scale, skip=skip)
    write("skipped_and_nan_in_fp16", run, 2)

    run = Trainer(zero_counts=True)
    for i, loss in enumerate(curve[:60], 1):
        run.step(i, loss, 1.5, 4096.0, skip=20 < i <= 40)
    write("skipped_and_printed_as_zero", run, 1)

    run = Trainer()
    for i in [*range(1, 131), *range(101, 161)]:
        run.step(i, curve[i], 1.5, 1.0)
        if i == 130:
            run.lines += [
                "slurmstepd: error: *** JOB 4711 ON node12 CANCELLED DUE TO TIME LIMIT ***",
                *arguments(),
            ]
            run.total = run.advanced = 0
    write("resumed_in_the_same_file", run, 1, restarts=[13], config=stated)

    run = Trainer()
    for i, loss in enumerate(curve[:50], 1):
        run.step(i, loss, 1.5, 1.0)
    for name, values in run.values.items():
        run.values[name] = values[:-1]
    write("cut_off", run, 1, cut=True)
    neox()
    nemo()


def neox() -> None:
    """GPT-NeoX: NaN is printed; validation has names of its own."""
    kept: dict[str, list[float]] = {}
    text = ""
    for i, loss in enumerate(losses(40), 1):
        mean = math.nan if i > 30 else loss
        fields = {
            "learning rate": f"{6e-4 * i / 40:.3E}", "lm_loss": f"{mean:.6E}", "loss scale": f"{4096.0:.1f}",
            "number of skipped iterations": f"{0:3d}", "number of nan iterations": f"{10 if i > 30 else 0:3d}",
        }  # fmt: skip
        for name, value in {
            "samples/sec": "9.512",
            "elapsed time per iteration (ms)": "107648.5",
            **fields,
        }.items():
            kept.setdefault(name, []).append(float(value))
        head = f"[2026-08-22 10:00:{i:02d},123] [INFO] [logging.py:60:log_dist] [Rank 0] "
        text += f"{head} samples/sec: 9.512 | iteration {i * 10:8d}/{320000:8d} | elapsed time per iteration (ms): 107648.5 |"
        text += f" learning rate: {fields['learning rate']} | approx flops per GPU: 120.0TFLOPS |"
        text += (
            "".join(f" {name}: {value} |" for name, value in fields.items() if name != "learning rate") + "\n"
        )
        if i % 10 == 0:
            val = math.nan if i > 30 else loss + 0.1
            perplexity = math.exp(min(20, val)) if i <= 30 else math.nan
            kept.setdefault("lm_loss validation", []).append(float(f"{val:.6E}"))
            kept.setdefault("lm_loss_ppl validation", []).append(float(f"{perplexity:.6E}"))
            text += f"{'-' * 100}\n validation results at iteration {i * 10} | lm_loss value: {val:.6E} | lm_loss_ppl value: {perplexity:.6E} | \n{'-' * 100}\n"
    roles = {
        "learning rate": "lr",
        "lm_loss": "train_loss",
        "loss scale": "loss_scale",
        "lm_loss validation": "val_loss",
    }
    with log_file("neox.log") as log:
        log.write_text(text, encoding="utf-8")
        found = [(name, roles.get(name, "other"), values) for name, values in kept.items()]
        save(
            "megatron", "gpt_neox", log, found, written_by="format of GPT-NeoX megatron/logging.py (training_log)", notes=0,
            config={"framework": "pytorch"},
        )  # fmt: skip


def nemo() -> None:
    """NeMo: fields of its own, NaN printed, and the last validation in every line after it."""
    kept: dict[str, list[float]] = {}
    text, val = "", None
    for i, loss in enumerate(losses(30), 1):
        fields = {
            "lr": 3e-5, "global_batch_size": 16, "global_step": i * 10 - 1,
            "reduced_train_loss": math.nan if i > 25 else loss, "train_step_timing in s": 0.7123, "consumed_samples": i * 160,
        }  # fmt: skip
        for name, value in fields.items():
            if name != "global_step":
                kept.setdefault(name, []).append(float(value if isinstance(value, int) else f"{value:.4}"))
        shown = {**fields, **({"val_loss": val} if val is not None else {})}
        text += f"Training epoch 0, iteration {i * 10 - 1}/999" + "".join(
            f" | {name}: {value if isinstance(value, int) else format(value, '.4')}"
            for name, value in shown.items()
        )
        text += "\n"
        if i % 10 == 0:
            val = loss + 0.1
            text += "Validation: iteration 1/2\nValidation: iteration 2/2\n"
            kept.setdefault("val_loss", []).append(float(f"{val:.4}"))
    kept["val_loss"].pop()  # never printed: no training line follows the last validation
    roles = {"lr": "lr", "reduced_train_loss": "train_loss", "val_loss": "val_loss"}
    with log_file("nemo.log") as log:
        log.write_text(text, encoding="utf-8")
        found = [(name, roles.get(name, "other"), values) for name, values in kept.items()]
        save(
            "megatron", "nemo", log, found, notes=1, config={"framework": "pytorch", "batch_size": 16.0},
            written_by="format of NeMo nemo/lightning/pytorch/callbacks/progress_printer.py (ProgressPrinter)",
        )  # fmt: skip
