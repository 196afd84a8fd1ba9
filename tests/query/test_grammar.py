"""Every operator on every kind of property, by scan and by index."""

from __future__ import annotations

import base64
import doctest
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sagemock import query
from sagemock.api.search_schema import schema
from sagemock.query.operators import OPERATORS
from sagemock.store import Table

JOBS = schema("TrainingJob")


def document(name: str, **members: Any) -> dict[str, Any]:
    return {"TrainingJobName": name, "LastModifiedTime": 0.0, **members}


Find = Callable[..., list[str]]


@pytest.fixture(params=["scan", "index"])
def find(request: pytest.FixtureRequest) -> Find:
    """From documents by name and one filter to the names of those it finds."""

    def run(documents: Mapping[str, Mapping[str, Any]], *condition: str, **more: Any) -> list[str]:
        table = Table("TrainingJobName")
        for name, members in documents.items():
            table.insert(document(name, **members))
        members = dict(zip(("Name", "Operator", "Value"), condition, strict=False))
        asked = {"SearchExpression": {"Filters": [members]}, "MaxResults": 100, **more}
        limit = len(documents) if request.param == "scan" else -1
        page = query.search(table, JOBS, asked, scan_up_to=limit)
        return sorted(each["TrainingJobName"] for each in page.documents)

    return run


TEXTS = {
    "a": {"TrainingJobStatus": "Completed"},
    "b": {"TrainingJobStatus": "completed"},
    "c": {"TrainingJobStatus": "InProgress"},
    "d": {},
    "e": {"TrainingJobStatus": ""},
}


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("Equals", "Completed", "a"),
        ("NotEquals", "Completed", "bcde"),
        ("Contains", "ompl", "ab"),
        ("Contains", "Comp", "a"),
        ("In", "Completed, InProgress", "ac"),
        ("In", "nothing", ""),
        ("Exists", "", "abc"),
        ("NotExists", "", "de"),
    ],
)
def test_text(find: Find, operator: str, value: str, expected: str) -> None:
    condition = [operator, value] if value else [operator]
    assert find(TEXTS, "TrainingJobStatus", *condition) == list(expected)


NUMBERS = {
    "a": {"BillableTimeInSeconds": 1},
    "b": {"BillableTimeInSeconds": 2},
    "c": {"BillableTimeInSeconds": 3},
    "d": {},
    "e": {"BillableTimeInSeconds": 0},
}


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("Equals", "2", "b"),
        ("Equals", "2.0", "b"),
        ("NotEquals", "2", "acde"),
        ("GreaterThan", "1.5", "bc"),
        ("GreaterThanOrEqualTo", "2", "bc"),
        ("LessThan", "2", "ae"),
        ("LessThanOrEqualTo", "2", "abe"),
        ("Exists", "", "abce"),
        ("NotExists", "", "d"),
    ],
)
def test_number(find: Find, operator: str, value: str, expected: str) -> None:
    condition = [operator, value] if value else [operator]
    assert find(NUMBERS, "BillableTimeInSeconds", *condition) == list(expected)


BOOLEANS = {
    "a": {"EnableNetworkIsolation": True},
    "b": {"EnableNetworkIsolation": False},
    "c": {},
}


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("Equals", "true", "a"),
        ("Equals", "false", "b"),
        ("NotEquals", "true", "bc"),
        ("Exists", "", "ab"),
        ("NotExists", "", "c"),
    ],
)
def test_boolean(find: Find, operator: str, value: str, expected: str) -> None:
    condition = [operator, value] if value else [operator]
    assert find(BOOLEANS, "EnableNetworkIsolation", *condition) == list(expected)


DAY = 86_400.0
TIMES = {"a": {"CreationTime": 0.0}, "b": {"CreationTime": DAY}, "c": {"CreationTime": DAY + 0.5}}


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("Equals", "1970-01-02T00:00:00", "b"),
        ("GreaterThan", "1970-01-02T00:00:00", "c"),
        ("GreaterThanOrEqualTo", "1970-01-02T00:00:00Z", "bc"),
        ("LessThan", "1970-01-02T02:00:00+02:00", "a"),
        ("Equals", "1970-01-02T00:00:00.5", "c"),
    ],
)
def test_timestamp(find: Find, operator: str, value: str, expected: str) -> None:
    assert find(TIMES, "CreationTime", operator, value) == list(expected)


