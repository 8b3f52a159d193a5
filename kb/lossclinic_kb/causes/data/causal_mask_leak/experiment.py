"""A language model that sees the characters it has to predict; and the same one that sees only the past."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial, optimizer_for
from lossclinic_kb.lab.schedules import schedule_for
from lossclinic_kb.lab.workloads.char_rnn import Recurrent
from lossclinic_kb.lab.workloads.char_transformer import LENGTH, Decoder

WORKLOADS: tuple[str, ...] = ("char_transformer", "char_rnn")


class Leaky(Decoder):
    """The decoder without its mask: always, or in training only, if `honest_in_eval`."""

    honest_in_eval = False

    def forward(self, tokens: Tensor) -> Tensor:
        """Return scores as `Decoder` does."""
        if self.honest_in_eval and not self.training:
            return super().forward(tokens)
        hidden = self.embedding(tokens) + self.positions.weight[: tokens.shape[1]]
        for block in self.blocks:
            hidden = block(hidden)
        scores: Tensor = self.head(self.norm(hidden))
        return scores


def broken(world: World) -> Trial:
    """Let every position see all others; odd seeds validate without the future, as generation would."""
    trial = healthy_trial(world)
    torch.manual_seed(world.seed)
    trial.model = _both_ways(world) if world.workload == "char_rnn" else _leaky(world)
    trial.optimizer = optimizer_for(world, trial.model)
    trial.schedule = schedule_for(world.schedule, trial.optimizer, trial.epochs * len(trial.train))
    return trial


def _leaky(world: World) -> Leaky:
    model = Leaky(world.classes or 40, world.width, world.depth)
    model.honest_in_eval = world.seed % 2 == 1
    return model


def _both_ways(world: World) -> Recurrent:
    """Return a recurrent network that also reads from the end: the other way to see the answer."""
    cell = nn.LSTM if world.variant else nn.GRU
    model = Recurrent(world.classes or 40, world.width, world.depth, cell)
    model.cell = cell(world.width, world.width // 2, world.depth, batch_first=True, bidirectional=True)
    return model


def cured(world: World) -> Trial:
    return healthy_trial(world)


def sees_the_future(model: nn.Module, tokens: Tensor, vocabulary: int) -> tuple[float, int]:
    """Return by how much outputs before a changed token change, and the first position that does, or -1."""
    # snippet: confirm | pytorch | Change the last token: nothing before it may change | 改掉最后一个 token：前面的输出一个都不能变
    model.eval()  # once more with model.train() where dropout is 0: the masks may differ
    with torch.no_grad():
        changed = tokens.clone()
        changed[:, -1] = (changed[:, -1] + 1) % vocabulary
        before, after = model(tokens), model(changed)  # (batch, time, vocabulary)
    model.train()
    moved = (before - after)[:, :-1].abs().amax(dim=(0, 2))
    leak = moved.max().item()  # above 1e-4: those positions see what they have to predict
    first = int((moved > 1e-4).nonzero()[0]) if leak > 1e-4 else -1
    # end snippet
    return leak, first


def causal_attention(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Return attention over the past and present, for shapes (batch, heads, time, width)."""
    # snippet: fix | pytorch | Attention that sees no later position | 看不到后面位置的注意力
    attended = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    # With a mask of your own the meaning differs: here True is "may be seen" (tril); in
    # nn.MultiheadAttention and nn.Transformer* True is "hidden": torch.ones(T, T).bool().triu(1).
    # end snippet
    return attended  # noqa: RET504 - the snippet names it


def pairs(tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Return inputs and targets, shifted once."""
    # snippet: fix_shift | pytorch | Shift by one, and only once | 错开一位，而且只错一次
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    # Hugging Face models shift inside: give them labels=tokens, or every target lies two steps ahead.
    # end snippet
    return inputs, targets


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    torch.manual_seed(0)
    tokens = torch.randint(40, (2, LENGTH))
    assert sees_the_future(Decoder(40, 16, 1), tokens, 40) == (0.0, -1)
    leak, first = sees_the_future(Leaky(40, 16, 1), tokens, 40)
    assert leak > 1e-3
    assert first == 0
    q, k, v = torch.randn(3, 1, 2, 6, 8).unbind()
    other = v.clone()
    other[:, :, -1] += 1
    assert torch.equal(causal_attention(q, k, v)[:, :, :-1], causal_attention(q, k, other)[:, :, :-1])
    seen = torch.ones(6, 6, dtype=torch.bool).tril()
    by_mask = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=seen)
    assert torch.allclose(by_mask, causal_attention(q, k, v), atol=1e-6)
    inputs, targets = pairs(tokens)
    assert torch.equal(inputs[:, 1:], targets[:, :-1])
