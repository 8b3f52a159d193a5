"""torchtune: DiskLogger, StdoutLogger and the bar of its recipes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from captured import captured, log_file
from common import by, save

ROLES = {"loss": "train_loss", "lr": "lr", "grad_norm": "grad_norm", "val_loss": "val_loss"}


def main() -> None:
    """A small training logged as recipes do: validation, NaN and infinity, appended, cut off, on screen with a bar."""
    import torch
    import tqdm
    from torchtune.training.metric_logging import DiskLogger, StdoutLogger

    def training(
        steps: int, *, rate: float = 0.05, start: int = 0, clipped: bool = True
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield steps from 1 and what a recipe hands to its logger after each."""
        torch.manual_seed(0)
        x = torch.randn(64, 8)
        y = x.sum(1, keepdim=True)
        net = torch.nn.Linear(8, 1)
        optimizer = torch.optim.SGD(net.parameters(), rate)
        for step in range(start + 1, start + steps + 1):
            loss = ((net(x) - y) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(net.parameters(), 1e30)
            optimizer.step()
            entry = {"loss": loss.item(), "lr": rate, "tokens_per_second_per_gpu": 512.0 + step}
            yield step, {**entry, **({"grad_norm": norm} if clipped else {})}
            if step % 5 == 0:
                yield step, {"val_loss": loss.item() + 0.1}

    def write(
        case: str, log: Path, entries: Sequence[Mapping[str, Any]], notes: int, restarts: Sequence[int] = ()
    ) -> None:
        names = list(dict.fromkeys(name for entry in entries for name in entry))
        found = [
            (name, ROLES.get(name, "other"), [float(f"{entry[name]}") for entry in entries if name in entry])
            for name in names
        ]
        save(
            "torchtune_disk", case, log, found, written_by=by("torchtune"), notes=notes, restarts=restarts,
            config={"framework": "pytorch"},
        )  # fmt: skip

    def logged(log: Path, entries: Sequence[tuple[int, dict[str, Any]]]) -> list[dict[str, Any]]:
        logger = DiskLogger(str(log.parent), log.name)
        for step, entry in entries:
            logger.log_dict(entry, step)
        logger.close()
        return [entry for _, entry in entries]

    with log_file("log_1790000000.txt") as log:
        write("validation_every_5_steps", log, logged(log, list(training(40))), 0)
    with log_file("log_1790000000.txt") as log:
        write("diverges_to_nan", log, logged(log, list(training(60, rate=10.0))), 0)
    with log_file("log.txt") as log:
        entries = logged(log, list(training(23))) + logged(log, list(training(20, start=10)))
        write("appended_after_a_crash", log, entries, 1, [4, 23])
    with log_file("log_1790000000.txt") as log:
        entries = logged(log, [each for each in training(12, clipped=False) if "loss" in each[1]])
        log.write_text(log.read_text()[:-40])
        write("cut_off", log, entries[:-1], 1)
    with log_file("log_1790000000.txt") as log:
        logger = DiskLogger(str(log.parent), log.name)
        losses = [2.0 * 0.9**i if i < 15 else math.inf for i in range(20)]
        for step, loss in enumerate(losses, 1):
            logger.log("loss", loss, step)
            logger.log("train/num_tokens", 100 * step, step)
        logger.close()
        entries = [{"loss": loss, "train/num_tokens": 100 * step} for step, loss in enumerate(losses, 1)]
        write("one_metric_a_line", log, entries, 0)
    with log_file("output.txt") as log:
        kept = []
        with captured(log):
            logger, bar = StdoutLogger(), tqdm.tqdm(total=20)
            print(
                "INFO:torchtune.utils._logging:Running FullFinetuneRecipeSingleDevice with resolved config:\n\nbatch_size: 2\nepochs: 1\n"
            )
            for step, entry in training(20):
                if "loss" in entry:
                    bar.update(1)
                    bar.set_description(f"1|{step}|Loss: {entry['loss']}")
                if step % 2 == 0:
                    logger.log_dict(entry, step)
                    kept.append(entry)
            bar.close()
        write("on_screen_beside_the_bar", log, kept, 0)
    with log_file("output.txt") as log:
        with captured(log):
            bar = tqdm.tqdm(total=20, mininterval=0)
            kept = [(step, entry["loss"]) for step, entry in training(20) if "loss" in entry]
            for step, loss in kept:
                bar.update(1)
                bar.set_description(f"1|{step}|Loss: {loss}")
            bar.close()
        write("bar_alone", log, [{"loss": loss} for _, loss in kept], 1)
