"""The hyperparameters of a job, as the algorithm takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PredictorType = Literal["classifier", "regressor"]

ReductionType = Literal["sign", "fjlt"]

IndexType = Literal["faiss.Flat", "faiss.IVFFlat", "faiss.IVFPQ"]

Metric = Literal["L2", "INNER_PRODUCT", "COSINE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KNNHyperparameters:
    """The values of a job. Defaults and ranges are in the container's table.

    Attributes
    ----------
    feature_dim
        Columns of the data; None for as many as the train channel has.
    k
        Neighbors that a prediction is made from.
    predictor_type
        Whether a prediction is their most frequent label, or the mean of their labels.
    sample_size
        Rows in the index, of all hosts together.
    dimension_reduction_type, dimension_reduction_target
        How the rows are projected, and to how many columns; None for no projection.
    index_type
        The index that the container would build. The search is exact with each of them.
    index_metric
        What makes a row near: `L2`, `INNER_PRODUCT` or `COSINE`.
    faiss_index_ivf_nlists, faiss_index_pq_m
        Lists and subvectors of the approximate indexes, without effect on the exact search.
    mini_batch_size
        Rows of a batch; the last batch of a pass may have fewer.
    epochs
        Passes over the train channel.
    """

    feature_dim: int | None
    k: int
    predictor_type: PredictorType
    sample_size: int
    dimension_reduction_type: ReductionType | None
    dimension_reduction_target: int | None
    index_type: IndexType
    index_metric: Metric
    faiss_index_ivf_nlists: int
    faiss_index_pq_m: int | None
    mini_batch_size: int
    epochs: int
