"""Add and remove tags, of whatever has an ARN."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.exceptions import BadRequest

from sagemock.console.visit import PREFIX, Redirect, Visit
from sagemock.errors import ServiceError


def change(visit: Visit) -> Redirect:
    """Add the tag of the form, or remove the one that is named; then back to the page."""
    given = visit.request.form
    arn = given.get("arn", "")
    try:
        if "remove" in given:
            visit.call("DeleteTags", {"ResourceArn": arn, "TagKeys": [given["remove"]]})
        else:
            tag = {"Key": given.get("key", "").strip(), "Value": given.get("value", "").strip()}
            visit.call("AddTags", {"ResourceArn": arn, "Tags": [tag]})
    except ServiceError as error:
        raise BadRequest(error.message) from error
    return Redirect(back_to(given.get("back", "")))


def back_to(location: str) -> str:
    """The page to return to: one of the console's, whatever the form says."""
    parts = urlsplit(location)
    ours = parts.path.startswith(f"{PREFIX}/") and not parts.scheme and not parts.netloc
    return location if ours else f"{PREFIX}/"
