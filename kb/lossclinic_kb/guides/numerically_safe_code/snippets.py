"""Operations that turn finite numbers into NaN, forwards or only backwards, and how they are written safely."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from lossclinic_kb.lab import load_task, mlp


def first_bad(model: nn.Module, inputs: Tensor, targets: Tensor) -> str | None:
    """Return what is not finite first: inputs, targets, a parameter or the output of a layer; None if all is."""
    # snippet: find | pytorch | Which is the first thing that is not finite? | 最先坏掉的是谁
    named = [("inputs", inputs), ("targets", targets), *model.named_parameters()]
    bad = [name for name, tensor in named if not tensor.isfinite().all()]

    def look(name: str) -> Callable[[nn.Module, object, object], None]:
        def hook(_module: nn.Module, _inputs: object, output: object) -> None:
            if isinstance(output, Tensor) and not output.isfinite().all():
                bad.append(f"output of {name}")

        return hook

    hooks = [m.register_forward_hook(look(name)) for name, m in model.named_modules() if name]
    with torch.no_grad():
        model(inputs)  # the very batch that broke, with the weights from before that step
    for hook in hooks:
        hook.remove()
    first = bad[0] if bad else None  # None: the loss or the backward pass; see detect_anomaly below
    # end snippet
    return first  # noqa: RET504 - the snippet names it


def where_backward_breaks(loss_of: Callable[[], Tensor]) -> str:
    """Return what anomaly detection says of the backward pass of `loss_of()`, or an empty string."""
    # snippet: backward | pytorch | Which operation makes NaN on the way back? | 反向时哪个运算产生了 NaN
    said = ""
    with torch.autograd.detect_anomaly():  # slow: for this one batch only
        try:
            loss_of().backward()  # the forward pass has to be inside as well
        except RuntimeError as error:
            said = str(error)  # "Function 'PowBackward0' returned nan values in its 0th output."
    # end snippet
    return said


def roots(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return distance, angle and unit vector; `a` and `b` have shape (n, d)."""
    # snippet: roots | pytorch | Distance, angle, unit vector: safe at zero too | 距离、夹角、单位向量：在零点也安全
    distance = ((a - b).square().sum(-1) + 1e-8).sqrt()  # eps inside the root; beside it, it is no help
    # torch.linalg.vector_norm(a - b, dim=-1) needs none: its gradient at 0 is 0
    cosine = F.cosine_similarity(a, b, dim=-1)
    angle = torch.acos(cosine.clamp(-1 + 1e-6, 1 - 1e-6))  # the slope of acos at 1 is infinite
    unit = a / torch.linalg.vector_norm(a, dim=-1, keepdim=True).clamp(min=1e-6)
    # end snippet
    return distance, angle, unit


def root_or_zero(x: Tensor) -> Tensor:
    """Return the root where `x` is positive, 0 elsewhere."""
    # snippet: where | pytorch | where() twice, so that the branch not taken is harmless | where 用两次，没被选中的分支也不能出事
    positive = x > 0
    harmless = torch.where(positive, x, torch.ones_like(x))  # 1 where the root would break
    y = torch.where(positive, harmless.sqrt(), torch.zeros_like(x))
    # wrong: torch.where(x > 0, x.sqrt(), 0): right value, NaN gradient
    # end snippet
    return y  # noqa: RET504 - the snippet names it


def in_log_space(logits: Tensor, labels: Tensor, z: Tensor) -> tuple[Tensor, ...]:
    """Return the same quantities as the formulas in the comments; `z` holds single logits, `labels` int64."""
    # snippet: logs | pytorch | Never take the logarithm of a probability | 不要先算概率再取对数
    nll = F.cross_entropy(logits, labels)  # not: -log(softmax(logits))
    total = torch.logsumexp(logits, dim=-1)  # not: log(sum(exp(logits)))
    log_not_p = F.logsigmoid(-z)  # not: log(1 - sigmoid(z))
    smooth = F.softplus(z)  # not: log(1 + exp(z))
    small = torch.log1p(z), torch.expm1(z)  # not: log(1 + z), exp(z) - 1
    entropy = torch.special.entr(torch.softmax(logits, -1).clamp(min=1e-12)).sum(-1)  # not: -p * log(p)
    # end snippet
    return nll, total, log_not_p, smooth, *small, entropy


def masked(scores: Tensor, values: Tensor, keep: Tensor) -> tuple[Tensor, Tensor]:
    """Return attention weights and means; shapes (n, t), (n, t) and bool (n, t). Rows may have nothing to keep."""
    # snippet: masked | pytorch | Softmax and mean over a mask that may be empty | 掩码可能全空时的 softmax 和平均
    lowest = torch.finfo(scores.dtype).min  # not -inf: a row of nothing but -inf gives 0/0
    weights = torch.softmax(scores.masked_fill(~keep, lowest), dim=-1)
    weights = weights * keep.any(-1, keepdim=True)  # a row without anything to see gives 0
    mean = (values * keep).sum(-1) / keep.sum(-1).clamp(min=1)
    # end snippet
    return weights, mean


def slope(function: Callable[[Tensor], Tensor], *at: float) -> list[float]:
    """Return the gradient of `function(x).sum()` at `x`."""
    x = torch.tensor(at, requires_grad=True)
    function(x).sum().backward()
    assert x.grad is not None
    return [float(value) for value in x.grad]


def exercise() -> None:
    """Run every snippet; the assertions are what the guide claims."""
    _finding()
    _roots()
    _branches()
    _logarithms()
    _masks()
    _epsilons()


