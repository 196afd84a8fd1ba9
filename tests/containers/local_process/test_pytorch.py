"""PyTorch itself, in scripts that train and serve; where it is not installed, all is skipped."""

from __future__ import annotations

import io
import json
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest
from tests.containers.endpoints import Endpoints
from tests.containers.local_process.conftest import Jobs
from tests.containers.local_process.test_distribution import PYTORCH, TORCHRUN

pytestmark = [
    pytest.mark.sagemock(containers="local"),
    pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed"),
    # Each process takes seconds to import it.
    pytest.mark.slow,
]

DOCUMENT = {"AlgorithmSpecification": {"TrainingImage": PYTORCH}}
SERVING = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.3.0-cpu-py311"

TRAINING = """
import argparse, os
import torch
from torch.utils.data import DataLoader, TensorDataset
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
epochs = parser.parse_args().epochs
x = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
y = (2 * x[:, :1] + 3 * x[:, 1:]) + 1
net = torch.nn.Linear(2, 1)
optimizer = torch.optim.LBFGS(net.parameters())
def step():
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(net(x), y)
    loss.backward()
    return loss
for epoch in range(epochs):
    loss = optimizer.step(step)
# Workers share memory with this process.
rows = sum(len(batch) for batch, _ in DataLoader(TensorDataset(x, y), num_workers=1))
print(f"rows={rows}, gpu={torch.cuda.is_available()}")
folder = os.environ["SM_MODEL_DIR"]
torch.jit.script(net).save(os.path.join(folder, "model.pth"))
torch.save(net.state_dict(), os.path.join(folder, "weights.bin"))
"""

MODEL_FN = """
import os
import torch
def model_fn(model_dir):
    net = torch.nn.Linear(2, 1)
    net.load_state_dict(torch.load(os.path.join(model_dir, "weights.bin")))
    return net
"""

OWN = (
    MODEL_FN
    + """
def predict_fn(data, model):
    with torch.no_grad():
        return {"prediction": round(model(data).item(), 1)}
def output_fn(prediction, accept):
    import json
    return json.dumps(prediction)
"""
)


@pytest.fixture
def trained(jobs: Jobs) -> dict[str, bytes]:
    """The files of a model for 2a + 3b + 1."""
    result = jobs.script(TRAINING, {"epochs": 5}, document=DOCUMENT)
    assert "rows=4, gpu=" in result.text
    return {name: bytes(content) for name, content in result.model.items()}


def npy(rows: Any, dtype: Any = np.float32) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array(rows, dtype))
    return buffer.getvalue()


def test_what_a_script_has_trained_is_served(
    sagemock: Any, trained: dict[str, bytes], jobs: Jobs
) -> None:
    endpoints = Endpoints(sagemock.client)
    model, weights = trained["model.pth"], trained["weights.bin"]
    deployed = {
        "script": {"model.pth": model},
        # Preferred by its name.
        "named": {"model.pt": model, "other.pt": b"nothing"},
        "load": {"weights.bin": weights, "code/inference.py": MODEL_FN},
        "own": {"weights.bin": weights, "code/inference.py": OWN},
    }
    for name, files in deployed.items():
        described = endpoints.deploy(name, files, SERVING)
        assert described["EndpointStatus"] == "InService", endpoints.lines(name)

    for name in ("script", "named", "load"):
        for body, kind in ((b"[[2, 1]]", "application/json"), (b"2,1\n", "text/csv")):
            answer = json.loads(endpoints.invoke(body, name, ContentType=kind))
            assert np.ravel(answer).tolist() == pytest.approx([8], abs=0.01)
        kind = "application/x-npy"
        answer = endpoints.invoke(npy([[2, 1]]), name, ContentType=kind, Accept=kind)
        assert np.load(io.BytesIO(answer)).tolist() == [pytest.approx([8], abs=0.01)]
    answer = endpoints.invoke(b"2,1", "own", ContentType="text/csv")
    assert json.loads(answer) == {"prediction": 8.0}
    # As in the container, only text becomes a tensor of floats.
    error = endpoints.error(npy([[2, 1]], np.int64), "load", ContentType="application/x-npy")
    assert "must have the same dtype, but got Long and Float" in error["OriginalMessage"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (["weights.bin"], "Exactly one .pth or .pt file is required for PyTorch models: []"),
        (
            {"model.pth": "weights.bin"},
            "Failed to load /opt/ml/model/model.pth. Please ensure model is saved using "
            "torchscript.",
        ),
    ],
)
def test_models_that_the_container_does_not_load(
    sagemock: Any, trained: dict[str, bytes], files: Any, reason: str
) -> None:
    names = files if isinstance(files, dict) else dict(zip(files, files, strict=True))
    endpoints = Endpoints(sagemock.client)
    model = {name: trained[source] for name, source in names.items()}
    assert endpoints.deploy("e", model, SERVING)["EndpointStatus"] == "Failed"
    assert reason in "\n".join(endpoints.lines())


TOGETHER = """
import json, os
import torch
import torch.distributed as dist
hosts = json.loads(os.environ["SM_HOSTS"])
# Below torchrun, the environment says both.
own = {} if "RANK" in os.environ else {
    "rank": hosts.index(os.environ["SM_CURRENT_HOST"]), "world_size": len(hosts)
}
dist.init_process_group("gloo", **own)
rank = dist.get_rank()
total = torch.tensor([rank + 1.0])
dist.all_reduce(total)
net = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(1, 1))
net(torch.ones(2, 1) * rank).sum().backward()
gradient = net.module.weight.grad.item()
with open(os.path.join(os.environ["SM_MODEL_DIR"], f"rank-{rank}"), "w") as file:
    file.write(f"{total.item()} {gradient}")
dist.destroy_process_group()
"""


# The ranks' gradients are 0 and 2; both have the mean.
TOTALS = {"rank-0": b"3.0 1.0", "rank-1": b"3.0 1.0"}


def test_the_scripts_of_two_hosts_train_together(jobs_in: Jobs) -> None:
    hosts = ("algo-1", "algo-2")
    assert jobs_in.script(TOGETHER, document=DOCUMENT, hosts=hosts).model == TOTALS


def test_torchrun_on_two_hosts(jobs: Jobs) -> None:
    hosts = ("algo-1", "algo-2")
    assert jobs.script(TOGETHER, TORCHRUN, document=DOCUMENT, hosts=hosts).model == TOTALS


def test_torchrun_on_one_host(jobs: Jobs) -> None:
    result = jobs.script(TOGETHER, TORCHRUN, document=DOCUMENT)
    assert result.model == {"rank-0": b"1.0 0.0"}