PARAMETERS = {
    "a": {"HyperParameters": {"lr": "0.5"}},
    "b": {"HyperParameters": {"lr": "1"}},
    "c": {"HyperParameters": {"lr": "1.5"}},
    "d": {"HyperParameters": {"lr": "auto"}},
    "e": {"HyperParameters": {"LR": "1"}},
    "f": {"HyperParameters": {"lr": "-0.5"}},
}


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        # A decimal compares as decimals, an integer with the whole part.
        ("Equals", "1.0", "b"),
        ("Equals", "1", "bc"),
        ("Equals", "0", "af"),
        ("GreaterThan", "0.5", "bc"),
        ("GreaterThan", "0", "bc"),
        ("LessThan", "1", "af"),
        ("LessThan", "0.0", "f"),
        ("LessThanOrEqualTo", "1", "abcf"),
        # What is no number compares as text.
        ("Equals", "auto", "d"),
        ("NotEquals", "auto", "abcef"),
        ("NotEquals", "1", "adef"),
        ("Contains", ".5", "acf"),
        ("In", "auto,1", "bd"),
        ("Exists", "", "abcdf"),
        ("NotExists", "", "e"),
    ],
)
def test_hyperparameter(find: Find, operator: str, value: str, expected: str) -> None:
    condition = [operator, value] if value else [operator]
    assert find(PARAMETERS, "HyperParameters.lr", *condition) == list(expected)


LISTS = {
    "a": {"InputDataConfig": [{"ChannelName": "train"}, {"ChannelName": "test"}]},
    "b": {"InputDataConfig": [{"ChannelName": "train"}]},
    "c": {"InputDataConfig": []},
    "d": {},
}


@pytest.mark.parametrize(
    ("name", "operator", "value", "expected"),
    [
        ("InputDataConfig.ChannelName", "Equals", "test", "a"),
        ("InputDataConfig.ChannelName", "NotEquals", "test", "bcd"),
        ("InputDataConfig.ChannelName", "Contains", "rai", "ab"),
        ("InputDataConfig.ChannelName", "In", "test,other", "a"),
        ("InputDataConfig", "Exists", "", "ab"),
        ("InputDataConfig", "NotExists", "", "cd"),
        ("InputDataConfig.ChannelName", "NotExists", "", "cd"),
    ],
)
def test_lists(find: Find, name: str, operator: str, value: str, expected: str) -> None:
    condition = [operator, value] if value else [operator]
    assert find(LISTS, name, *condition) == list(expected)


def test_metrics_are_those_of_the_final_list_in_single_precision(find: Find) -> None:
    def metrics(value: float) -> dict[str, Any]:
        return {"FinalMetricDataList": [{"MetricName": "a:b.c d", "Value": value}]}

    documents = {"a": metrics(0.003599999938160181), "b": metrics(0.5), "c": {}}
    assert find(documents, "Metrics.a:b.c d", "Equals", "0.0036") == ["a"]
    assert find(documents, "Metrics.a:b.c d", "Equals", "0.003599999938160181") == ["a"]
    assert find(documents, "Metrics.a:b.c d", "NotEquals", "0.5") == ["a", "c"]
    assert find(documents, "metrics.a:b.c d", "GreaterThan", "0.1") == ["b"]
    assert find(documents, "Metrics.A:B.C D", "Exists") == []


def test_tags_are_found_by_key_and_keys_keep_their_case(find: Find) -> None:
    documents = {
        "a": {"Tags": [{"Key": "Project", "Value": "x"}, {"Key": "a.b/c", "Value": "y"}]},
        "b": {"Tags": [{"Key": "project", "Value": "x"}]},
    }
    assert find(documents, "Tags.Project", "Equals", "x") == ["a"]
    assert find(documents, "tags.project", "Equals", "x") == ["b"]
    assert find(documents, "Tags.a.b/c", "Exists") == ["a"]
    assert find(documents, "Tags", "Exists") == ["a", "b"]
    assert find(documents, "Tags.nobody", "Equals", "x") == []


def test_fixed_names_are_found_whatever_their_case(find: Find) -> None:
    documents = {"a": {"ResourceConfig": {"InstanceType": "ml.m5.large"}}}
    for name in ("ResourceConfig.InstanceType", "resourceconfig.instancetype"):
        assert find(documents, name, "Equals", "ml.m5.large") == ["a"]


