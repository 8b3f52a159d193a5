"""Names of classes that travel with a Transformers model."""

from __future__ import annotations


def exercise() -> None:
    """Run the snippet; the assertions are what the article claims of it."""
    from lossclinic_kb.lab.tiny import workplace

    with workplace() as folder:
        _hf(str(folder))


def _hf(folder: str) -> None:
    from transformers import AutoModelForSequenceClassification, BertForSequenceClassification

    from lossclinic_kb.lab.tiny.hf import bert

    train_labels = ["dog", "cat", "dog"]
    # snippet: fix_hf | hf | The table is part of the configuration, and is loaded with the weights | 类别表写进 config，随权重一起保存和加载
    names = sorted(set(train_labels))  # from training, once
    label2id = {name: number for number, name in enumerate(names)}
    config = bert(label2id=label2id, id2label={number: name for name, number in label2id.items()})
    model = BertForSequenceClassification(config)  # or from_pretrained(..., label2id=..., id2label=...)
    model.save_pretrained(folder)
    table = AutoModelForSequenceClassification.from_pretrained(folder).config.label2id  # for all other data
    # end snippet
    assert table == {"cat": 0, "dog": 1}
    assert model.num_labels == 2
