"""Bayesian search against random search, paired by seed.

    python benchmarks/bench_tuning.py [--jobs 25] [--seeds 20] [--mnist mnist.npz]

For each seed, both strategies get the same number of jobs, and begin with the same three
configurations; the best objectives are compared. The sign test says how likely as many wins were
if both were alike. On three functions that are usual in the literature and were not looked at when
the search was written, and with `--mnist` on Linear Learner, trained for a digit against the rest.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import argparse
import math
import statistics
import time
from collections.abc import Callable, Mapping

import numpy as np
from scipy.stats import binomtest

from sagemock.tuning.parameters import ContinuousParameter, IntegerParameter
from sagemock.tuning.search import Observation, strategy
from sagemock.tuning.space import Space

Objective = Callable[[Mapping[str, str]], float]


def numbers(configuration: Mapping[str, str]) -> list[float]:
    return [float(value) for value in configuration.values()]


def branin(configuration: Mapping[str, str]) -> float:
    x, y = numbers(configuration)
    valley = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return valley**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


HARTMANN = np.array([[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]])
CENTERS = np.array(
    [
        [0.3689, 0.1170, 0.2673],
        [0.4699, 0.4387, 0.7470],
        [0.1091, 0.8732, 0.5547],
        [0.0381, 0.5743, 0.8828],
    ]
)


def hartmann(configuration: Mapping[str, str]) -> float:
    distances = (HARTMANN * (np.array(numbers(configuration)) - CENTERS) ** 2).sum(axis=1)
    return -float(np.array([1.0, 1.2, 3.0, 3.2]) @ np.exp(-distances))


def ackley(configuration: Mapping[str, str]) -> float:
    point = np.array(numbers(configuration))
    return float(
        -20 * np.exp(-0.2 * np.sqrt((point**2).mean()))
        - np.exp(np.cos(2 * np.pi * point).mean())
        + 20
        + math.e
    )


def cube(low: float, high: float, dimensions: int) -> Space:
    return Space([ContinuousParameter(f"x{n}", low, high) for n in range(dimensions)])


FUNCTIONS: dict[str, tuple[Space, Objective]] = {
    "Branin": (
        Space([ContinuousParameter("x", -5, 10), ContinuousParameter("y", 0, 15)]),
        branin,
    ),
    "Hartmann 3": (cube(0, 1, 3), hartmann),
    "Ackley 4": (cube(-16, 24, 4), ackley),
}


def linear_learner(path: str) -> tuple[Space, Objective]:
    """The loss of Linear Learner on held-out digits, as a tuning job would see it."""
    import boto3

    from sagemock import mock_sagemaker
    from sagemock.formats.recordio import encode

    with np.load(path, allow_pickle=False) as arrays:
        images = arrays["x_train"][:6000].reshape(6000, 784).astype(np.float32) / 256
        labels = (arrays["y_train"][:6000] == 3).astype(np.float32)
    space = Space(
        [
            ContinuousParameter("learning_rate", 1e-5, 1.0, "Logarithmic"),
            ContinuousParameter("wd", 1e-7, 1.0, "Logarithmic"),
            IntegerParameter("mini_batch_size", 100, 1000),
        ]
    )
    names = iter(f"job-{number}" for number in range(10**6))

    def objective(configuration: Mapping[str, str]) -> float:
        with mock_sagemaker():
            s3 = boto3.client("s3", "us-east-1")
            s3.create_bucket(Bucket="data")
            parts = {"train": slice(0, 4000), "validation": slice(4000, 6000)}
            for name, part in parts.items():
                s3.put_object(
                    Bucket="data", Key=f"{name}/rows", Body=encode(images[part], labels[part])
                )
            sagemaker, job = boto3.client("sagemaker", "us-east-1"), next(names)
            source = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
            sagemaker.create_training_job(
                TrainingJobName=job,
                RoleArn="arn:aws:iam::123456789012:role/SageMaker",
                AlgorithmSpecification={"TrainingImage": source, "TrainingInputMode": "File"},
                HyperParameters={
                    "_tuning_objective_metric": "validation:objective_loss",
                    "predictor_type": "binary_classifier",
                    "epochs": "3",
                    **configuration,
                },
                InputDataConfig=[
                    {
                        "ChannelName": name,
                        "DataSource": {
                            "S3DataSource": {
                                "S3DataType": "S3Prefix",
                                "S3Uri": f"s3://data/{name}/",
                            }
                        },
                    }
                    for name in parts
                ],
                OutputDataConfig={"S3OutputPath": "s3://data/output"},
                ResourceConfig={
                    "InstanceType": "ml.m5.large",
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 1,
                },
                StoppingCondition={"MaxRuntimeInSeconds": 3600},
            )
            metrics = sagemaker.describe_training_job(TrainingJobName=job)["FinalMetricDataList"]
        values = {each["MetricName"]: each["Value"] for each in metrics}
        return float(values["validation:objective_loss"])

    return space, objective


def best(name: str, space: Space, objective: Objective, seed: int, jobs: int) -> float:
    search = strategy(name, space, seed=seed, maximize=False)
    ended: list[Observation] = []
    for _ in range(jobs):
        configuration = search.propose(ended, ())
        assert configuration is not None
        ended.append(Observation(configuration, objective(configuration)))
    return min(each.value for each in ended if each.value is not None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=25)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--mnist", help="x_train and y_train")
    arguments = parser.parse_args()
    cases = dict(FUNCTIONS)
    if arguments.mnist:
        cases["Linear Learner"] = linear_learner(arguments.mnist)
    print(f"{'':16}{'Bayesian':>12}{'Random':>12}{'wins':>8}{'p':>10}{'s/job':>8}")
    for title, (space, objective) in cases.items():
        start = time.perf_counter()
        pairs = [
            tuple(
                best(name, space, objective, seed, arguments.jobs)
                for name in ("Bayesian", "Random")
            )
            for seed in range(arguments.seeds)
        ]
        seconds = (time.perf_counter() - start) / arguments.seeds / arguments.jobs / 2
        wins = sum(bayesian < at_random for bayesian, at_random in pairs)
        ties = sum(bayesian == at_random for bayesian, at_random in pairs)
        tested = binomtest(wins, max(1, len(pairs) - ties), alternative="greater")
        medians = [statistics.median(each) for each in zip(*pairs, strict=True)]
        print(
            f"{title:16}{medians[0]:12.4f}{medians[1]:12.4f}"
            f"{wins:5}/{len(pairs)}{tested.pvalue:10.1e}{seconds:8.2f}"
        )


if __name__ == "__main__":
    main()
