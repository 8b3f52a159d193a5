"""Which parameters an optimiser gets in Lightning, Transformers and PaddlePaddle."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _lightning()
        _hf(str(folder))
        _paddle()


def _lightning() -> None:
    import lightning
    import torch
    from torch import Tensor, nn

    from lossclinic_kb.lab.tiny.lightning import QUIET, Module, loader

    class Two(Module):
        def __init__(self) -> None:
            super().__init__()
            self.backbone, self.head = nn.Linear(4, 4), nn.Linear(4, 3)
            self.model = nn.Sequential(self.backbone, self.head)

        # snippet: fix_lightning | lightning | Build the optimiser here, never in __init__ | 优化器在这里建，不要在 __init__ 里建
        def configure_optimizers(self) -> Any:
            body = {"params": self.backbone.parameters(), "lr": 1e-5}
            head = {"params": self.head.parameters(), "lr": 1e-3}
            return torch.optim.AdamW([body, head])

        # end snippet

        def training_step(self, batch: list[Tensor], _: int) -> Tensor:
            return self.loss(batch)

    module = Two()
    before = [p.detach().clone() for p in module.parameters()]
    lightning.Trainer(max_epochs=1, **QUIET).fit(module, loader())
    assert all(not torch.equal(a, b) for a, b in zip(before, module.parameters(), strict=True))


def _hf(folder: str) -> None:
    from transformers import BertForSequenceClassification

    from lossclinic_kb.lab.tiny.hf import QUIET, TrainingArguments, bert

    model = BertForSequenceClassification(bert())
    arguments = TrainingArguments(folder, **QUIET)
    rows = [{"input_ids": [2, 3, 4], "labels": index % 2} for index in range(16)]
    # snippet: fix_hf | hf | Change the model first; groups of your own go in as optimizers | 先改完模型；自己的分组用 optimizers 传入
    import torch
    from transformers import Trainer

    head = list(model.classifier.parameters())
    body = [p for p in model.parameters() if all(p is not q for q in head)]  # the pooler is in neither name
    optimizer = torch.optim.AdamW([{"params": body, "lr": 1e-5}, {"params": head, "lr": 1e-3}])
    trainer = Trainer(model, arguments, train_dataset=rows, optimizers=(optimizer, None))
    # end snippet
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    trainer.train()
    still = [name for name, p in model.named_parameters() if torch.equal(before[name], p)]
    assert not [name for name in still if "embeddings" not in name and "key.bias" not in name]


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle, points, weights

    paddle.seed(0)

    model = paddle.nn.Sequential(("body", paddle.nn.Linear(4, 4)), ("head", paddle.nn.Linear(4, 3)))
    # snippet: fix_paddle | paddle | parameters= is required; learning_rate of a group is a factor | parameters 必须传；组里的 learning_rate 是倍数
    groups = [
        {"params": model.body.parameters(), "learning_rate": 0.1},  # of 1e-3: 1e-4
        {"params": model.head.parameters()},
    ]
    optimizer = paddle.optimizer.AdamW(1e-3, parameters=groups)
    # layers kept in a plain Python list are not in parameters(): use paddle.nn.LayerList
    # end snippet
    before = weights(model.body), weights(model.head)
    inputs, targets = points()
    paddle.nn.functional.cross_entropy(model(inputs), targets).backward()
    optimizer.step()
    moved = [
        abs(weights(part) - old).max() for part, old in zip((model.body, model.head), before, strict=True)
    ]
    assert abs(moved[1] - 1e-3) < 5e-5
    assert abs(moved[0] - 1e-4) < 5e-5
