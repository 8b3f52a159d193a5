"""Labels as the losses of Transformers, Keras and Paddle expect them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace():
        _hf()
        _keras()
        _paddle()


def _hf() -> None:
    import torch

    from lossclinic_kb.lab.tiny.hf import bert

    rows = [{"label": name} for name in ("neutral", "good", "bad", "good")]
    # snippet: fix_hf | hf | Number the names once, and name the loss | 类别名统一编号一次，并写明用哪种损失
    from transformers import BertForSequenceClassification

    names = sorted({row["label"] for row in rows})
    label2id = {name: index for index, name in enumerate(names)}  # from 0 on, and kept with the weights
    config = bert(label2id=label2id, id2label=dict(enumerate(names)))  # from_pretrained takes them as well
    config.problem_type = "single_label_classification"  # else integers mean this, floats one BCE per class
    model = BertForSequenceClassification(config)
    labels = torch.tensor([label2id[row["label"]] for row in rows])  # KeyError for an unknown name
    # end snippet
    assert labels.tolist() == [2, 1, 0, 1]
    tokens, asked = torch.tensor([[2, 3, 4]] * 4), cast("Any", model)
    with torch.no_grad():
        found = asked.eval()(tokens, labels=labels)
    assert found.logits.shape == (4, 3)
    assert torch.isclose(found.loss, torch.nn.functional.cross_entropy(found.logits, labels))
    model.config.problem_type = None
    with torch.no_grad():
        several = model(tokens, labels=torch.eye(3)[labels]).loss  # floats: another loss, without a word
    wanted = torch.nn.functional.binary_cross_entropy_with_logits(found.logits, torch.eye(3)[labels])
    assert torch.isclose(several, wanted)


def _keras() -> None:
    import numpy as np

    from lossclinic_kb.lab.tiny.keras import keras, linear, points

    model, (inputs, numbers) = linear(), points()
    known = np.array([10, 20, 30])

    def prepared(stored: Any) -> Any:
        # snippet: fix_keras | keras | Class numbers: the sparse loss; one-hot rows: the other one | 类别编号用 sparse 版，one-hot 用另一个
        if not np.isin(stored, known).all():
            raise ValueError(f"labels hold other values than {known}")
        classes = np.searchsorted(known, stored)  # known: the values in the files, ascending
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))  # 0 to K - 1
        # CategoricalCrossentropy wants (N, K), BinaryCrossentropy 0.0 and 1.0 in the shape of the outputs.
        # end snippet
        return classes

    classes = prepared(known[numbers])
    assert _refused(prepared, known[numbers] + 1)
    assert (classes == numbers).all()
    sparse = model.evaluate(inputs, classes, verbose=0)
    model.compile("adam", keras.losses.CategoricalCrossentropy(from_logits=True))
    assert abs(model.evaluate(inputs, np.eye(3)[classes], verbose=0) - sparse) < 1e-5


def _paddle() -> None:
    from lossclinic_kb.lab.tiny.paddle import linear, paddle, points

    model, (inputs, numbers) = linear(), points()
    known = [10, 20, 30]

    def losses(stored: Any) -> tuple[Any, Any, Any]:
        # snippet: fix_paddle | paddle | int64 from 0 on; soft_label for one-hot rows | 从 0 开始的 int64；one-hot 要加 soft_label
        matches = stored.unsqueeze(-1) == paddle.to_tensor(known)
        if not bool(matches.any(axis=-1).all()):
            raise ValueError(f"labels hold other values than {known}")
        classes = matches.astype("int64").argmax(axis=-1)
        loss = paddle.nn.functional.cross_entropy(model(inputs), classes)
        one_hot = paddle.nn.functional.one_hot(classes, len(known))
        same_loss = paddle.nn.functional.cross_entropy(model(inputs), one_hot, soft_label=True)
        # end snippet
        return classes, loss, same_loss

    classes, loss, same_loss = losses(numbers * 10 + 10)
    assert _refused(losses, numbers)
    assert (classes.numpy() == numbers.numpy()).all()
    assert abs(float(loss) - float(same_loss)) < 1e-5


def _refused(prepare: Callable[[Any], object], stored: Any) -> bool:
    try:
        prepare(stored)
    except ValueError:
        return True
    return False
