"""Scripts of their own: a generator against a discriminator, an autoencoder with a latent, a net with CTC."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.field.scripts.plain_logs import Events, WandbHistory
from benchmarks.field.tasks.images import stripes

bce = functional.binary_cross_entropy_with_logits


@dataclass(frozen=True)
class GanScript:
    """A generator of points on eight spots of a ring, and its discriminator."""

    steps: int = 900
    batch_size: int = 64
    lr: float = 1e-3
    lr_discriminator: float = 1e-3
    discriminator_steps: int = 1
    discriminator_width: int = 48
    beta1: float = 0.5
    noise: int = 8

    def facts(self) -> dict[str, object]:
        """Return what the author would state."""
        return {
            "framework": "pytorch",
            "task": "gan",
            "optimizer": "adam",
            "lr": self.lr,
            "momentum": self.beta1,
            "batch_size": self.batch_size,
        }


def real(samples: int) -> Tensor:
    """Return points near eight spots of a ring, (N, 2)."""
    turn = torch.randint(0, 8, (samples,)) * torch.pi / 4
    return 2 * torch.stack([turn.cos(), turn.sin()], 1) + 0.1 * torch.randn(samples, 2)


def dense(*sizes: int) -> nn.Sequential:
    """Return dense layers with leaky ReLUs between them."""
    layers: list[nn.Module] = []
    for wide, narrow in itertools.pairwise(sizes):
        layers += [nn.Linear(wide, narrow), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers[:-1])


def gan(script: GanScript, path: Path) -> None:
    """Train both, and export the history."""
    generator = dense(script.noise, 48, 48, 2)
    discriminator = dense(2, script.discriminator_width, script.discriminator_width, 1)
    betas = (script.beta1, 0.999)
    forger = torch.optim.Adam(generator.parameters(), script.lr, betas)
    judge = torch.optim.Adam(discriminator.parameters(), script.lr_discriminator, betas)
    log, size = WandbHistory(path, 1), script.batch_size
    for step in range(1, script.steps + 1):
        for _ in range(script.discriminator_steps):
            scores = (
                discriminator(real(size)),
                discriminator(generator(torch.randn(size, script.noise)).detach()),
            )
            d_loss = bce(scores[0], torch.ones(size, 1)) + bce(scores[1], torch.zeros(size, 1))
            judge.zero_grad()
            d_loss.backward()
            judge.step()
        made = generator(torch.randn(size, script.noise))
        g_loss = bce(discriminator(made), torch.ones(size, 1))
        forger.zero_grad()
        g_loss.backward()
        forger.step()
        if step % 10 == 0:
            figures = {"d_loss": float(d_loss.detach()), "g_loss": float(g_loss.detach())}
            right = float(((scores[0] > 0).float().mean() + (scores[1] < 0).float().mean()) / 2)
            log.log(
                {"step": step, **figures, "d_acc": right, "sample_std": float(made.detach().std(0).mean())}
            )
    log.close()


@dataclass(frozen=True)
class VaeScript:
    """An autoencoder of stripes with a latent of eight numbers."""

    epochs: int = 20
    batch_size: int = 32
    lr: float = 2e-3
    beta: float = 0.02
    latent: int = 8

    def facts(self) -> dict[str, object]:
        """Return what the author would state."""
        return {
            "framework": "pytorch",
            "task": "vae",
            "optimizer": "adam",
            "lr": self.lr,
            "batch_size": self.batch_size,
            "epochs": self.epochs,
        }


def vae(script: VaeScript, path: Path) -> None:
    """Train, and write scalars."""
    split = stripes()
    encoder, decoder = dense(144, 96, 2 * script.latent), dense(script.latent, 96, 144)
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], script.lr)
    log, step = Events(path, 1), 0

    def losses(x: Tensor) -> tuple[Tensor, Tensor]:
        mean, spread = encoder(x).chunk(2, 1)
        z = mean + torch.randn_like(mean) * (spread / 2).exp()
        kl = -0.5 * (1 + spread - mean**2 - spread.exp()).sum(1).mean()
        return bce(decoder(z), x, reduction="none").sum(1).mean(), kl

    for _ in range(script.epochs):
        for index in torch.randperm(len(split.x)).split(script.batch_size):
            recon, kl = losses(split.x[index])
            loss = recon + script.beta * kl
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            if step % 5 == 0:
                figures = {"recon": recon, "kl": kl, "loss": loss}
                log.scalars({f"train/{name}": float(value.detach()) for name, value in figures.items()}, step)
        with torch.no_grad():
            recon, kl = losses(split.x_val)
        log.scalars(
            {"val/recon": float(recon), "val/kl": float(kl), "val/loss": float(recon + script.beta * kl)},
            step,
        )
    log.close()


@dataclass(frozen=True)
class CtcScript:
    """A net that reads digits off a strip of noisy columns."""

    epochs: int = 25
    batch_size: int = 16
    lr: float = 5e-3
    columns: int = 24
    digits: int = 5

    def facts(self) -> dict[str, object]:
        """Return what the author would state."""
        return {
            "framework": "pytorch",
            "task": "ctc",
            "optimizer": "adam",
            "lr": self.lr,
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "classes": 11,
        }


def strips(script: CtcScript, samples: int) -> tuple[Tensor, Tensor]:
    """Return strips, (N, columns, 12), and the digits 1 to 10 that stand on each, (N, digits)."""
    digits = torch.randint(1, 11, (samples, script.digits))
    places = torch.linspace(0, script.columns - 1, script.digits).long()
    x = 0.3 * torch.randn(samples, script.columns, 12)
    x[:, places] += 2 * functional.one_hot(digits, 12)
    return x, digits


def ctc(script: CtcScript, path: Path) -> None:
    """Train, and write scalars."""
    (x, y), (x_val, y_val) = strips(script, 480), strips(script, 96)
    net = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 11), nn.LogSoftmax(-1))
    optimizer = torch.optim.Adam(net.parameters(), script.lr)
    log, step = Events(path, 1), 0

    def loss_of(x: Tensor, y: Tensor) -> Tensor:
        lengths = torch.full((len(x),), x.shape[1]), torch.full((len(x),), y.shape[1])
        return functional.ctc_loss(net(x).transpose(0, 1), y, *lengths)

    for _ in range(script.epochs):
        for index in torch.randperm(len(x)).split(script.batch_size):
            loss = loss_of(x[index], y[index])
            optimizer.zero_grad()
            loss.backward()
            norm = nn.utils.clip_grad_norm_(net.parameters(), 1e9)
            optimizer.step()
            step += 1
            log.scalars({"train/loss": float(loss.detach()), "train/grad_norm": float(norm)}, step)
        with torch.no_grad():
            log.scalars({"val/loss": float(loss_of(x_val, y_val))}, step)
    log.close()
