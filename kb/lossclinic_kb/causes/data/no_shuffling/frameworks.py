"""Who shuffles what in Transformers, Keras and PaddlePaddle."""

from __future__ import annotations

from typing import Any


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _hf(str(folder))
        _keras()
        _paddle()


def _hf(folder: str) -> None:
    from lossclinic_kb.lab.tiny.hf import QUIET, Model, Trainer, rows

    others = dict(QUIET)
    # snippet: fix_hf | hf | The default; "sequential" and "group_by_length" order the samples | 默认就是随机；"sequential"、"group_by_length" 都有固定顺序
    from transformers import TrainingArguments

    arguments = TrainingArguments(folder, train_sampling_strategy="random", **others)
    # A stream (IterableDataset) is taken as it comes: dataset.shuffle(seed=0, buffer_size=10_000)
    # end snippet
    seen = {}
    samples = rows()
    for strategy in ("random", "sequential"):
        arguments.train_sampling_strategy = strategy
        loader = Trainer(Model(), arguments, train_dataset=samples).get_train_dataloader()
        seen[strategy] = [float(row[0]) for batch in loader for row in batch["x"]]
    assert seen["sequential"] == [float(row["x"][0]) for row in samples]
    assert seen["random"] != seen["sequential"]
    assert sorted(seen["random"]) == sorted(seen["sequential"])


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import choice, keras, linear, points

    inputs, targets = points()

    class Shuffled(keras.utils.PyDataset):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.order = np.arange(len(inputs))

        def __len__(self) -> int:
            return len(inputs) // 4

        # snippet: fix_keras | keras | fit(shuffle=True) reorders only the batches of a PyDataset: reorder the samples | fit(shuffle=True) 只打乱 PyDataset 的 batch 顺序，样本要自己打乱
        def on_epoch_end(self) -> None:
            self.order = np.random.default_rng().permutation(len(inputs))

        def __getitem__(self, index: int) -> tuple[Any, Any]:
            chosen = self.order[index * 4 : index * 4 + 4]
            return inputs[chosen], targets[chosen]

        # A generator or a DataLoader is taken as it comes; arrays are shuffled by default.
        # end snippet

    data = Shuffled()
    model = linear()
    model.compile("sgd", choice())
    model.fit(data, epochs=2, verbose=0)
    assert data.order.tolist() != list(range(16))
    assert sorted(data.order.tolist()) == list(range(16))


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import paddle

    dataset = paddle.io.TensorDataset([paddle.arange(64)])
    # snippet: fix_paddle | paddle | Off by default; several cards: the sampler is told the epoch | 默认不打乱；多卡时要把 epoch 告诉采样器
    loader = paddle.io.DataLoader(dataset, batch_size=16, shuffle=True, drop_last=True)
    sampler = paddle.io.DistributedBatchSampler(dataset, batch_size=16, shuffle=True)
    for epoch in range(2):
        sampler.set_epoch(epoch)  # or every epoch has the same order
    # end snippet
    first = [int(index) for (batch,) in loader for index in batch]
    assert first != list(range(64))
    orders = []
    for epoch in (0, 0, 1):
        sampler.set_epoch(epoch)
        orders.append([index for batch in sampler for index in batch])
    assert orders[0] == orders[1] != orders[2]
