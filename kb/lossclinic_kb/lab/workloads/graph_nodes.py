"""Which group each node of a graph belongs to, from its own noisy features and those of its neighbours.

Stands for graph networks, which see the whole graph in every step: an epoch is one update, and there are dozens.
Healthy: the cross-entropy starts at ln K and falls smoothly; the accuracy on the held-out nodes ends above 0.7.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from lossclinic_kb.lab.figures import IGNORED, token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import trial_of
from lossclinic_kb.lab.world import World

NODES = 900
FEATURES = 24
NEIGHBOURS = 6.0
AT_HOME = 0.75
"""Share of a node's neighbours that are of its own group."""

RANGE = Range(
    samples=1,  # the graph
    steps=(40, 110),
    rates={"adam": 1e-2, "adamw": 1e-2},
    batch_sizes=(1,),
    widths=(16, 32),
    depths=(1,),
    classes=(3, 5, 7),
    sums=False,
    plain=False,
)


class Convolution(nn.Module):
    """Two layers that mix each node with the mean of its neighbours (Kipf and Welling, 2017)."""

    def __init__(self, mixing: Tensor, width: int, classes: int) -> None:
        super().__init__()
        self.register_buffer("mixing", mixing)
        self.first, self.last = nn.Linear(FEATURES, width), nn.Linear(width, classes)
        self.dropout = nn.Dropout(0.3)

    def forward(self, features: Tensor) -> Tensor:
        """Return scores, shape (1, nodes, classes), for features, shape (1, nodes, features)."""
        hidden = self.dropout((self.mixing @ self.first(features)).relu())
        scores: Tensor = self.mixing @ self.last(hidden)
        return scores


def graph(seed: int, groups: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the mixing matrix, shape (nodes, nodes), features, shape (nodes, features), and groups, shape (nodes,)."""
    draw = torch.Generator().manual_seed(seed)
    group = torch.randint(groups, (NODES,), generator=draw)
    same = group[:, None] == group[None, :]
    chance = torch.where(same, AT_HOME * groups, (1 - AT_HOME) * groups / (groups - 1)) * NEIGHBOURS / NODES
    edges = (torch.rand(NODES, NODES, generator=draw) < chance / 2).float()
    edges = ((edges + edges.T) > 0).float().fill_diagonal_(1.0)
    root = edges.sum(dim=1).rsqrt()
    centres = torch.randn(groups, FEATURES, generator=draw)
    features = 0.6 * centres[group] + 1.5 * torch.randn(NODES, FEATURES, generator=draw)
    return root[:, None] * edges * root[None, :], features, group


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    torch.manual_seed(world.seed)
    groups = world.classes or 5
    mixing, features, group = graph(world.seed, groups)
    known = torch.rand(NODES, generator=torch.Generator().manual_seed(world.seed)) < 0.5
    train, val = (group.masked_fill(~mask, IGNORED)[None] for mask in (known, ~known))
    batches = (
        DataLoader(TensorDataset(features[None], train)),
        DataLoader(TensorDataset(features[None], val)),
    )
    facts = {"classes": groups, "loss": "cross_entropy"}
    return trial_of(
        world, Convolution(mixing, world.width, groups), batches, token_cross_entropy, facts=facts
    )