def test_arns_may_be_joined_by_commas(find: Find) -> None:
    documents = {name: {"TrainingJobArn": f"arn:{name}"} for name in "abc"}
    assert find(documents, "TrainingJobArn", "Equals", "arn:a,arn:b") == ["a", "b"]
    assert find(documents, "TrainingJobArn", "NotEquals", "arn:a, arn:b") == ["c"]
    # Names may hold commas in a text, and are one value.
    assert find({"a": {"FailureReason": "x,y"}}, "FailureReason", "Equals", "x,y") == ["a"]


def test_a_filter_without_operator(find: Find) -> None:
    documents = {"a": {"FailureReason": "x"}, "b": {}}
    assert find(documents, "FailureReason") == ["a"]
    table = Table("TrainingJobName")
    table.insert(document("a", FailureReason="x"))
    asked = {"SearchExpression": {"Filters": [{"Name": "FailureReason", "Value": "x"}]}}
    assert query.search(table, JOBS, asked).total == 1


def nested(*filters: tuple[str, str, str]) -> dict[str, Any]:
    named = [dict(zip(("Name", "Operator", "Value"), each, strict=True)) for each in filters]
    name = filters[0][0].split(".")[0]
    return {"NestedFilters": [{"NestedPropertyName": name, "Filters": named}]}


CHANNELS = [
    {
        "ChannelName": name,
        "DataSource": {"S3DataSource": {"S3Uri": f"s3://mybucket/{folder}"}},
    }
    for name, folder in (("train", "dogdata"), ("test", "catdata"))
]


def test_one_element_must_meet_all_nested_filters(find: Find) -> None:
    uri = "InputDataConfig.DataSource.S3DataSource.S3Uri"
    both = nested(
        ("InputDataConfig.ChannelName", "Equals", "train"), (uri, "Contains", "mybucket/catdata")
    )
    swapped = [
        {**CHANNELS[0], "DataSource": CHANNELS[1]["DataSource"]},
        {**CHANNELS[1], "DataSource": CHANNELS[0]["DataSource"]},
    ]
    documents = {"a": {"InputDataConfig": CHANNELS}, "b": {"InputDataConfig": swapped}, "c": {}}
    assert find(documents, SearchExpression=both) == ["b"]
    negative = nested(("inputdataconfig.ChannelName", "NotEquals", "train"))
    assert find(documents, SearchExpression=negative) == ["a", "b"]


def test_final_metrics_through_nested_filters(find: Find) -> None:
    def metrics(**values: float) -> dict[str, Any]:
        return {
            "FinalMetricDataList": [
                {"MetricName": name, "Value": value} for name, value in values.items()
            ]
        }

    documents = {"a": metrics(loss=0.1, accuracy=0.9), "b": metrics(loss=0.9, accuracy=0.1)}
    asked = nested(
        ("FinalMetricDataList.MetricName", "Equals", "loss"),
        ("FinalMetricDataList.Value", "LessThan", "0.5"),
    )
    assert find(documents, SearchExpression=asked) == ["a"]


def test_each_level_has_its_own_operator(find: Find) -> None:
    def is_(value: str) -> dict[str, Any]:
        return {"Name": "TrainingJobStatus", "Operator": "Equals", "Value": value}

    documents = {
        "a": {"TrainingJobStatus": "x", "FailureReason": "r"},
        "b": {"TrainingJobStatus": "y", "FailureReason": "r"},
        "c": {"TrainingJobStatus": "y"},
        "d": {"TrainingJobStatus": "z", "FailureReason": "r"},
    }
    asked = {
        "Filters": [{"Name": "FailureReason", "Operator": "Exists"}],
        "SubExpressions": [{"Filters": [is_("x"), is_("y")], "Operator": "Or"}],
    }
    assert find(documents, SearchExpression=asked) == ["a", "b"]
    assert find(documents, SearchExpression={**asked, "Operator": "Or"}) == ["a", "b", "c", "d"]
    deep: dict[str, Any] = {"Filters": [is_("x")]}
    for _ in range(40):
        deep = {"SubExpressions": [deep]}
    assert find(documents, SearchExpression=deep) == ["a"]
    assert find(documents, SearchExpression={}) == ["a", "b", "c", "d"]


