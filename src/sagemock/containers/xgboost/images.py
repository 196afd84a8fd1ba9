"""The URIs of the images of XGBoost."""

from __future__ import annotations

from collections.abc import Mapping

from sagemock.containers.xgboost.releases import Release
from sagemock.resources.partition import dns_suffix

REPOSITORY = "sagemaker-xgboost"

TAG = Release.V1_7_1.tag
"""Of the image that forms and ready-made jobs offer: the newest one of those that users know."""

ACCOUNTS: Mapping[str, str] = {
    "af-south-1": "510948584623",
    "ap-east-1": "651117190479",
    "ap-northeast-1": "354813040037",
    "ap-northeast-2": "366743142698",
    "ap-northeast-3": "867004704886",
    "ap-south-1": "720646828776",
    "ap-south-2": "628508329040",
    "ap-southeast-1": "121021644041",
    "ap-southeast-2": "783357654285",
    "ap-southeast-3": "951798379941",
    "ap-southeast-4": "106583098589",
    "ca-central-1": "341280168497",
    "ca-west-1": "190319476487",
    "cn-north-1": "450853457545",
    "cn-northwest-1": "451049120500",
    "eu-central-1": "492215442770",
    "eu-central-2": "680994064768",
    "eu-north-1": "662702820516",
    "eu-south-1": "978288397137",
    "eu-south-2": "104374241257",
    "eu-west-1": "141502667606",
    "eu-west-2": "764974769150",
    "eu-west-3": "659782779980",
    "il-central-1": "898809789911",
    "me-central-1": "272398656194",
    "me-south-1": "801668240914",
    "sa-east-1": "737474898029",
    "us-east-1": "683313688378",
    "us-east-2": "257758044811",
    "us-gov-east-1": "237065988967",
    "us-gov-west-1": "414596584902",
    "us-iso-east-1": "833128469047",
    "us-isob-east-1": "281123927165",
    "us-isof-east-1": "108575199400",
    "us-isof-south-1": "124985052026",
    "us-west-1": "746614075791",
    "us-west-2": "246618743249",
}
"""The account of each region that owns the images of `sagemaker-xgboost`.

Source: `image_uri_config/xgboost.json` of the SageMaker Python SDK.
"""


def uri(_: str, partition: str, region: str) -> str:
    """The URI of an image in a region; that in us-east-1 for a region without these images.

    Examples
    --------
    >>> uri("sagemaker-xgboost", "aws", "eu-west-1")
    '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1'
    """
    if region not in ACCOUNTS:
        partition, region = "aws", "us-east-1"
    return f"{ACCOUNTS[region]}.dkr.ecr.{region}.{dns_suffix(partition)}/{REPOSITORY}:{TAG}"
