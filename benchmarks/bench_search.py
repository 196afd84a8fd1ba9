"""How fast Search is, and how that grows with the number of jobs.

    python benchmarks/bench_search.py [1000 10000 100000 1000000]

The index alone, warm, against the same query put to
  * a plain scan: the same grammar, document by document;
  * sqlite: one table in memory with a column and an index for each property that is asked for,
    as nobody could make it ahead for hundreds of properties, asked for a page and for the count;
  * stock moto: its backend called directly, as far as it can (one tag, no order, no pages), up
    to 100,000 jobs.
Then insertion, memory, the first search that names a property, and the first after a write;
and pages of 10 and 100 hits through boto3, beside what stock moto needs for as many hits when
it has no other jobs at all. Each time is the median, of processor time, so that what else the
machine does shows less; a ratio is the peer's time over ours.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import gc
import json
import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from sagemock import query
from sagemock.api.search_schema import schema
from sagemock.query.token import Tokens
from sagemock.store import Table
from synthetic_jobs import ACCURACY, artifact_of, jobs, name_of

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BUDGET = 0.4
"""Seconds for one measurement."""
MOTO_AT_MOST = 100_000
LOSS = "train:objective_loss"


class Case(NamedTuple):
    """A search, and the same in SQL; `aim` in microseconds at a million jobs."""

    name: str
    request: dict[str, Any]
    where: str
    order: str
    aim: float | None
    offset: int = 0


def found_by(*filters: tuple[str, str, str], by: str | None = None, **more: Any) -> dict[str, Any]:
    named = [dict(zip(("Name", "Operator", "Value"), each, strict=True)) for each in filters]
    request: dict[str, Any] = {"Resource": "TrainingJob", **more}
    if named:
        request["SearchExpression"] = {"Filters": named}
    if by is not None:
        request["SortBy"] = by
    return request


def cases(count: int) -> list[Case]:
    best = f"Metrics.{ACCURACY}"
    tag = ("Tags.Project", "Equals", "project-7")
    completed = ("TrainingJobStatus", "Equals", "Completed")
    low = (f"Metrics.{LOSS}", "LessThan", "0.5")
    deep = found_by(by=best)
    deep["NextToken"] = Tokens(deep).at(count // 2)
    artifact = ("ModelArtifacts.S3ModelArtifacts", "Equals", artifact_of(count // 3))
    name = ("TrainingJobName", "Equals", name_of(count // 3))
    rate = ("HyperParameters.learning_rate", "LessThan", "0.001")
    nothing = ("TrainingJobName", "Contains", "zzz")
    common = ("TrainingJobName", "Contains", "77")
    part = f"instr(name, '{nothing[2]}')"
    return [
        Case("all, top 10 by a metric", found_by(by=best), "1", "accuracy DESC", 15),
        Case("all, a page in the middle", deep, "1", "accuracy DESC", 15, count // 2),
        Case(
            "a tag, top 10", found_by(tag, by=best), "project = 'project-7'", "accuracy DESC", 150
        ),
        Case(
            "tag and status and range, top 10",
            found_by(tag, completed, low, by=best),
            "project = 'project-7' AND status = 'Completed' AND loss < 0.5",
            "accuracy DESC",
            1500,
        ),
        Case(
            "status is not, top 10",
            found_by(("TrainingJobStatus", "NotEquals", "Completed"), by=best),
            "status <> 'Completed'",
            "accuracy DESC",
            None,
        ),
        Case("a range, top 10", found_by(low, by=best), "loss < 0.5", "accuracy DESC", None),
        Case(
            "a hyperparameter's range, top 10",
            found_by(rate, by=best),
            "rate < 0.001",
            "accuracy DESC",
            None,
        ),
        Case(
            "an artifact's job",
            found_by(artifact, MaxResults=1),
            f"artifact = '{artifact[2]}'",
            "modified DESC",
            15,
        ),
        Case("a name", found_by(name, MaxResults=1), f"name = '{name[2]}'", "modified DESC", 15),
        Case("a text that no name has", found_by(nothing), part, "modified DESC", 60_000),
        Case(
            "a text that some names have",
            found_by(common, by=best),
            "instr(name, '77')",
            "accuracy DESC",
            None,
        ),
    ]


def median(ask: Callable[[], object]) -> float:
    """Microseconds of one call."""
    times = []
    until = time.perf_counter() + BUDGET
    while len(times) < 3 or (time.perf_counter() < until and len(times) < 2000):
        start = time.process_time()
        ask()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1e6


def searching(table: Table, request: dict[str, Any], scan_up_to: int = -1) -> Callable[[], object]:
    known = schema("TrainingJob")
    return lambda: query.search(table, known, request, scan_up_to=scan_up_to)


def once(ask: Callable[[], object]) -> float:
    start = time.process_time()
    ask()
    return (time.process_time() - start) * 1e6


def sqlite_of(documents: list[dict[str, Any]]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    columns = ("name", "artifact", "status", "project", "accuracy", "loss", "modified", "rate")
    connection.execute(f"CREATE TABLE jobs ({', '.join(columns)})")

    def row(document: dict[str, Any]) -> tuple[Any, ...]:
        metrics = {each["MetricName"]: each["Value"] for each in document["FinalMetricDataList"]}
        return (
            document["TrainingJobName"],
            document["ModelArtifacts"]["S3ModelArtifacts"],
            document["TrainingJobStatus"],
            next(each["Value"] for each in document["Tags"] if each["Key"] == "Project"),
            metrics[ACCURACY],
            metrics[LOSS],
            document["LastModifiedTime"],
            float(document["HyperParameters"]["learning_rate"]),
        )

    connection.executemany("INSERT INTO jobs VALUES (?,?,?,?,?,?,?,?)", map(row, documents))
    for column in columns:
        connection.execute(f"CREATE INDEX by_{column} ON jobs ({column})")
    connection.execute("ANALYZE")
    return connection


def ask_sqlite(connection: sqlite3.Connection, case: Case) -> Callable[[], object]:
    limit = case.request.get("MaxResults", 10)
    page = (
        f"SELECT rowid FROM jobs WHERE {case.where} "
        f"ORDER BY {case.order} LIMIT {limit} OFFSET {case.offset}"
    )
    count = f"SELECT count(*) FROM jobs WHERE {case.where}"

    def ask() -> object:
        return connection.execute(page).fetchall(), connection.execute(count).fetchone()

    return ask


def moto_of(documents: list[dict[str, Any]]) -> Any:
    """Stock moto's backend with the same jobs; it keeps the name of each and its tags."""
    from moto.sagemaker.models import FakeTrainingJob, SageMakerModelBackend

    backend = SageMakerModelBackend("us-east-1", "123456789012")
    members = (
        "training_job_name",
        "hyper_parameters",
        "algorithm_specification",
        "role_arn",
        "input_data_config",
        "output_data_config",
        "resource_config",
        "stopping_condition",
        "tags",
    )
    wire = {name: name.title().replace("_", "") for name in members}
    nothing = dict.fromkeys(
        (
            "vpc_config",
            "enable_network_isolation",
            "enable_inter_container_traffic_encryption",
            "enable_managed_spot_training",
            "checkpoint_config",
            "debug_hook_config",
            "debug_rule_configurations",
            "tensor_board_output_config",
            "experiment_config",
        )
    )
    for document in documents:
        backend.training_jobs[document["TrainingJobName"]] = FakeTrainingJob(
            account_id="123456789012",
            region_name="us-east-1",
            **{name: document[wire[name]] for name in members},
            **nothing,
        )
    return backend


