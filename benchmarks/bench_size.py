"""Whether a job with a log of a gigabyte, or a million models, answers as a small one does.

    python benchmarks/bench_size.py [LINES] [MODELS]

A small job and a huge one are asked the same in one run, in process and on a server; the peer is
moto's own paging of the very same events. Then a job trains a million models, beside one that
trains 32, while a client describes it. Each part runs in a process of its own, whose peak memory
is told: `+MB` is what the calls have added to it.
"""

from __future__ import annotations

import missing_packages

# isort: split
import multiprocessing
import os
import resource
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
import numpy as np
from werkzeug.test import Client

LINES, MODELS = 3_000_000, 1_000_000
SMALL = 12_000
"""Lines of the small log: more than a page holds, and than the console reads."""
REPEATS = 7
GROUP, PEER = "/aws/sagemaker/TrainingJobs", "/of/moto"
REGION, ACCOUNT = "us-east-1", "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/SageMaker"
LINE = (
    '#metrics {{"Dimensions": {{"epoch": {}, "model": {}}}, '
    '"Metrics": {{"train_mse_objective": {{"sum": 1.0}}}}}}'
)
REQUEST = {
    "RoleArn": ROLE,
    "AlgorithmSpecification": {
        "TrainingImage": f"382416733822.dkr.ecr.{REGION}.amazonaws.com/linear-learner:1",
        "TrainingInputMode": "File",
    },
    "OutputDataConfig": {"S3OutputPath": "s3://bench/output"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}


def peak() -> int:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def write_log(job: str, lines: int) -> int:
    """Put a log of lines of 330 characters, also where moto pages it; gives its characters."""
    from moto.logs.models import logs_backends

    from sagemock.moto_adapter.backend import world_of

    logs, size, now = world_of(ACCOUNT, REGION).services.logs, 0, int(time.time() * 1000)
    for start in range(0, lines, 1000):
        numbers = range(start, min(start + 1000, lines))
        batch = [LINE.format(number // 32, number % 32).ljust(330) for number in numbers]
        size += sum(map(len, batch))
        logs.put(GROUP, f"{job}/algo-1-1", [(now + start, line) for line in batch])
    backend = logs_backends[ACCOUNT][REGION]
    backend.ensure_log_group(PEER)
    backend.ensure_log_stream(PEER, f"{job}/algo-1-1")
    ours, theirs = (backend.groups[name].streams[f"{job}/algo-1-1"] for name in (GROUP, PEER))
    theirs.events, theirs.last_ingestion_time = ours.events, ours.last_ingestion_time
    return size


def calls(client: Any, get: Callable[[str], Any], job: str) -> dict[str, Callable[[], Any]]:
    sagemaker, logs = client("sagemaker"), client("logs")
    stream = f"{job}/algo-1-1"

    def of(group: str) -> dict[str, Any]:
        return {"logGroupName": group, "logStreamName": stream}

    tail = logs.get_log_events(**of(GROUP))
    return {
        "DescribeTrainingJob": lambda: sagemaker.describe_training_job(TrainingJobName=job),
        "GetLogEvents, first page": lambda: logs.get_log_events(**of(GROUP), startFromHead=True),
        "GetLogEvents, last page": lambda: logs.get_log_events(**of(GROUP)),
        "GetLogEvents, page before": lambda: logs.get_log_events(
            **of(GROUP), nextToken=tail["nextBackwardToken"]
        ),
        "DescribeLogStreams": lambda: logs.describe_log_streams(
            logGroupName=GROUP, logStreamNamePrefix=stream
        ),
        "FilterLogEvents, 100 of them": lambda: logs.filter_log_events(
            logGroupName=GROUP, logStreamNames=[stream], limit=100
        ),
        "the job's page": lambda: get(f"/sagemock/training-jobs/{job}"),
        "moto: GetLogEvents, 100": lambda: logs.get_log_events(**of(PEER), limit=100),
        "moto: DescribeLogStreams": lambda: logs.describe_log_streams(
            logGroupName=PEER, logStreamNamePrefix=stream
        ),
        "moto: FilterLogEvents, 100": lambda: logs.filter_log_events(
            logGroupName=PEER, logStreamNames=[stream], limit=100
        ),
    }


def timed(call: Callable[[], Any], repeats: int = REPEATS) -> float:
    """The median of the milliseconds that a call takes."""
    took = []
    for _ in range(repeats):
        begun = time.perf_counter()
        call()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def compare(client: Any, get: Callable[[str], Any], lines: int) -> None:
    sagemaker = client("sagemaker")
    for job, count in (("small", SMALL), ("huge", lines)):
        before = peak()
        sagemaker.create_training_job(TrainingJobName=job, **REQUEST)
        size = write_log(job, count)
        print(f"{job}: a log of {count:,} lines, {size:,} characters, in {peak() - before} MB")
    small, huge = calls(client, get, "small"), calls(client, get, "huge")
    print(f"{'':30}{'small':>11}{'huge':>14}{'ratio':>8}{'+MB':>6}")
    for name in small:
        theirs = name.startswith("moto")
        first, peak_before = timed(small[name]), peak()
        second = timed(huge[name], 1 if theirs else REPEATS)
        added = peak() - peak_before
        print(f"{name:30}{first:8.1f} ms{second:11.1f} ms{second / first:8.1f}{added:6}")


def in_process(lines: int) -> None:
    from sagemock import mock_sagemaker
    from sagemock.web.console_route import application

    print("\nin process")
    with mock_sagemaker(training="off"):
        browser = Client(application(over_http=True))
        compare(lambda name: boto3.client(name, REGION), browser.get, lines)


def on_server(lines: int) -> None:
    from sagemock.config import Config
    from sagemock.server import SageMockServer

    print("\non a server")
    with SageMockServer(config=Config(training="off")) as server:
        compare(
            lambda name: boto3.client(name, REGION, endpoint_url=server.url),
            lambda path: urllib.request.urlopen(server.url + path).read(),
            lines,
        )


def train(models: int) -> None:
    """Describe a job again and again while it trains so many models."""
    from sagemock import mock_sagemaker
    from sagemock.formats.recordio import encode

    random = np.random.default_rng(0)
    features = random.normal(0, 1, (1000, 10)).astype(np.float32)
    with mock_sagemaker(training="background"):
        s3, sagemaker, logs = (boto3.client(name, REGION) for name in ("s3", "sagemaker", "logs"))
        s3.create_bucket(Bucket="bench")
        s3.put_object(Bucket="bench", Key="train", Body=encode(features, features[:, 0]))
        peak_before, begun, took = peak(), time.perf_counter(), []
        sagemaker.create_training_job(
            TrainingJobName="job",
            HyperParameters={
                "predictor_type": "regressor",
                "num_models": str(models),
                "epochs": "3",
            },
            InputDataConfig=[
                {
                    "ChannelName": "train",
                    "DataSource": {
                        "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bench/train"}
                    },
                }
            ],
            **REQUEST,
        )
        while True:
            asked = time.perf_counter()
            job = sagemaker.describe_training_job(TrainingJobName="job")
            took.append((time.perf_counter() - asked) * 1000)
            if job["TrainingJobStatus"] not in ("InProgress", "Stopping"):
                break
            time.sleep(0.02)
        seconds = time.perf_counter() - begun
        (stream,) = logs.describe_log_streams(logGroupName=GROUP)["logStreams"]
        print(
            f"{models:9,} models: {job['TrainingJobStatus']} after {seconds:.1f} s, "
            f"+{peak() - peak_before} MB; a log of {stream['storedBytes']:,} characters; meanwhile "
            f"DescribeTrainingJob {statistics.median(took):.1f} ms, at most {max(took):.1f} ms"
        )


def main() -> None:
    missing_packages.require("flask", "waitress")
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    numbers = [int(text) for text in sys.argv[1:]]
    lines, models = [*numbers, *(LINES, MODELS)[len(numbers) :]]
    spawn = multiprocessing.get_context("spawn")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for part, size in ((in_process, lines), (on_server, lines), (train, 32), (train, models)):
        child = spawn.Process(target=part, args=(size,))
        child.start()
        child.join()


if __name__ == "__main__":
    main()
