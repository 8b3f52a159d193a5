"""Words that name quantities of a training, and words that name its data sets."""

from __future__ import annotations

from functools import lru_cache

from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.words import words_of

METRICS = frozenset(
    {
        "f1", "auc", "auroc", "aucpr", "auprc", "ap", "map", "map50", "iou", "miou", "jaccard", "dice", "ppl",
        "perplexity", "bleu", "rouge", "wer", "cer", "psnr", "ssim", "lpips", "fid", "correct", "precision", "recall", "prec",
        "sensitivity", "specificity", "hits", "mrr", "ndcg", "top5", "acc5", "acc@5", "prec@5", "score", "r2", "mcc",
        "kappa", "rmse", "mae", "mse", "mape", "entropy", "kl", "elbo", "reward", "rewards", "return", "returns",
        "cindex", "spearman", "pearson",
    }
)  # fmt: skip
"""Names of quantities that a number may follow without a mark between the two."""
_SPLITS = frozenset({"train", "val", "test"})


@lru_cache(maxsize=4096)
def split_word(word: str) -> str:
    """Return the data set that a word alone stands for, "" for any other word."""
    found = set(words_of(word)) - {"set", "phase", "mode"}
    if len(found) != 1:
        return ""
    return meaning_of(f"{word} loss").split if not found & {"tr", "eval_"} else ""


@lru_cache(maxsize=4096)
def is_metric(name: str) -> bool:
    """Whether a name is one of a quantity that trainings log."""
    return meaning_of(name).known or bool(set(words_of(name)) & METRICS)
