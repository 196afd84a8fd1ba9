"""QueryLineage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemock.accounts.world import Response, World
from sagemock.api.associations import missing_entity
from sagemock.errors import ValidationException
from sagemock.lineage import packages, query
from sagemock.lineage.entities import entity
from sagemock.query import QueryError
from sagemock.query.token import Tokens

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import QueryLineageRequestTypeDef


def query_lineage(world: World, request: QueryLineageRequestTypeDef) -> Response:
    """One page of the entities that associations lead to, the nearest first.

    Raises `ResourceNotFound` for a start that does not exist, and `ValidationException` for a token
    that belongs to another request.
    """
    packages.refresh(world)
    for arn in request.get("StartArns", ()):
        if entity(world, arn) is None:
            raise missing_entity(arn)
    try:
        tokens = Tokens(request)
    except QueryError as error:
        raise ValidationException(str(error)) from error
    answer, following = query.query(world, request, tokens.start)
    return {**answer, **({} if following is None else {"NextToken": tokens.at(following)})}
