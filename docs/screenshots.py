"""Makes the pictures of docs/console.md: python docs/screenshots.py

Needs the dev extra, Pillow and Chromium. Everything shown is real: the jobs are trained on the
digits in fixtures/, in a server that this script starts.
"""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any

import boto3
import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from sagemock.config import Config
from sagemock.formats.recordio import encode
from sagemock.server import SageMockServer

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
SIZE = {"width": 1280, "height": 800}
COLOURS = 96

LINEAR_LEARNER = "382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1"
ROLE = "arn:aws:iam::123456789012:role/SageMaker"
TEAMS = ("vision", "forms")

LEADERBOARD = (
    "/search?resource=TrainingJob&property=Tags.Project&operator=Equals"
    "&value=Project_Binary_Classifier&sort=Metrics.validation:objective_loss:final&order=Ascending"
)

WITH_DATA = "&".join(
    f"show={kind}"
    for kind in ("data+set", "training+job", "model+artifact", "model+deployment", "endpoint")
)
"""All kinds of nodes but images."""


def prepare(url: str) -> str:
    """Train the jobs and deploy the best; gives its name."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=url)
    sagemaker = session.client("sagemaker", endpoint_url=url)
    upload(s3)
    settings = itertools.product((50, 100, 200), ("0.003", "0.01", "0.03"), ("adam", "sgd"))
    for number, (batch, rate, optimizer) in enumerate(settings, 1):
        create_job(sagemaker, f"digits-{number:02}", batch, rate, optimizer)
    best = sagemaker.search(
        Resource="TrainingJob",
        SortBy="Metrics.validation:objective_loss:final",
        SortOrder="Ascending",
        MaxResults=1,
    )["Results"][0]["TrainingJob"]
    deploy(sagemaker, best)
    name: str = best["TrainingJobName"]
    return name


def upload(s3: Any) -> None:
    with np.load(ROOT / "fixtures" / "digits.npz", allow_pickle=False) as arrays:
        images = arrays["images"].astype(np.float32) / np.float32(256)
        zero = (arrays["labels"] == 0).astype(np.float32)
    s3.create_bucket(Bucket="digits")
    for channel, rows in (("train", slice(0, 800)), ("validation", slice(800, None))):
        body = encode(images[rows], zero[rows])
        s3.put_object(Bucket="digits", Key=f"{channel}/digits.pbr", Body=body)


def create_job(sagemaker: Any, name: str, batch: int, rate: str, optimizer: str) -> None:
    channels = [
        {
            "ChannelName": each,
            "ContentType": "application/x-recordio-protobuf",
            "DataSource": {
                "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://digits/{each}/"}
            },
        }
        for each in ("train", "validation")
    ]
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingImage": LINEAR_LEARNER, "TrainingInputMode": "File"},
        RoleArn=ROLE,
        HyperParameters={
            "feature_dim": "784",
            "predictor_type": "binary_classifier",
            "mini_batch_size": str(batch),
            "learning_rate": rate,
            "optimizer": optimizer,
            "epochs": "12",
        },
        InputDataConfig=channels,
        OutputDataConfig={"S3OutputPath": "s3://digits/output"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
        Tags=[
            {"Key": "Project", "Value": "Project_Binary_Classifier"},
            {"Key": "Team", "Value": TEAMS[batch % 100 == 0]},
        ],
    )


def deploy(sagemaker: Any, job: Any) -> None:
    artifact = job["ModelArtifacts"]["S3ModelArtifacts"]
    sagemaker.create_model(
        ModelName="is-it-a-zero",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={"Image": LINEAR_LEARNER, "ModelDataUrl": artifact},
    )
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": "is-it-a-zero",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName="zeros", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="zeros", EndpointConfigName="zeros")


def shoot(url: str, best: str) -> None:
    """Visit the pages and keep a picture of each."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        light = browser.new_context(base_url=url, viewport=SIZE).new_page()
        dark = browser.new_context(base_url=url, viewport=SIZE, color_scheme="dark").new_page()
        take(light, "search", LEADERBOARD)
        take(dark, "parallel", f"{LEADERBOARD}&view=parallel")
        take(light, "training-job", f"/training-jobs/{best}")
        light.goto("/sagemock/endpoints/zeros?sample=7")
        light.get_by_role("button", name="Invoke").click()
        light.locator(".answer").scroll_into_view_if_needed()
        keep(light, "endpoint")
        take(light, "lineage", f"/lineage?kind=endpoint&name=zeros&{WITH_DATA}", height=470)
        browser.close()


def tell(url: str) -> None:
    """Tell the story by the forms of an empty server, and keep a picture of each step."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(base_url=url, viewport=SIZE).new_page()
        page.goto("/sagemock/")
        page.get_by_role("button", name="Load the sample").click()
        page.get_by_role("link", name="Train on the sample").wait_for()
        keep(page, "story-1-sample")

        page.get_by_role("link", name="Train on the sample").click()
        page.get_by_label("Job name").fill("digits")
        page.get_by_label("mini_batch_size").fill("100, 200, 300")
        page.locator("[name=tag_key]").first.fill("Project")
        page.locator("[name=tag_value]").first.fill("Project_Binary_Classifier")
        page.get_by_label("mini_batch_size").scroll_into_view_if_needed()
        keep(page, "story-2-sweep")
        page.get_by_role("button", name="Create training job").click()
        page.get_by_role("heading", name="3 training jobs").wait_for()
        keep(page, "story-3-jobs", height=480)

        page.goto(
            "/sagemock/search?resource=TrainingJob&property=Tags.Project&operator=Equals"
            "&value=Project_Binary_Classifier&sort=Metrics.validation:objective_loss:final"
            "&order=Ascending"
        )
        keep(page, "story-4-leaderboard", height=480)
        page.locator(".results-table tbody th a").first.click()
        keep(page, "story-5-job")

        for name in ("Create model", "Deploy"):
            page.get_by_role("link", name=name).first.click()
            page.get_by_role("button", name=name).click()
        page.locator(".status", has_text="InService").first.wait_for()
        page.get_by_role("link", name="Use a row of its training data").click()
        page.get_by_role("button", name="Invoke").click()
        page.locator(".answer").scroll_into_view_if_needed()
        keep(page, "story-6-prediction")

        endpoint = page.url.split("/")[-1].split("?")[0]
        page.goto(f"/sagemock/lineage?kind=endpoint&name={endpoint}&{WITH_DATA}")
        keep(page, "story-7-lineage", height=480)
        browser.close()


def take(page: Any, name: str, path: str, height: int = SIZE["height"]) -> None:
    page.goto(f"/sagemock{path}")
    keep(page, name, height)


def keep(page: Any, name: str, height: int = SIZE["height"]) -> None:
    """A picture of what the window shows, small enough for a repository."""
    taken = page.screenshot(clip={"x": 0, "y": 0, **SIZE, "height": height})
    picture = Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS)
    picture.save(IMAGES / f"{name}.png", optimize=True)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    # In the call that creates them, so that the jobs are done when the pictures are taken.
    with SageMockServer(config=Config(training="inline")) as server:
        tell(server.url)
    with SageMockServer(config=Config(training="inline")) as server:
        shoot(server.url, prepare(server.url))


if __name__ == "__main__":
    main()
