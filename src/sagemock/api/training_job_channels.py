"""What CreateTrainingJob asks of InputDataConfig beyond the service model."""

from __future__ import annotations

from collections import Counter

from sagemock.errors import ValidationException
from sagemock.world import Request


def check(request: Request) -> None:
    """Each channel has a folder of its own in the container. Raises `ValidationException`."""
    names = Counter(channel["ChannelName"] for channel in request.get("InputDataConfig", ()))
    repeated = [name for name, count in names.items() if count > 1]
    if repeated:
        raise ValidationException(
            f"Channel names must be unique in InputDataConfig. Repeated: [{', '.join(repeated)}]"
        )
