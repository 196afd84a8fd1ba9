"""What clients of `sagemock serve` wait for: SDK 2's `fit` and `deploy`, and boto3's waiters.

    python benchmarks/bench_sdk_server.py

A job that trains for about two seconds, and an endpoint that takes a tenth of one, in a client
process of its own: against a server that answers every Describe at once (`--wait 0`, the peer),
against one with the defaults, and under `sagemock run`. boto3's waiters sleep 120 and 30 seconds
between two looks, so the peer takes some minutes. Version 2.257 of the SDK sleeps 30 seconds
before its first look at an endpoint: no server can spare it those, `sagemock run` does. Needs the
dependency group `clients`.
"""

from __future__ import annotations

import missing_packages

# isort: split
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

CLIENT = """
import io, json, logging, time, urllib.request, warnings
warnings.simplefilter("ignore")
logging.disable()
import contextlib
import boto3, numpy
import sagemaker
from sagemaker.amazon.common import write_numpy_to_dense_tensor

REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
took = {}
client = boto3.client("sagemaker", REGION)
transition = {"model_name": "sagemaker::endpoint",
              "transition": {"progression": "time", "seconds": 0.1}}
urllib.request.urlopen(client.meta.endpoint_url + "/moto-api/state-manager/set-transition",
                       json.dumps(transition).encode()).close()
s3 = boto3.client("s3", REGION)
s3.create_bucket(Bucket="bench")
rng = numpy.random.default_rng(0)
points = rng.random((60_000, 50), dtype=numpy.float32)
data = io.BytesIO()
write_numpy_to_dense_tensor(data, points, (points[:, 0] > 0.5).astype("float32"))
s3.put_object(Bucket="bench", Key="train/data", Body=data.getvalue())
session = sagemaker.Session(boto3.Session(region_name=REGION), default_bucket="bench")
image = sagemaker.image_uris.retrieve("linear-learner", REGION)

def estimator():
    made = sagemaker.estimator.Estimator(
        image, ROLE, instance_count=1, instance_type="ml.m5.large",
        output_path="s3://bench/output", sagemaker_session=session)
    made.set_hyperparameters(predictor_type="binary_classifier", mini_batch_size=100,
                             early_stopping_patience=1000)
    return made

@contextlib.contextmanager
def timed(step):
    begun = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        yield
    took[step] = time.perf_counter() - begun

first = estimator()
with timed("fit"):
    first.fit({"train": "s3://bench/train/"})
with timed("deploy"):
    first.deploy(1, "ml.m5.large", endpoint_name="first")
second = estimator()
second.fit({"train": "s3://bench/train/"}, wait=False)
job = second.latest_training_job.name
with timed("training_job_completed_or_stopped"):
    client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job)
second.deploy(1, "ml.m5.large", endpoint_name="second", wait=False)
with timed("endpoint_in_service"):
    client.get_waiter("endpoint_in_service").wait(EndpointName="second")
described = client.describe_training_job(TrainingJobName=job)
times = [each["StartTime"] for each in described["SecondaryStatusTransitions"]]
took["the job itself"] = (described["TrainingEndTime"] - times[0]).total_seconds()
print(json.dumps(took))
"""
SAGEMOCK = [sys.executable, "-m", "sagemock"]
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def serving(*options: str) -> Iterator[dict[str, str]]:
    """The environment of clients of a server in a process of its own."""
    with subprocess.Popen(
        [*SAGEMOCK, "serve", "--port", "0", *options], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = re.search(r"http://\S+", process.stdout.readline())
        assert url is not None
        yield {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": url[0]}
        process.terminate()
        process.stdout.read()


def story(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Seconds of each step."""
    done = subprocess.run(
        command, env=environment, input=CLIENT, capture_output=True, text=True, check=True
    )
    took: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return took


def main() -> None:
    missing_packages.require("flask", "waitress", "sagemaker.estimator")
    python = [sys.executable, "-"]
    with serving() as environment:
        plain = story(python, environment)
    run = story([*SAGEMOCK, "run", "--", *python], dict(os.environ))
    with serving("--wait", "0") as environment:
        peer = story(python, environment)
    print(f"{'':36}{'--wait 0':>12}{'server':>10}{'ratio':>8}{'run':>10}{'ratio':>8}")
    for step, seconds in peer.items():
        ours, under = plain[step], run[step]
        print(
            f"{step:36}{seconds:11.2f}s{ours:9.2f}s{seconds / ours:8.1f}"
            f"{under:9.2f}s{seconds / under:8.1f}"
        )
    print(f"one run; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
