"""Load the sample: digits in S3 to train on, for a server without data."""

from __future__ import annotations

from sagemock.accounts.services import BucketError
from sagemock.accounts.world import World
from sagemock.console.links import Arguments
from sagemock.console.page import Page, Redirect
from sagemock.console.page_request import PageRequest
from sagemock.demo import sample
from sagemock.formats.media_type import RECORDIO
from sagemock.resources.s3_uri import default_bucket


def load(page_request: PageRequest) -> Page | Redirect:
    """Write the sample's objects, and lead to the home page, which says where they are."""
    try:
        sample.load(page_request.world)
    except BucketError as error:
        context = {"title": "Bad Request", "text": str(error)}
        return Page("error.html", context, {"error": str(error)}, status=400)
    return Redirect(page_request.url("/", [("sample", "loaded")]))


def job_arguments(world: World) -> Arguments:
    """Return the arguments that fill in the form for a job that trains on the sample."""
    bucket = default_bucket(world.account_id, world.region)
    pairs = [("output", f"s3://{bucket}/output")]
    for name, value in (
        ("predictor_type", "binary_classifier"),
        ("feature_dim", str(sample.FEATURES)),
    ):
        pairs += [("hyperparameter_name", name), ("hyperparameter_value", value)]
    for channel in sample.channels(world, RECORDIO):
        pairs += [
            ("channel_name", channel.name),
            ("channel_uri", channel.uri),
            ("channel_type", channel.content_type),
        ]
    return pairs
