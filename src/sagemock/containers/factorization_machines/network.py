"""The networks of MXNet that compute the score, for sparse data and for dense data.

Apache MXNet 1.9.1 loads them as a module, with `out_label` as the label, and gets the same scores.
"""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.algorithms.factorization_machines.hyperparameters import PredictorType
from sagemock.containers.first_party.symbol import graph, node

FACTORS = "v"
SPARSE_WEIGHT, SPARSE_BIAS = "w1_weight", "w0_weight"
DENSE_WEIGHT, DENSE_BIAS = "Linear_Plus_Bias_weight", "Linear_Plus_Bias_bias"

OUTPUTS: Mapping[PredictorType, str] = {
    "regressor": "LinearRegressionOutput",
    "binary_classifier": "LogisticRegressionOutput",
}
"""The last operator; its name `out` makes that of the label."""


def sparse_graph(predictor_type: PredictorType, columns: int, factors: int) -> str:
    """The network with factors (columns, factors) and weights (columns, 1), in MXNet's JSON."""
    nodes = [
        node("null", "data"),
        node("null", FACTORS, {"__shape__": str((columns, factors))}),
        node("dot", "dot0", inputs=[0, 1]),
        *_interactions({"axis": "1", "keepdims": "True"}, {}),
        node("null", SPARSE_WEIGHT, {"__shape__": str((columns, 1))}),
        node("dot", "dot2", inputs=[0, 11]),
        node("null", SPARSE_BIAS, {"__shape__": str((1, 1))}),
        node("broadcast_add", "broadcast_plus0", inputs=[12, 13]),
        *_output(predictor_type, linear=14),
    ]
    return graph(nodes, variables=[0, 1, 11, 13, 16])


def dense_graph(predictor_type: PredictorType, columns: int, factors: int) -> str:
    """The network with factors (factors, columns) and weights (1, columns), in MXNet's JSON."""
    transposed = {"transpose_b": "True"}
    nodes = [
        node("null", "data"),
        node("null", FACTORS, {"__shape__": str((factors, columns))}),
        node("dot", "dot0", transposed, [0, 1]),
        *_interactions({"axis": "0", "keepdims": "True"}, transposed),
        node("null", DENSE_WEIGHT, {"__shape__": str((1, columns))}),
        node("null", DENSE_BIAS, {"__shape__": str((1,))}),
        node("FullyConnected", "Linear_Plus_Bias", {"num_hidden": "1"}, [0, 11, 12]),
        *_output(predictor_type, linear=13),
    ]
    return graph(nodes, variables=[0, 1, 11, 12, 15])


def _interactions(lengths: Mapping[str, str], product: Mapping[str, str]) -> list[str]:
    """Nodes 3 to 10: half of the squared sums of node 2 less the sums of squares.

    Parameters
    ----------
    lengths
        How the squares of node 1 are summed.
    product
        How they are multiplied with the squares of node 0.
    """
    return [
        node("square", "square0", inputs=[2]),
        node("sum", "sum0", {"axis": "1", "keepdims": "True"}, [3]),
        node("square", "square1", inputs=[0]),
        node("square", "square2", inputs=[1]),
        node("sum", "sum1", lengths, [6]),
        node("dot", "dot1", product, [5, 7]),
        node("elemwise_sub", "_minus0", inputs=[4, 8]),
        node("_mul_scalar", "_mulscalar0", {"scalar": "0.5"}, [9]),
    ]


def _output(predictor_type: PredictorType, *, linear: int) -> list[str]:
    """The last nodes: the linear part and the interactions, the label, and the output."""
    return [
        node("elemwise_add", "_plus0", inputs=[linear, 10]),
        node("null", "out_label"),
        node(OUTPUTS[predictor_type], "out", inputs=[linear + 1, linear + 2]),
    ]