def test_visibility_conditions_hide_only_what_has_another_value(find: Find) -> None:
    documents = {
        "a": {"Tags": [{"Key": "domain", "Value": "1"}]},
        "b": {"Tags": [{"Key": "domain", "Value": "2"}]},
        "c": {"Tags": [{"Key": "domain", "Value": "3"}, {"Key": "team", "Value": "x"}]},
        "d": {},
    }

    def shown(*pairs: tuple[str, str]) -> list[str]:
        conditions = [{"Key": key, "Value": value} for key, value in pairs]
        return find(documents, SearchExpression={}, VisibilityConditions=conditions)

    assert shown(("Tags.domain", "1")) == ["a", "d"]
    assert shown(("Tags.domain", "1"), ("Tags.domain", "3")) == ["a", "c", "d"]
    assert shown(("Tags.domain", "3"), ("Tags.team", "y")) == ["d"]


def error_of(find: Find, *condition: str, **more: Any) -> str:
    with pytest.raises(query.QueryError) as caught:
        find({}, *condition, **more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (("TrainingJob.TrainingJobName", "Exists"), "Unknown property name: "),
        (("ExperimentName", "Exists"), "Unknown property name: ExperimentName"),
        (("TrainingJobName.x", "Exists"), "Unknown property name: "),
        (("Tags.", "Exists"), "Unknown property name: Tags."),
        (("", "Exists"), "Unknown property name: "),
        (("TrainingJobName", "GreaterThan", "a"), "Operator GreaterThan is not supported for "),
        (("BillableTimeInSeconds", "Contains", "1"), "Operator Contains is not supported for "),
        (("BillableTimeInSeconds", "In", "1,2"), "Operator In is not supported for "),
        (("EnableNetworkIsolation", "LessThan", "true"), "Operator LessThan is not supported "),
        (("InputDataConfig", "Equals", "x"), "Operator Equals is not supported for property "),
        (("BillableTimeInSeconds", "Equals", "x"), "Value x is not a number, as property "),
        (("BillableTimeInSeconds", "Equals", "nan"), "Value nan is not a number, as "),
        (("BillableTimeInSeconds", "Equals", "1_0"), "Value 1_0 is not a number, as "),
        (("HyperParameters.lr", "GreaterThan", "auto"), "Value auto is not a number, as "),
        (("CreationTime", "LessThan", "yesterday"), "Value yesterday is not a timestamp "),
        (("EnableNetworkIsolation", "Equals", "yes"), "Value yes is not a boolean, as "),
        (("TrainingJobName", "Equals"), "A value is required to filter on property "),
    ],
)
def test_bad_filters(find: Find, condition: tuple[str, ...], text: str) -> None:
    assert error_of(find, *condition).startswith(text)


def test_bad_nested_filters(find: Find) -> None:
    scalar = {"NestedPropertyName": "TrainingJobName", "Filters": [{"Name": "TrainingJobName"}]}
    assert error_of(find, SearchExpression={"NestedFilters": [scalar]}) == (
        "Property is not a nested list of structures: TrainingJobName"
    )
    relative = {"NestedPropertyName": "InputDataConfig", "Filters": [{"Name": "ChannelName"}]}
    assert error_of(find, SearchExpression={"NestedFilters": [relative]}) == (
        "Property ChannelName is not a property of InputDataConfig."
    )


def test_contains_only_once(find: Find) -> None:
    part = {"Name": "TrainingJobName", "Operator": "Contains", "Value": "a"}
    assert find({"a": {}}, SearchExpression={"Filters": [part]}) == ["a"]
    two = {"Filters": [part], "SubExpressions": [{"Filters": [part]}]}
    text = "'CONTAINS' operator usage limit of 1 exceeded."
    assert error_of(find, SearchExpression=two) == text


def test_fifty_conditions_at_most(find: Find) -> None:
    one = {"Name": "TrainingJobName", "Operator": "Exists"}
    group = {"Filters": [one] * 16}
    fifty = {"SubExpressions": [group, group, {"Filters": [one] * 15}]}
    assert find({"a": {}}, SearchExpression=fifty) == ["a"]
    more = {"SubExpressions": [group, group, group]}
    assert "up to 50" in error_of(find, SearchExpression=more)


def test_sorting(find: Find) -> None:
    table = Table("TrainingJobName")
    for name, rate in (("c", "10"), ("a", "9"), ("d", "auto"), ("b", "9")):
        table.insert(document(name, HyperParameters={"lr": rate}))
    table.insert(document("e"))

    def order(**more: Any) -> str:
        asked = {"SortBy": "HyperParameters.lr", **more}
        for limit in (10, -1):
            documents = query.search(table, JOBS, asked, scan_up_to=limit).documents
            names = "".join(each["TrainingJobName"] for each in documents)
        return names

    # Numbers before texts, equal ones by name, and what lacks the property last.
    assert order(SortOrder="Ascending") == "abcde"
    assert order(SortOrder="Descending") == "dcabe"
    with pytest.raises(query.QueryError, match="Unknown property name: Nothing"):
        order(SortBy="Nothing")
    with pytest.raises(query.QueryError, match="cannot be sorted by"):
        order(SortBy="InputDataConfig")


