"""A classifier of shapes whose author prints a line for every epoch."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import lr_scheduler

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.plain import Script
from benchmarks.field.scripts.plain_logs import lines
from benchmarks.field.tasks import flaws
from benchmarks.field.tasks.images import shapes


def accuracy(outputs: Tensor, labels: Tensor) -> float:
    """Return the share of right answers."""
    return float((outputs.argmax(1) == labels).float().mean())


def net(
    dropout: float = 0.2, width: int = 12, norm_momentum: float = 0.1, cut: bool = False, head: Any = None
) -> nn.Module:
    """Return two convolutions with batch norm, and two layers."""
    body = nn.Sequential(
        nn.Conv2d(1, width, 3, padding=1),
        nn.BatchNorm2d(width, momentum=norm_momentum),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(width, 2 * width, 3, padding=1),
        nn.BatchNorm2d(2 * width, momentum=norm_momentum),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
    )
    top = [nn.Linear(18 * width, 48), nn.ReLU(), nn.Dropout(dropout), nn.Linear(48, 6)]
    return nn.Sequential(Detached(body) if cut else body, *top, *([head] if head else []))


class Detached(nn.Module):
    """Features that were turned into an array on the way."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor) -> Tensor:
        """Return features without a graph."""
        return torch.from_numpy(self.body(x).detach().numpy())


def lenet() -> nn.Module:
    """Return convolutions with tanh, as they were written before there was batch norm."""
    body = [
        nn.Conv2d(1, 8, 5, padding=2),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.Tanh(),
    ]
    return nn.Sequential(
        *body, nn.AvgPool2d(2), nn.Flatten(), nn.Linear(144, 48), nn.Tanh(), nn.Linear(48, 6)
    )


def normed_head() -> nn.Module:
    """Return the network with batch norm before its last layer as well."""
    layers = list(net(dropout=0.0))
    return nn.Sequential(*layers[:-3], nn.BatchNorm1d(48), nn.ReLU(), layers[-1])


def zeros(module: nn.Module) -> None:
    """Set every weight of the layers to zero."""
    for parameter in module.parameters():
        if parameter.ndim > 1:
            nn.init.zeros_(parameter)


def wide(module: nn.Module) -> None:
    """Draw every weight of the layers from a normal distribution of width one."""
    for parameter in module.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, std=1.0)


