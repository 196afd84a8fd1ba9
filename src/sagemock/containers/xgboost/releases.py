"""The releases of the container, by the tags of its images.

Source: `image_uri_config/xgboost.json` of the SageMaker Python SDK.
"""

from __future__ import annotations

from enum import IntEnum

OLD_REPOSITORY = "xgboost"
"""The repository of the first release; all others are in `sagemaker-xgboost`."""


class Release(IntEnum):
    """A release of the container, named by the version of the library in it, in their order."""

    V0_72 = 0
    V0_90_1 = 1
    V0_90_2 = 2
    V1_0_1 = 3
    V1_2_1 = 4
    V1_2_2 = 5
    V1_3_1 = 6
    V1_5_1 = 7
    V1_7_1 = 8
    V3_0_5 = 9

    @property
    def tag(self) -> str:
        """The tag of its image, without the suffix that says what it runs on."""
        if self is Release.V0_72:
            return "1"
        major, minor, build = self.name.removeprefix("V").split("_")
        return f"{major}.{minor}-{build}"

    @property
    def pickles(self) -> bool:
        """Whether its models are pickles of a `Booster`, rather than files of the library."""
        return self <= Release.V1_2_2


LATEST = max(Release)

_BY_TAG = {release.tag: release for release in Release if release is not Release.V0_72}


def of_image(image: str) -> Release:
    """The release behind an image: the latest one for a tag that is not known, or for none.

    Examples
    --------
    >>> of_image("683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:0.90-2-cpu-py3")
    <Release.V0_90_2: 2>
    >>> of_image("811284229777.dkr.ecr.us-east-1.amazonaws.com/xgboost:latest")
    <Release.V0_72: 0>
    """
    name, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    if name == OLD_REPOSITORY:
        return Release.V0_72
    return _BY_TAG.get("-".join(tag.split("-")[:2]), LATEST)