def test_a_number_written_in_two_ways_sorts_as_one() -> None:
    table = Table("TrainingJobName")
    for name, rate in (("b", "100"), ("a", "1e2"), ("c", "100.0")):
        table.insert(document(name, HyperParameters={"lr": rate}))
    for order in ("Ascending", "Descending"):
        asked = {"SortBy": "HyperParameters.lr", "SortOrder": order}
        for limit in (10, -1):
            documents = query.search(table, JOBS, asked, scan_up_to=limit).documents
            assert [each["TrainingJobName"] for each in documents] == ["a", "b", "c"]


def test_a_token_continues_its_own_request() -> None:
    table = Table("TrainingJobName")
    for number in range(25):
        table.insert(document(f"{number:02d}"))
    first = query.search(table, JOBS, {"SortBy": "TrainingJobName", "SortOrder": "Ascending"})
    assert (len(first.documents), first.total) == (10, 25)
    again = {"SortBy": "TrainingJobName", "SortOrder": "Ascending", "NextToken": first.next_token}
    # The size of a page may change on the way.
    rest = query.search(table, JOBS, {**again, "MaxResults": 100})
    assert [each["TrainingJobName"] for each in rest.documents] == [
        f"{n:02d}" for n in range(10, 25)
    ]
    assert rest.next_token is None
    nested = base64.urlsafe_b64encode(b"[" * 6000).decode()
    for broken in (
        {**again, "SortOrder": "Descending"},
        {**again, "NextToken": "x"},
        {**again, "NextToken": nested},
    ):
        with pytest.raises(query.QueryError, match="Invalid pagination token because"):
            query.search(table, JOBS, broken)


def test_another_account_shares_nothing() -> None:
    table = Table("TrainingJobName")
    table.insert(document("a"))
    for option, total in (("CrossAccount", 0), ("SameAccount", 1)):
        assert query.search(table, JOBS, {"CrossAccountFilterOption": option}).total == total


def test_the_table_of_operators_says_all_that_can_be_asked() -> None:
    from sagemock.wire import service_model

    assert set(OPERATORS) == set(service_model.enum_values("Operator"))
    assert all(row.words and row.kinds for row in OPERATORS.values())


def test_explain_tells_what_was_chosen() -> None:
    table = Table("TrainingJobName")
    for number in range(3000):
        status = "Failed" if number % 100 == 0 else "Completed"
        table.insert(
            document(f"{number:04d}", TrainingJobStatus=status, BillableTimeInSeconds=number)
        )

    def explanation(*filters: tuple[str, str, str], **more: Any) -> str:
        named = [dict(zip(("Name", "Operator", "Value"), each, strict=True)) for each in filters]
        asked = {"SearchExpression": {"Filters": named}, "SortBy": "BillableTimeInSeconds", **more}
        return str(query.explain(table, JOBS, asked))

    assert "takes a slice of the order by BillableTimeInSeconds, descending" in explanation()
    common = explanation(("TrainingJobStatus", "Equals", "Completed"))
    assert "counts 2,970 where TrainingJobStatus is Completed" in common
    assert "walks the order" in common
    rare = explanation(("TrainingJobName", "Equals", "0007"))
    assert "gathers the postings of the rarest" in rare
    assert "sorts these" in rare
    ranged = explanation(("BillableTimeInSeconds", "LessThan", "2000"), MaxResults=1)
    assert "compares whole columns" in ranged


def test_the_example_of_the_package_runs() -> None:
    assert doctest.testmod(query).failed == 0


def test_few_documents_are_searched_without_numpy() -> None:
    code = """
import sys
from sagemock import query
from sagemock.store import Table
schema = query.Schema("N", query.Structure({"N": query.Scalar(query.Kind.TEXT)}), default_sort="N")
table = Table("N")
for number in range(200):
    table.insert({"N": str(number)})
assert query.search(table, schema, {}).total == 200
assert "numpy" not in sys.modules
table.insert({"N": "x"})
assert query.search(table, schema, {}, scan_up_to=200).total == 201
assert "numpy" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