def measure(count: int) -> dict[str, float]:
    """Measure and print one size; microseconds of ours by case."""
    load = os.getloadavg()[0]
    print(f"\n## {count:,} jobs (load {load:.1f}{', noisy' if load > 1.5 else ''})\n")
    documents = list(jobs(count))
    gc.collect()
    gc.freeze()
    table = Table("TrainingJobName")
    inserted = once(lambda: [table.insert(each) for each in documents]) / count
    peers = {"sqlite": sqlite_of(documents)}
    moto = moto_of(documents) if count <= MOTO_AT_MOST else None
    print(f"{'us':36}{'first':>12}{'ours':>10}{'aim':>8}{'scan':>12}{'sqlite':>12}{'moto':>12}")
    ours: dict[str, float] = {}
    for case in cases(count):
        request = case.request
        first = once(searching(table, request))
        mine = median(searching(table, request))
        ours[case.name] = mine
        scanned = median(searching(table, request, count))
        asked = median(ask_sqlite(peers["sqlite"], case))
        shown = [f"{scanned / mine:,.1f}x", f"{asked / mine:,.1f}x", ""]
        if moto is not None and case.name == "a tag, top 10":
            stock = median(partial(moto.search, "TrainingJob", request["SearchExpression"]))
            shown[2] = f"{stock / mine:,.0f}x"
        aim = "" if case.aim is None else f"{case.aim:,.0f}"
        print(
            f"{case.name:36}{first:12,.0f}{mine:10,.1f}{aim:>8}"
            + "".join(f"{each:>12}" for each in shown)
        )
    index = table.index
    assert index is not None
    sizes = index.nbytes()
    properties = sum(name.startswith("column") for name in sizes)
    keys = table.snapshot().rows.row_of.__sizeof__() + 8 * count
    print(
        f"insert {inserted:.2f} us a job; index {(sum(sizes.values()) + keys) / count:,.0f} bytes "
        f"a job with {properties} properties touched, names and rows included"
    )
    tagged = next(each for each in cases(count) if each.name == "a tag, top 10").request
    changed = documents[count // 2]["TrainingJobName"]

    def write_and_ask() -> None:
        table.update(changed, {"TrainingJobStatus": "Stopped"})
        searching(table, tagged)()

    print(f"a write and the next search {median(write_and_ask):,.0f} us")
    through_boto3(documents)
    gc.unfreeze()
    return ours


def through_boto3(documents: list[dict[str, Any]]) -> None:
    """Pages of many jobs, and stock moto's of as many jobs as there are hits."""
    import boto3
    from moto import mock_aws

    from sagemock import mock_sagemaker
    from sagemock.moto_adapter.backend import world_of

    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    best = f"Metrics.{ACCURACY}"
    with mock_sagemaker():
        client = boto3.client("sagemaker", "us-east-1")
        table = world_of("123456789012", "us-east-1").training_jobs
        for document in documents:
            table.insert(document)
        ours = {}
        parsing = {}
        for hits in (10, 100):
            request = found_by(("Tags.Project", "Equals", "project-7"), by=best, MaxResults=hits)
            client.search(**request)
            ours[hits] = median(partial(client.search, **request))
            parsing[hits] = median(parsing_alone(client, request))
        url = artifact_of(len(documents) // 3)
        traced = found_by(("ModelArtifacts.S3ModelArtifacts", "Equals", url), MaxResults=1)
        client.search(**traced)
        lineage = median(partial(client.search, **traced))
        listed = median(partial(client.list_training_jobs, MaxResults=10))
    for hits in (10, 100):
        with mock_aws():
            client = boto3.client("sagemaker", "us-east-1")
            from moto.sagemaker.models import sagemaker_backends

            backend = sagemaker_backends["123456789012"]["us-east-1"]
            backend.training_jobs.update(moto_of(documents[:hits]).training_jobs)
            stock = median(partial(client.search, Resource="TrainingJob"))
        print(
            f"boto3: a page of {hits} {ours[hits] / 1000:,.2f} ms; stock moto {stock / 1000:,.2f} "
            f"ms for as many jobs ({stock / ours[hits]:.1f}x); {parsing[hits] / 1000:,.2f} ms of "
            "ours is botocore's parsing of the answer"
        )
    print(
        f"boto3: an artifact's job {lineage / 1000:,.2f} ms; ListTrainingJobs, 10 of them "
        f"{listed / 1000:,.2f} ms"
    )


def parsing_alone(client: Any, request: dict[str, Any]) -> Callable[[], object]:
    """What botocore does with the answer, with the parser of the client's session."""
    from sagemock.api import operations
    from sagemock.moto_adapter.backend import world_of
    from sagemock.wire import dispatch
    from sagemock.wire.service_model import CONTROL_PLANE
    from sagemock.wire.sessions import create_parser_factory

    world = world_of("123456789012", "us-east-1")
    answer = dispatch.call(
        operations.call_of(world, CONTROL_PLANE, "Search"), json.dumps(request).encode()
    )
    shape = client.meta.service_model.operation_model("Search").output_shape
    body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
    wire = {"body": body, "headers": {}, "status_code": 200}
    return partial(create_parser_factory().create_parser("json").parse, wire, shape)


def main() -> None:
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    medians = {size: measure(size) for size in sizes}
    print("\n## Growth of ours, us\n")
    print(f"{'':36}" + "".join(f"{size:>12,}" for size in sizes))
    for name in medians[sizes[0]]:
        print(f"{name:36}" + "".join(f"{medians[size][name]:12,.1f}" for size in sizes))


if __name__ == "__main__":
    main()
