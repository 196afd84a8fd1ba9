"""The associations of a world as a graph that can be walked in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagemock.documents import Document
from sagemock.store import DuplicateKey, Table

if TYPE_CHECKING:
    from typing import NotRequired, TypedDict

    from mypy_boto3_sagemaker.type_defs import UserContextTypeDef

    class Association(TypedDict):
        """The document of an association.

        `AssociationId`, `SourceKinds` and `DestinationKinds` are for look-ups; no operation shows
        them.
        """

        AssociationId: str
        SourceArn: str
        DestinationArn: str
        SourceKinds: list[str]
        DestinationKinds: list[str]
        SourceType: NotRequired[str]
        DestinationType: NotRequired[str]
        AssociationType: NotRequired[str]
        CreationTime: float
        CreatedBy: UserContextTypeDef


Edges = Mapping[str, "Association"]
"""The associations at an entity by the ARN of what is at their other end, the oldest first."""

_NONE: dict[str, Association] = {}


class LineageGraph:
    """Associations, at most one from one entity to another, and the entities at both ends.

    Safe for many threads: readers take no lock, and see every write that has returned. What must
    look at the graph and then change it, or an entity in it, does so with `lock`.

    Attributes
    ----------
    associations : Table[Association]
        All of them, for lists. Only this class writes to it.
    lock : TableLock
        Held by whatever creates an association or deletes an entity.
    """

    def __init__(self) -> None:
        self.associations: Table[Association] = Table("AssociationId")
        self.lock = self.associations.lock
        self._from: dict[str, dict[str, Association]] = {}
        self._to: dict[str, dict[str, Association]] = {}
        self._artifacts: dict[str, dict[str, None]] = {}

    def artifact_of(self, uri: str) -> str | None:
        """The ARN of the oldest artifact with a SourceUri, or None."""
        return next(iter(list(self._artifacts.get(uri, ()))), None)

    def note_artifact(self, before: Document | None, after: Document | None) -> None:
        """Follow the table of artifacts."""
        document = before if after is None else after
        if document is None or (before is not None and after is not None):
            return
        uri, arn = document["Source"]["SourceUri"], document["ArtifactArn"]
        with self.lock:
            if after is not None:
                self._artifacts.setdefault(uri, {})[arn] = None
            else:
                _drop(self._artifacts, uri, arn)

    def outgoing(self, arn: str) -> Edges:
        """The associations whose source is an entity, by their destinations. Not a copy."""
        return self._from.get(arn, _NONE)

    def incoming(self, arn: str) -> Edges:
        """The associations whose destination is an entity, by their sources. Not a copy."""
        return self._to.get(arn, _NONE)

    def connects(self, arn: str) -> bool:
        """Whether an entity is at the end of an association."""
        return arn in self._from or arn in self._to

    def add(self, association: Association) -> None:
        """Add an association. Raises `DuplicateKey` if there is one between the two entities."""
        source, destination = association["SourceArn"], association["DestinationArn"]
        with self.lock:
            if destination in self.outgoing(source):
                raise DuplicateKey(association["AssociationId"])
            self.associations.insert(association)
            self._from.setdefault(source, {})[destination] = association
            self._to.setdefault(destination, {})[source] = association

    def remove(self, source: str, destination: str) -> bool:
        """Remove the association from one entity to another. Returns whether there was one."""
        with self.lock:
            association = self.outgoing(source).get(destination)
            if association is None:
                return False
            self.associations.delete(association["AssociationId"])
            _drop(self._from, source, destination)
            _drop(self._to, destination, source)
            return True

    def isolate(self, arn: str) -> None:
        """Remove all associations of an entity."""
        with self.lock:
            for destination in list(self.outgoing(arn)):
                self.remove(arn, destination)
            for source in list(self.incoming(arn)):
                self.remove(source, arn)


def association_id(source: str, destination: str) -> str:
    """The key of the association from one entity to another; an ARN of these has no space."""
    return f"{source} {destination}"


def _drop(entries: dict[str, dict[str, Any]], key: str, entry: str) -> None:
    del entries[key][entry]
    if not entries[key]:
        del entries[key]
