"""How fast QueryLineage is, and what lineage adds to a job.

    python benchmarks/bench_lineage.py [1000 10000 100000]

Graphs of so many entities: chains of data set, job, model, deployment and endpoint, in which each
job shares its data set with nine others and all jobs share one image. Queries are put to the index,
and to networkx, whose graph has the same associations and must look up the same entities; then to
`QueryLineage` itself, with all that an operation does. Each time is the median, of processor time.

Then jobs, `training="off"`, with lineage on and off, taking turns in one run: the project's aim is
at most 1.3 times.
"""

from __future__ import annotations

import missing_packages  # noqa: F401 - before those that may be missing

# isort: split
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}

import networkx

from sagemock import mock_sagemaker
from sagemock.api import operations
from sagemock.lineage import recording
from sagemock.lineage.entities import entity
from sagemock.lineage.walk import WalkRequest, walk
from sagemock.moto_adapter.backend import world_of
from sagemock.resources import types
from sagemock.resources.arn import Arn
from sagemock.wire.service_model import CONTROL_PLANE

SIZES = (1_000, 10_000, 100_000)
ACCOUNT, REGION = "123456789012", "us-east-1"
BUDGET = 0.4
"""Seconds for one measurement."""
CHAIN = 4.1
"""Entities of a chain: job, model, deployment, endpoint, and a tenth of a data set."""
JOBS, ROUNDS = 40, 15
AIM = 1.3


def median(call: Callable[[], Any]) -> float:
    """Microseconds of processor time."""
    times = list[float]()
    end = time.perf_counter() + BUDGET
    while len(times) < 5 or time.perf_counter() < end:
        begun = time.process_time_ns()
        call()
        times.append((time.process_time_ns() - begun) / 1000)
    return statistics.median(times)


def build(world: Any, size: int) -> tuple[str, str]:
    """Fill a world. Returns the ARN of an endpoint's context and that of the image."""
    artifacts = partial(recording.artifact, world)
    image = artifacts(("image:1", "Image"))
    components = world.table(types.TRIAL_COMPONENT)
    middle = ""
    count = int((size - 1) / CHAIN)
    for number in range(count):
        data = artifacts((f"s3://bucket/data/{number // 10}", "DataSet"))
        name = f"job-{number}-aws-training-job"
        arn = str(Arn("aws", REGION, ACCOUNT, types.TRIAL_COMPONENT.arn_kind, name))
        components.insert(
            {
                "TrialComponentName": name,
                "TrialComponentArn": arn,
                "Source": {"SourceType": "SageMakerTrainingJob"},
                "CreationTime": 0.0,
                "LastModifiedTime": 0.0,
            }
        )
        model = artifacts((f"s3://bucket/models/{number}", "Model"))
        deployment = recording.action(
            world, f"model-{number}", "aws-endpoint", "arn", "ModelDeployment", "Completed"
        )
        endpoint = recording.context(world, f"e-{number}", "aws-endpoint", "arn", "Endpoint")
        for source, destination, kind in (
            (data, arn, recording.CONTRIBUTED_TO),
            (image, arn, recording.CONTRIBUTED_TO),
            (arn, model, recording.PRODUCED),
            (model, deployment, recording.CONTRIBUTED_TO),
            (deployment, endpoint, recording.ASSOCIATED_WITH),
        ):
            recording.connect(world, source, destination, kind)
        if number == count // 2:
            middle = endpoint
    return middle, image


def up(world: Any, start: str) -> list[str]:
    request = WalkRequest([start], True, False, 10, None, True, 0, 50)
    return [arn for arn, _ in walk(world.lineage, partial(entity, world), request).vertices]


def up_by_networkx(graph: Any, world: Any, start: str) -> list[str]:
    reached = networkx.single_source_shortest_path_length(graph.reverse(copy=False), start, 10)
    graph.subgraph(reached).edges(data=True)
    return [arn for arn in reached if entity(world, arn) is not None]


def asked(world: Any, start: str, direction: str, **more: Any) -> dict[str, Any]:
    request = {"StartArns": [start], "Direction": direction, "IncludeEdges": True, **more}
    answer: dict[str, Any] = operations.run(world, CONTROL_PLANE, "QueryLineage", request)
    return answer


def queries(size: int) -> None:
    with mock_sagemaker(training="off"):
        world = world_of(ACCOUNT, REGION)
        begun = time.process_time()
        endpoint, image = build(world, size)
        spent = time.process_time() - begun
        graph = networkx.DiGraph(
            (each["SourceArn"], each["DestinationArn"]) for each in world.lineage.associations
        )
        entities = sum(
            len(world.table(kind))
            for kind in (types.ARTIFACT, types.ACTION, types.CONTEXT, types.TRIAL_COMPONENT)
        )
        assert sorted(up(world, endpoint)) == sorted(up_by_networkx(graph, world, endpoint))
        ours, theirs = (
            median(lambda: up(world, endpoint)),
            median(lambda: up_by_networkx(graph, world, endpoint)),
        )
        print(
            f"{entities:>8,} entities, {len(world.lineage.associations):,} associations, "
            f"built in {spent * 1e6 / entities:.0f} us each"
        )
        print(f"  up from an endpoint, index      {ours:9.0f} us   networkx {theirs:9.0f} us")
        for text, call in (
            ("up from an endpoint", partial(asked, world, endpoint, "Ascendants")),
            ("both ways, first page", partial(asked, world, endpoint, "Both")),
            ("down from the image, first page", partial(asked, world, image, "Descendants")),
            (
                "up, data sets alone",
                partial(asked, world, endpoint, "Ascendants", Filters={"Types": ["DataSet"]}),
            ),
        ):
            print(f"  {text:<32}{median(call):9.0f} us")


def names() -> Iterator[str]:
    number = 0
    while True:
        yield f"job-{number}"
        number += 1


def creating(mode: Any) -> float:
    """Microseconds of processor time of a job, created by the operation."""
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train"}
    with mock_sagemaker(training="off", validation="off", lineage=mode):
        world = world_of(ACCOUNT, REGION)
        request = {
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/SageMaker",
            "AlgorithmSpecification": {"TrainingImage": "image:1", "TrainingInputMode": "File"},
            "InputDataConfig": [{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
            "OutputDataConfig": {"S3OutputPath": "s3://bucket/output"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 1,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        }
        name = names()
        begun = time.process_time_ns()
        for _ in range(JOBS):
            job = {**request, "TrainingJobName": next(name)}
            operations.run(world, CONTROL_PLANE, "CreateTrainingJob", job)
        return (time.process_time_ns() - begun) / 1000 / JOBS


def jobs() -> None:
    creating("on"), creating("off")
    pairs = [(creating("on"), creating("off")) for _ in range(ROUNDS)]
    on, off = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"a job: {on:.0f} us with lineage, {off:.0f} us without, {ratio:.2f} times (aim {AIM})")


def main() -> None:
    for size in [int(each) for each in sys.argv[1:]] or SIZES:
        queries(size)
    jobs()


if __name__ == "__main__":
    main()
