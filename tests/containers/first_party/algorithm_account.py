"""Jobs and endpoints of an algorithm of the table, through boto3."""

from __future__ import annotations

from typing import Any

from tests.containers.account import Account, channel
from tests.containers.first_party.algorithm import Algorithm


class AlgorithmAccount(Account):
    """One whose channels an algorithm reads, of two objects each."""

    def __init__(self, client: Any, algorithm: Algorithm) -> None:
        super().__init__(client)
        self.algorithm = algorithm
        for seed, name in enumerate(("train", *algorithm.scored)):
            for part in range(2):
                body = algorithm.encoded(algorithm.table(60, seed=10 * seed + part), name)
                self.s3.put_object(Bucket="data", Key=f"{name}/{part}", Body=body)

    def request(self, *names: str, **settings: str) -> tuple[Any, ...]:
        """Image, hyperparameters and channels of a job, by default with all of these."""
        distribution = self.algorithm.distribution
        channels = [channel("train", self.algorithm.content_type, distribution)]
        channels += [channel(each, self.algorithm.content_type) for each in names]
        return self.algorithm.image, self.algorithm.job(**settings), channels

    def scored(self, name: str, **settings: str) -> dict[str, Any]:
        """A job with all channels."""
        return self.train(name, *self.request(*self.algorithm.scored, **settings))
