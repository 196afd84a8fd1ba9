"""Training jobs and searches of them, as hypothesis makes them up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

NAMES = st.from_regex(r"\A[ab]{1,2}[0-9]{0,3}\Z")
STATUSES = ["InProgress", "Completed", "Failed", "Stopped"]
REASONS = ["", "AlgorithmError: no", "InternalServerError"]
TEXTS = ["a", "b", "ab", "a,b", "ba", "A", "s3://b/a"]
HYPERPARAMETERS = ["0.5", "1", "1.5", "-2", "100", "auto", "", "1e2", "true", "0.25"]
NUMBERS = [-1.0, 0.0, 0.25, 0.5, 1.0, 3.5]
TIMES = [0.0, 1000.0, 1500.5, 86400.0]
TAG_KEYS = ["Project", "owner", "a.b", "Key"]
METRICS = ["train:loss", "loss.max", "x y"]
PARAMETERS = ["lr", "mini_batch_size", "a.b"]


def subsets(keys: list[str], value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(keys, value))


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


CHANNELS = st.lists(
    st.fixed_dictionaries(
        {"ChannelName": st.sampled_from(["train", "test", "validation"])},
        optional={
            "ContentType": st.sampled_from(["text/csv", "x"]),
            "ShuffleConfig": st.fixed_dictionaries({"Seed": st.integers(0, 3)}),
        },
    ),
    max_size=3,
)

DOCUMENTS = st.fixed_dictionaries(
    {"TrainingJobName": NAMES, "LastModifiedTime": st.sampled_from(TIMES)},
    optional={
        "TrainingJobStatus": st.sampled_from(STATUSES),
        "FailureReason": st.sampled_from(REASONS),
        "TrainingJobArn": st.sampled_from(["arn:a", "arn:b", "arn:c"]),
        "CreationTime": st.sampled_from(TIMES),
        "EnableNetworkIsolation": st.booleans(),
        "BillableTimeInSeconds": st.integers(0, 5),
        "HyperParameters": subsets(PARAMETERS, st.sampled_from(HYPERPARAMETERS)),
        "Environment": subsets(["E"], st.sampled_from(TEXTS)),
        "OutputDataConfig": subsets(["S3OutputPath"], st.sampled_from(TEXTS)),
        "VpcConfig": subsets(["Subnets"], st.lists(st.sampled_from(TEXTS), max_size=2)),
        "InputDataConfig": CHANNELS,
        "Tags": subsets(TAG_KEYS, st.sampled_from(TEXTS)).map(
            lambda tags: [{"Key": key, "Value": value} for key, value in tags.items()]
        ),
        "FinalMetricDataList": subsets(METRICS, st.sampled_from(NUMBERS)).map(
            lambda metrics: [
                {"MetricName": name, "Value": value, "Timestamp": 1.0}
                for name, value in metrics.items()
            ]
        ),
    },
)

EQUALITY = ["Equals", "NotEquals"]
EXISTENCE = ["Exists", "NotExists"]
ORDERING = ["GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo"]
TEXTUAL = [*EQUALITY, "In", "Contains"]


def numbers() -> st.SearchStrategy[str]:
    return st.sampled_from([str(each) for each in NUMBERS] + ["0", "1", "2"])


def times() -> st.SearchStrategy[str]:
    return st.sampled_from(TIMES).map(
        lambda each: datetime.fromtimestamp(each, UTC).replace(tzinfo=None).isoformat()
    )


def one(name: str, operators: list[str], value: st.SearchStrategy[str]) -> Any:
    """Filters on one property."""
    compared = st.fixed_dictionaries(
        {"Name": st.just(name), "Operator": st.sampled_from(operators), "Value": value}
    )
    asked = st.fixed_dictionaries({"Name": st.just(name), "Operator": st.sampled_from(EXISTENCE)})
    short = st.sampled_from([{"Name": name}])
    implied = st.fixed_dictionaries({"Name": st.just(name), "Value": value})
    return st.one_of(compared, compared, asked, short, implied)


TEXT_VALUES = st.sampled_from([*TEXTS, "a, ab", "Completed", "InProgress,Failed", "train", "arn:a"])
FILTERS = st.one_of(
    *(
        one(name, TEXTUAL, TEXT_VALUES)
        for name in (
            "TrainingJobName",
            "TrainingJobStatus",
            "FailureReason",
            "OutputDataConfig.S3OutputPath",
            "Environment.E",
            "VpcConfig.Subnets",
            "InputDataConfig.ChannelName",
            *(f"Tags.{key}" for key in TAG_KEYS),
        )
    ),
    one("TrainingJobArn", TEXTUAL, st.sampled_from(["arn:a", "arn:a,arn:b", "arn:d"])),
    one("EnableNetworkIsolation", EQUALITY, st.sampled_from(["true", "false"])),
    *(
        one(name, EQUALITY + ORDERING, numbers())
        for name in (
            "BillableTimeInSeconds",
            "InputDataConfig.ShuffleConfig.Seed",
            "FinalMetricDataList.Value",
            *(f"Metrics.{name}" for name in METRICS),
        )
    ),
    *(one(name, EQUALITY + ORDERING, times()) for name in ("CreationTime", "LastModifiedTime")),
    *(one(f"HyperParameters.{name}", EQUALITY + ORDERING, numbers()) for name in PARAMETERS),
    *(
        one(f"HyperParameters.{name}", TEXTUAL, st.sampled_from(["auto", "true", "a"]))
        for name in PARAMETERS
    ),
    st.fixed_dictionaries(
        {
            "Name": st.sampled_from(["InputDataConfig", "HyperParameters", "Tags", "VpcConfig"]),
            "Operator": st.sampled_from(EXISTENCE),
        }
    ),
)

NESTED = st.one_of(
    st.fixed_dictionaries(
        {
            "NestedPropertyName": st.just("InputDataConfig"),
            "Filters": st.lists(
                st.one_of(
                    one("InputDataConfig.ChannelName", TEXTUAL, st.sampled_from(["train", "t"])),
                    one("InputDataConfig.ContentType", TEXTUAL, st.sampled_from(["x", "text"])),
                    one("InputDataConfig.ShuffleConfig.Seed", EQUALITY + ORDERING, numbers()),
                ),
                min_size=1,
                max_size=3,
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "NestedPropertyName": st.just("FinalMetricDataList"),
            "Filters": st.tuples(
                one("FinalMetricDataList.MetricName", TEXTUAL, st.sampled_from(METRICS)),
                one("FinalMetricDataList.Value", EQUALITY + ORDERING, numbers()),
            ).map(list),
        }
    ),
)


def _level(below: st.SearchStrategy[Any] | None) -> st.SearchStrategy[dict[str, Any]]:
    lists = {
        "Filters": st.lists(FILTERS, min_size=1, max_size=3),
        "NestedFilters": st.lists(NESTED, min_size=1, max_size=2),
    }
    if below is not None:
        lists["SubExpressions"] = st.lists(below, min_size=1, max_size=2)
    return st.fixed_dictionaries({}, optional={**lists, "Operator": st.sampled_from(["And", "Or"])})


def one_contains(expression: dict[str, Any], left: list[int] | None = None) -> dict[str, Any]:
    """The expression with every Contains but the first made a plain Equals."""
    left = [1] if left is None else left
    changed = dict(expression)
    for name in ("Filters", "NestedFilters", "SubExpressions"):
        if name in changed:
            changed[name] = [one_contains(each, left) for each in changed[name]]
    if changed.get("Operator") == "Contains":
        if not left[0]:
            changed["Operator"] = "Equals"
        left[0] = 0
    return changed


EXPRESSIONS = st.recursive(_level(None), _level, max_leaves=4).map(one_contains)

SORTS = st.sampled_from(
    [
        "LastModifiedTime",
        "TrainingJobName",
        "TrainingJobStatus",
        "BillableTimeInSeconds",
        "EnableNetworkIsolation",
        "Tags.Project",
        "VpcConfig.Subnets",
        "InputDataConfig.ShuffleConfig.Seed",
        *(f"Metrics.{name}" for name in METRICS),
        *(f"HyperParameters.{name}" for name in PARAMETERS),
    ]
)

REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "SearchExpression": EXPRESSIONS,
        "SortBy": SORTS,
        "SortOrder": st.sampled_from(["Ascending", "Descending"]),
        "MaxResults": st.integers(1, 7),
        "VisibilityConditions": st.lists(
            st.fixed_dictionaries(
                {
                    "Key": st.sampled_from(["Tags.Project", "Tags.a.b"]),
                    "Value": st.sampled_from(TEXTS),
                }
            ),
            min_size=1,
            max_size=3,
        ),
    },
)
