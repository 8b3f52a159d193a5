"""Drawing settings, spending runs on the promising ones, and telling a better setting from a lucky seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, stdev

import torch
from torch import nn

from lossclinic_kb.lab import Task, load_task, mlp

Setting = dict[str, float]
USUAL: Mapping[str, float] = {"lr": 1e-3, "width": 64, "batch": 32, "beta1": 0.9, "eps": 1e-8, "decay": 1e-4}


def drawn(trials: int) -> list[Setting]:
    """Return settings spread evenly over the logarithms of their ranges."""
    # snippet: draw | pytorch | Draw settings evenly, on a logarithmic scale | 在对数尺度上均匀取参数
    low, high = {"lr": 1e-5, "decay": 1e-6}, {"lr": 1e-1, "decay": 1e-2}
    points = torch.quasirandom.SobolEngine(len(low), scramble=True, seed=0).draw(trials)
    settings = []
    for point in points.tolist():
        row = zip(low, point, strict=True)
        settings.append({name: low[name] * (high[name] / low[name]) ** share for name, share in row})
    # 16 trials: 16 different rates. A 4 by 4 grid tries 4.
    # end snippet
    return settings


def halved(settings: Sequence[Setting], score: Callable[[Setting, int], float], steps: int) -> Setting:
    """Return the setting with the lowest loss: all of them briefly, the best of each round for longer.

    Args:
        settings: What to try.
        score: The validation loss of a setting after so many steps; NaN where it diverged.
        steps: How long the first round is.
    """
    # snippet: halve | pytorch | Many short runs, few long ones | 短跑多试，长跑少跑
    left = list(settings)
    while len(left) > 1:
        found = [(score(setting, steps), setting) for setting in left]
        finite = [pair for pair in found if math.isfinite(pair[0])]
        finite.sort(key=lambda pair: pair[0])
        left = [setting for _, setting in finite[: max(1, len(left) // 3)]]
        steps *= 3  # the best third, three times as long: every round costs the same
    # end snippet
    return left[0]


def at_the_edge(tried: Sequence[float], best: float) -> bool:
    """Return whether the best value is so near the end of what was tried that better ones may lie beyond."""
    # snippet: edge | pytorch | Is the best value at the edge of the range? | 最好的值是不是卡在搜索范围的边上
    logs = sorted(math.log10(value) for value in tried)
    low, high = logs[0], logs[-1]
    margin = 0.1 * (high - low)
    edge = not low + margin < math.log10(best) < high - margin
    # True: move the range by a factor of 10 towards that side and search again.
    # end snippet
    return edge  # noqa: RET504 - the snippet names it


def better(old: Sequence[float], new: Sequence[float]) -> bool:
    """Return whether `new` losses are lower than `old` ones by more than seeds explain."""
    # snippet: seeds | pytorch | Better, or a lucky seed? | 是真的更好，还是种子运气好
    gain = fmean(old) - fmean(new)  # validation losses of three to five seeds each
    old_error, new_error = stdev(old) / math.sqrt(len(old)), stdev(new) / math.sqrt(len(new))
    error = math.hypot(old_error, new_error)
    real = gain > 2 * error
    # end snippet
    return real  # noqa: RET504 - the snippet names it


def trained(task: Task, setting: Mapping[str, float], steps: int = 150, seed: int = 0) -> float:
    """Return the validation loss of a small network after `steps` steps of AdamW."""
    of = {**USUAL, **setting}
    torch.manual_seed(seed)
    model = mlp(task, width=round(of["width"]))
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=of["lr"], betas=(of["beta1"], 0.999), eps=of["eps"], weight_decay=of["decay"]
    )
    for _ in range(steps):
        chosen = torch.randint(len(task.y), (round(of["batch"]),))
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(task.x[chosen]), task.y[chosen]).backward()
        optimizer.step()
    with torch.no_grad():
        return nn.functional.cross_entropy(model(task.x_val), task.y_val).item()


def by_multiple(name: str, multiples: Sequence[float], task: Task | None = None) -> list[float]:
    """Return the validation loss with one value at each of `multiples` of the usual one, all else usual."""
    task = load_task("digits") if task is None else task
    return [trained(task, {name: USUAL[name] * multiple}) for multiple in multiples]


def exercise() -> None:
    """Run every snippet; the assertions are what the page claims of them."""
    settings = drawn(16)
    assert len({setting["lr"] for setting in settings}) == 16
    assert all(sum(10**-e <= s["lr"] < 10 ** (1 - e) for s in settings) == 4 for e in range(2, 6))
    _the_rate_matters_most()
    _halving_finds_a_good_rate(settings[:9])
    assert at_the_edge([1e-5, 1e-4, 1e-3], 1e-3)
    assert not at_the_edge([1e-5, 1e-4, 1e-3], 1e-4)
    task = load_task("digits")
    few, more, same = ([trained(task, {"lr": lr}, 60, seed) for seed in seeds] for lr, seeds in _COMPARED)
    assert better(few, more)
    assert not better(few, same)


_COMPARED = ((1e-3, (0, 1, 2)), (4e-3, (3, 4, 5)), (1e-3, (6, 7, 8)))


def _the_rate_matters_most() -> None:
    task = load_task("digits")
    spread = {}
    for name in ("lr", "width", "batch", "eps", "decay"):
        losses = by_multiple(name, (0.1, 1, 10), task)
        spread[name] = max(losses) - min(losses)
    assert spread["lr"] > spread["width"] > spread["batch"] > 0.5
    assert max(spread["eps"], spread["decay"]) < 0.01


def _halving_finds_a_good_rate(settings: Sequence[Setting]) -> None:
    task = load_task("digits")
    best = halved(settings, lambda setting, steps: trained(task, setting, steps), steps=30)
    assert 5e-3 < best["lr"] < 2e-2