def _finding() -> None:
    task = load_task("digits")
    torch.manual_seed(0)
    model = mlp(task, 32, 2)
    x, y = task.x[:32].clone(), task.y[:32]
    assert first_bad(model, x, y) is None
    x[3, 5] = math.nan
    assert first_bad(model, x, y) == "inputs"
    with torch.no_grad():
        next(model.parameters()).mul_(1e38)
    assert first_bad(model, task.x[:32], y) == "output of 0"
    w = torch.zeros(2, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the mode is slow, and where the operation stood in the code
        assert where_backward_breaks(lambda: w.square().sum()) == ""
        assert "PowBackward0' returned nan" in where_backward_breaks(lambda: w.square().sum().sqrt())


def _roots() -> None:
    assert slope(torch.sqrt, 0.0) == [math.inf]
    assert math.isnan(slope(lambda x: x.square().sqrt(), 0.0)[0])
    assert math.isnan(slope(lambda x: x.square().sum().sqrt() + 1e-8, 0.0, 0.0)[0])
    assert slope(torch.linalg.vector_norm, 0.0, 0.0) == [0, 0]
    assert abs(slope(lambda x: (x + 1e-8).sqrt(), 0.0)[0] - 5000) < 1
    assert abs(slope(lambda x: (x + 1e-12).sqrt(), 0.0)[0] - 500_000) < 100
    assert slope(lambda x: x.clamp(min=1e-8).sqrt(), 0.0) == [0]
    assert math.isinf(slope(torch.acos, 1.0)[0])
    assert math.isinf(slope(lambda x: x.clamp(-1, 1).acos(), 1.0)[0])
    a = torch.zeros(2, 3, requires_grad=True)
    b = torch.tensor([[0.0, 0, 0], [1, 0, 0]])
    results = roots(a, b)
    torch.stack([result.sum() for result in results]).sum().backward()
    assert a.grad is not None
    assert a.grad.isfinite().all()
    c = torch.ones(1, 3, requires_grad=True)
    roots(c, c.detach())[1].sum().backward()
    assert c.grad is not None
    assert c.grad.isfinite().all()


def _branches() -> None:
    assert math.isnan(slope(lambda x: torch.where(x > 0, x.sqrt(), torch.zeros_like(x)), 0.0)[0])
    assert slope(root_or_zero, -1.0, 0.0, 4.0) == [0, 0, 0.25]
    x = torch.tensor([0.0])
    assert torch.where(x > 0, x.sqrt(), torch.zeros_like(x)) == 0
    assert math.isnan(slope(lambda v: torch.nan_to_num(v / v), 0.0)[0])


def _logarithms() -> None:
    logits, labels = torch.tensor([[200.0, 0.0]], requires_grad=True), torch.tensor([1])
    z = torch.tensor([1e-8, 20.0, 100.0])
    nll, total, log_not_p, smooth, log1p, expm1, entropy = in_log_space(logits, labels, z)
    (nll + entropy.sum()).backward()
    assert logits.grad is not None
    assert logits.grad.isfinite().all()
    assert nll == total == 200
    assert torch.softmax(logits, -1).log()[0, 1] == -math.inf
    assert torch.tensor(100.0).exp() == math.inf
    assert torch.tensor(88.0).exp() < math.inf == torch.tensor(89.0).exp()
    assert torch.sigmoid(torch.tensor(17.0)) == 1 > torch.sigmoid(torch.tensor(16.0))
    assert smooth[2] == 100
    assert log_not_p[1] == -20
    assert torch.log(1 - torch.sigmoid(z[1])) == -math.inf
    assert torch.log(1 + z[0]) == 0 == torch.exp(z[0]) - 1
    assert abs(log1p[0] / 1e-8 - 1) < 1e-6
    assert abs(expm1[0] / 1e-8 - 1) < 1e-6
    assert math.isnan(slope(lambda p: p * p.log(), 0.0)[0])
    x = torch.tensor([10_000.0, 10_001.0, 10_002.0])
    assert x.square().mean() - x.mean().square() == 0
    assert abs(x.var(correction=0) - 2 / 3) < 1e-6


def _masks() -> None:
    scores = torch.randn(2, 3, requires_grad=True)
    values = torch.randn(2, 3, requires_grad=True)
    keep = torch.tensor([[True, True, False], [False, False, False]])
    bare = torch.softmax(scores.masked_fill(~keep, -math.inf), -1)
    assert bare[1].isnan().all()
    assert bare[0].isfinite().all()
    weights, mean = masked(scores, values, keep)
    (weights * values).sum().add(mean.sum()).backward()
    assert weights[1].sum() == 0 == mean[1]
    assert torch.allclose(weights[0], bare[0])
    assert scores.grad is not None
    assert scores.grad.isfinite().all()
    assert F.cross_entropy(torch.randn(2, 3), torch.tensor([-100, -100])).isnan()
    q = torch.randn(1, 1, 2, 3)
    rows = torch.tensor([[True, True], [False, False]])
    assert F.scaled_dot_product_attention(q, q, q, attn_mask=rows)[0, 0, 1].abs().sum() == 0


def _epsilons() -> None:
    assert torch.tensor(1e-8).half() == 0
    p = torch.tensor(1.0)
    assert torch.log(1 - p.clamp(1e-8, 1 - 1e-8)) == -math.inf
    assert torch.log(1 - p.clamp(1e-7, 1 - 1e-7)) > -17
    assert slope(lambda x: x.clamp(min=1e-8).log(), 0.0) == [0]
    assert slope(lambda x: x / (x.abs() + 1e-8), 0.0)[0] > 9e7
    assert torch.nan_to_num(torch.tensor(math.nan)) == 0