def flipped(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Mirror half of the pictures."""
    return torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x.flip(-1), x), y


def scrambled(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Roll, blank out and drown the pictures."""
    moved = torch.roll(x, (int(torch.randint(-7, 7, ())), int(torch.randint(-7, 7, ()))), (-1, -2))
    return moved * (torch.rand_like(x) < 0.3) + 2.0 * torch.randn_like(x), y


def bytes_of(x: Tensor) -> Tensor:
    """Return brightness as a file of 16 bits holds it."""
    return ((x + 3) * 9000).clamp(0, 65535)


CLASSES = 6
SCRIPT = Script(
    shapes,
    net,
    functional.cross_entropy,
    ("acc", accuracy),
    epochs=12,
    lr=2e-3,
    classes=CLASSES,
    dropout=0.2,
    momentum=0.9,
)
plain_net = partial(net, dropout=0.0)

CASES = {
    "base": healthy("Both losses fall together and flatten near .1, both accuracies near .95."),
    "short": healthy(
        "Eight epochs with both losses still falling a little, accuracy above .9 on both sides.", epochs=8
    ),
    "cosine": healthy(
        "As smooth as it gets: both losses settle while the rate goes to zero.",
        schedule=lambda o: lr_scheduler.CosineAnnealingLR(o, 12),
    ),
    "dropout": healthy(
        "Training looks worse than validation throughout, as it must with dropout .6; both improve.",
        net=partial(net, dropout=0.6),
        dropout=0.6,
    ),
    "smoothing": healthy(
        "Losses settle near .55 because of label smoothing; accuracies are above .9.",
        loss=partial(functional.cross_entropy, label_smoothing=0.1),
        label_smoothing=0.1,
    ),
    "mirrored": healthy(
        "A slow, sound descent with augmentation; validation settles a little above training.",
        augment=flipped,
        epochs=24,
    ),
    "sgd": healthy(
        "A sound descent with a little jitter of the validation.", optimizer="sgd", lr=0.05, momentum=0.9
    ),
    "long": healthy("Forty epochs of slow, even progress, validation a little behind.", lr=2e-4, epochs=40),
    "lenet": healthy(
        "An older network that learns more slowly; both losses fall to the end, small gap.", net=lenet
    ),
    "hot": fault(
        "lr_too_high",
        "The first epoch's loss is several times ln 6, then everything sits at ln 6 with accuracies at chance.",
        lr=0.5,
    ),
    "hotter_sgd": fault(
        "lr_too_high",
        "An absurd first loss of 10^5, then both losses jump about above ln 6, accuracy at chance.",
        against="sgd",
        optimizer="sgd",
        lr=3.0,
        momentum=0.9,
    ),
    "cold": fault(
        "lr_too_low",
        "Both losses creep down in the third digit over all epochs, accuracy at chance; nothing else is wrong.",
        lr=2e-6,
    ),
    "kept_gradients": fault(
        "missing_zero_grad",
        "Training goes wrong from the first epoch and the loss grows and grows to hundreds, without end.",
        against="sgd",
        optimizer="sgd",
        lr=0.05,
        momentum=0.9,
        zero_grad=False,
    ),
    "no_step": fault(
        "optimizer_step_missing",
        "Train loss only flickers, validation loss and accuracy are the same figures epoch after epoch.",
        step=False,
    ),
    "no_eval": fault(
        "missing_eval_mode",
        "Validation is as noisy and as poor as training under dropout .7, when it should be far better.",
        val_mode=False,
        net=partial(net, dropout=0.7),
        dropout=0.7,
        against="dropout",
    ),
    "softmax": fault(
        "softmax_before_cross_entropy",
        "Accuracies are .95 and above while both losses stop at 1.05, the floor of a double softmax for six classes.",
        net=partial(net, head=nn.Softmax(1)),
    ),
    "raw_bytes": fault(
        "no_input_normalization",
        "Losses start high and stay near chance; the same network on scaled pictures learns at once.",
        data=flaws.everywhere(shapes, bytes_of),
        net=lenet,
        against="lenet",
    ),
    "misaligned": fault(
        "label_misalignment",
        "Train loss falls slowly by memorising, validation accuracy stays at chance and its loss leaves ln 6 upwards.",
        data=flaws.mapped(shapes, y=flaws.shuffled, y_val=flaws.shuffled),
        epochs=25,
    ),
    "few": fault(
        "overfitting",
        "Train loss goes to zero with accuracy 1, validation stays near .33 and its loss turns upwards.",
        data=partial(shapes, train=120, noise=0.8),
        epochs=60,
        net=plain_net,
        dropout=0.0,
    ),
    "noisy_labels": fault(
        "bad_annotations",
        "Validation accuracy peaks at .85 while train accuracy is only .6, then sinks as the wrong labels are memorised.",
        data=flaws.mapped(shapes, y=flaws.noisy_labels(6, 0.5)),
        epochs=25,
    ),
    "detached": fault(
        "graph_detached",
        "Learns, but stops far above what the network can do, .81 against .94, as if only the top were trained.",
        net=partial(net, cut=True),
    ),
    "half_optimizer": fault(
        "wrong_params_in_optimizer",
        "Slow, early plateau at accuracy .5: most of the network does not learn.",
        parameters=lambda module: module[-1].parameters(),
    ),
    "zeros": fault(
        "bad_initialization",
        "Loss exactly at ln 6 from the first epoch to the last, accuracy that of one class.",
        prepare=zeros,
    ),
    "wide": fault(
        "bad_initialization",
        "The first loss is 800, hundreds of times ln 6, and it is still 80 at the end; accuracy lags far behind.",
        prepare=wide,
        net=lambda: nn.Sequential(
            nn.Flatten(), nn.Linear(196, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 6)
        ),
        lr=1e-3,
    ),
    "nan": fault(
        "nan_in_data",
        "NaN from the first epoch in both losses, accuracy stuck at one class.",
        data=flaws.mapped(shapes, x=flaws.with_nan(1)),
    ),
    "norm_momentum": fault(
        "batchnorm_running_stats",
        "Training is as it should be; validation lags far behind from the first epoch and only slowly closes the gap.",
        net=partial(net, norm_momentum=1e-4),
    ),
    "pairs": fault(
        "batchnorm_small_batch",
        "With batches of two training jitters and never gets good; validation is better than training.",
        batch_size=2,
        net=normed_head,
        dropout=0.0,
        data=partial(shapes, train=600),
        epochs=8,
    ),
    "val_raw": fault(
        "train_infer_mismatch",
        "Training is perfect while validation loss is in the tens from the first epoch and jumps about.",
        data=flaws.mapped(shapes, x_val=lambda x: x * 60 + 110),
    ),
    "class_order": fault(
        "class_id_mapping_error",
        "Training is perfect, validation accuracy far below chance and its loss rises as training improves.",
        data=flaws.mapped(shapes, y_val=lambda y: (y + 1) % 6),
    ),
    "sorted": fault(
        "no_shuffling",
        "One bad epoch, then constant losses at chance: every batch holds one class only.",
        data=flaws.sorted_by(shapes, lambda x, y: y),
        shuffle=False,
        net=plain_net,
        dropout=0.0,
    ),
    "counted_wrong": fault(
        "metric_bug",
        "Losses fall to nothing on both sides while both accuracies read 0 throughout.",
        metric=("acc", lambda outputs, labels: float((outputs.argmax(0) == labels[:6]).float().mean())),
    ),
    "three_epochs": fault(
        "insufficient_training",
        "Five epochs, both losses falling in a straight line together when it stops.",
        epochs=5,
        lr=2e-4,
        against="long",
    ),
    "scrambled": fault(
        "augmentation_too_strong",
        "Train loss sits at ln 6 for ever and validation hardly moves: nothing can be learned from what the net is shown.",
        augment=scrambled,
    ),
    "decayed": fault(
        "over_regularized",
        "Both losses fall, turn round and rise again together while accuracy sinks: the weights are being shrunk away.",
        optimizer="adam",
        weight_decay=0.5,
    ),
    "early_decay": fault(
        "lr_schedule_wrong",
        "Both losses freeze at the second epoch, at .8, to the third digit: nothing moves any more.",
        schedule=lambda o: lr_scheduler.StepLR(o, 1, 0.1),
    ),
    "reduced": fault(
        "model_too_small",
        "Train and validation crawl together near chance, far above what is reachable, with no gap.",
        net=lambda: nn.Sequential(nn.AvgPool2d(7), nn.Flatten(), nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 6)),
    ),
}

SETTING = Setting("open", "print", "shapes", "log", SCRIPT, lines, CASES, CLASSES)
