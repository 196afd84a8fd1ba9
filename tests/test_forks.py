"""Forked children of a mock: they hang on nothing, and take nothing from their parent."""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError
from moto.core import base_backend
from moto.core.models import MockAWS
from moto.s3.models import s3_backends
from tests.waiting import until

import sagemock as package
from sagemock import control, forks, mock_sagemaker, open_console
from sagemock.algorithms import blas
from sagemock.formats import csv
from sagemock.jobs.activity import activity
from sagemock.moto_adapter import backend, waiting
from sagemock.moto_adapter.backend import workers
from sagemock.moto_adapter.patch import moto_patch
from sagemock.server import SageMockServer
from sagemock.store import Table

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system"),
    # That a child may hang is what Python 3.12 and later warn of, and what is tested here.
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]

SECONDS = 60
"""After these a child is taken to hang."""

ROLE = "arn:aws:iam::123456789012:role/SageMaker"
ENDLESS = {
    "predictor_type": "binary_classifier",
    "mini_batch_size": "10",
    "epochs": "1000000",
    "early_stopping_patience": "1000000",
}
FORK = multiprocessing.get_context("fork")


def in_child(work: Callable[[], Any]) -> Any:
    """What `work` gives in a forked child, which ends by itself afterwards."""
    with child(work) as receive:
        return receive()


@contextmanager
def child(work: Callable[[], Any]) -> Iterator[Callable[[], Any]]:
    receiver, sender = FORK.Pipe(duplex=False)

    def run() -> None:
        try:
            answer = (work(), None)
        except BaseException as error:
            answer = (None, f"{type(error).__name__}: {error}")
        sender.send(answer)

    process = FORK.Process(target=run)
    process.start()
    sender.close()

    def receive() -> Any:
        assert receiver.poll(SECONDS), "the child hangs"
        answer, error = receiver.recv()
        assert error is None, error
        process.join(SECONDS)
        assert process.exitcode == 0, "the child does not end"
        return answer

    try:
        yield receive
    finally:
        process.kill()
        process.join()
        receiver.close()


def wait(studio: Any, name: str) -> str:
    """Create nothing, wait as users do, and give the status."""
    waiter = studio.sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName=name)
    status: str = studio.job(name)["TrainingJobStatus"]
    return status


def train(studio: Any, name: str) -> str:
    studio.create_job(name)
    return wait(studio, name)


def start_endless(studio: Any, name: str = "endless") -> None:
    studio.create_job(name, HyperParameters=ENDLESS)
    until(lambda: studio.job(name)["SecondaryStatus"] == "Training")


@pytest.fixture
def mock() -> Any:
    return mock_sagemaker(training="background")


@pytest.fixture
def studio(mock: Any, make_studio: Any) -> Iterator[Any]:
    """A mock that trains in the background, with a pool that has threads."""
    with mock:
        studio = make_studio(boto3.client)
        assert train(studio, "first") == "Completed"
        yield studio


def test_a_job_that_is_created_in_a_child_runs_there(studio: Any) -> None:
    assert in_child(lambda: train(studio, "of-child")) == "Completed"
    assert in_child(lambda: train(studio, "of-child")) == "Completed"
    jobs = studio.sagemaker.list_training_jobs()["TrainingJobSummaries"]
    assert [job["TrainingJobName"] for job in jobs] == ["first"]
    assert train(studio, "of-parent") == "Completed"


def test_children_of_children(studio: Any) -> None:
    def work() -> list[str]:
        mine = train(studio, "of-child")
        pid = os.fork()
        if pid == 0:
            os._exit(0 if train(studio, "of-grandchild") == "Completed" else 1)
        _, status = os.waitpid(pid, 0)
        return [mine, str(os.waitstatus_to_exitcode(status))]

    assert in_child(work) == ["Completed", "0"]


def test_clients_that_a_child_makes(studio: Any) -> None:
    def work() -> list[str]:
        client, key = boto3.client("sagemaker"), "TrainingJobSummaries"
        return [each["TrainingJobName"] for each in client.list_training_jobs()[key]]

    assert in_child(work) == ["first"]


def test_waiting_for_a_job_of_the_parent_ends_at_once(studio: Any) -> None:
    start_endless(studio)

    def work() -> tuple[str, int]:
        looks = []
        studio.sagemaker.meta.events.register(
            "provide-client-params.sagemaker.DescribeTrainingJob", lambda **_: looks.append(1)
        )
        # A thread could release what is held, and is given no time for what it could not.
        activity.wait = no_patience
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        try:
            wait(studio, "endless")
        except WaiterError as error:
            return str(error), len(looks)
        raise AssertionError("it ended")

    text, looks = in_child(work)
    assert (
        "training job endless is Training "
        "(runs in the parent process, of which this one is a forked copy)"
    ) in text
    assert looks <= waiting.FREE_LOOKS + 2
    assert studio.job("endless")["TrainingJobStatus"] == "InProgress"


def no_patience(since: int, seconds: float) -> bool:
    assert activity.count > since, f"it would wait for {seconds} seconds"
    return True


def test_loops_for_a_job_of_the_parent_end(studio: Any) -> None:
    start_endless(studio)

    def work() -> str:
        try:
            while True:
                waiting.rest(30)
        except waiting.NeverComes as error:
            return str(error)

    assert "training job endless is Training (runs in the parent process" in in_child(work)


def test_a_job_that_waits_for_a_worker_of_the_parent(make_studio: Any) -> None:
    with mock_sagemaker(training="background", max_workers=1):
        studio = make_studio(boto3.client)
        start_endless(studio)
        studio.create_job("queued")

        def work() -> str:
            with pytest.raises(WaiterError, match=r"queued is Starting \(runs in the parent"):
                wait(studio, "queued")
            return train(studio, "of-child")

        assert in_child(work) == "Completed"


def test_stopping_a_job_of_the_parent_stops_it_for_the_child_alone(studio: Any) -> None:
    start_endless(studio)

    def work() -> str:
        studio.sagemaker.stop_training_job(TrainingJobName="endless")
        with pytest.raises(WaiterError, match="runs in the parent process"):
            wait(studio, "endless")
        status: str = studio.job("endless")["TrainingJobStatus"]
        return status

    assert in_child(work) == "Stopping"
    assert studio.job("endless")["TrainingJobStatus"] == "InProgress"
    studio.sagemaker.stop_training_job(TrainingJobName="endless")
    assert wait(studio, "endless") == "Stopped"


def test_a_held_job_goes_on_where_it_is_released(studio: Any) -> None:
    control.hold_training_job()
    studio.create_job("held")
    until(lambda: studio.job("held")["SecondaryStatus"] == "Training")

    def work() -> str:
        assert control.release() == ["held"]
        return wait(studio, "held")

    assert in_child(work) == "Completed"
    assert studio.job("held")["TrainingJobStatus"] == "InProgress"
    assert control.release() == ["held"]
    assert wait(studio, "held") == "Completed"


def test_a_job_of_a_child_does_not_keep_it_from_its_end(studio: Any) -> None:
    assert in_child(lambda: start_endless(studio, "of-child")) is None


def test_a_child_may_end_the_mock(mock: Any, studio: Any) -> None:
    start_endless(studio)

    def work() -> bool:
        with mock_sagemaker(training="background"):
            pass
        mock.stop()
        return moto_patch.on

    assert in_child(work) is False
    assert studio.job("endless")["SecondaryStatus"] == "Training"


LOCKS: dict[str, Callable[[Any], Any]] = {
    "patch": lambda _: moto_patch._lock,
    "workers": lambda _: workers._lock,
    "faults": lambda _: backend.faults._lock,
    "table": lambda world: world.training_jobs.lock,
    "index": lambda world: world.training_jobs.view([]) and world.training_jobs._index._lock,
    "progressions": lambda world: world.progressions._lock,
    "activity": lambda _: activity._condition,
    "blas": lambda _: blas._lock,
    "moto's backends": lambda _: base_backend.backend_lock,
    "moto's mocks": lambda _: MockAWS._mock_init_lock,
    "moto's objects": lambda world: (
        s3_backends[world.account_id][world.partition].buckets["studio"].keys["train/rows.csv"].lock
    ),
}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_that_a_thread_of_the_parent_holds(
    studio: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forks, "PATIENCE", 0.01)
    lock = LOCKS[name](next(iter(backend.worlds())))
    acquired, release = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            acquired.set()
            release.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    acquired.wait()

    def work() -> str:
        search = studio.sagemaker.search(Resource="TrainingJob")
        assert len(search["Results"]) == 1
        control.fail_training_job("on purpose", name="other")
        with mock_sagemaker(training="background"):
            return train(studio, "of-child")

    try:
        with child(work) as receive:
            assert receive() == "Completed"
    finally:
        release.set()
        thread.join()
    assert train(studio, "of-parent") == "Completed"


def test_every_lock_of_the_package_is_protected() -> None:
    root = Path(package.__file__).parent
    unprotected = re.compile(r"threading\.(R?Lock|Condition|Semaphore)\((?!forks\.)")
    modules = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        for _ in unprotected.findall(path.read_text())
    ]
    # Those that protect, and one that takes the place of a lock in a child.
    assert sorted(modules) == ["forks.py", "forks.py", "moto_adapter/moto_locks.py"]


def test_a_child_sees_no_write_half_done() -> None:
    table = Table("Name")
    stop = threading.Event()

    def write(writer: int) -> None:
        for number in range(10**9):
            if stop.is_set():
                return
            name = f"{writer}-{number}"
            table.insert({"Name": name})
            table.update(name, {"n": number})
            if number % 3:
                table.delete(name)

    def work() -> bool:
        rows = table._rows
        living = [rows.documents[row]["Name"] for row in rows.row_of.values()]
        return living == list(rows.row_of) and rows.now == (len(rows.documents), len(rows.dead))

    writers = [threading.Thread(target=write, args=[writer]) for writer in range(3)]
    for writer in writers:
        writer.start()
    try:
        assert all(in_child(work) for _ in range(10))
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1)


def processes() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


@pytest.mark.parametrize("make", [threads, processes])
def test_an_executor_that_was_made_before_the_fork(make_studio: Any, make: Any) -> None:
    with make() as executor, mock_sagemaker(training="background", executor=executor):
        studio = make_studio(boto3.client)
        assert train(studio, "first") == "Completed"
        start_endless(studio)

        def work() -> str:
            with pytest.raises(WaiterError, match=r"endless is Training \(runs in the parent"):
                wait(studio, "endless")
            return train(studio, "of-child")

        assert in_child(work) == "Completed"
        assert studio.job("endless")["TrainingJobStatus"] == "InProgress"
        studio.sagemaker.stop_training_job(TrainingJobName="endless")
        assert wait(studio, "endless") == "Stopped"
        assert train(studio, "last") == "Completed"


def test_a_function_that_makes_an_executor_makes_one_in_the_child(make_studio: Any) -> None:
    makers: list[int] = []

    def make() -> ThreadPoolExecutor:
        makers.append(os.getpid())
        return threads()

    with mock_sagemaker(training="background", executor=make):
        studio = make_studio(boto3.client)
        assert train(studio, "first") == "Completed"

        def work() -> list[int]:
            assert train(studio, "of-child") == "Completed"
            return [makers[1] - os.getpid(), *makers]

        assert in_child(work)[:2] == [0, os.getpid()]
        assert makers == [os.getpid()]


def test_an_executor_that_a_child_makes(studio: Any) -> None:
    def work() -> str:
        with threads() as executor, mock_sagemaker(training="background", executor=executor):
            return train(studio, "of-child")

    assert in_child(work) == "Completed"


def status_of(name: str) -> str:
    """For pools of processes, which are sent its name."""
    client = boto3.client("sagemaker", "us-east-1")
    control.add_training_job(name)
    status: str = client.describe_training_job(TrainingJobName=name)["TrainingJobStatus"]
    return status


def test_pools_of_processes_in_user_code(studio: Any) -> None:
    names = [f"j-{number}" for number in range(4)]
    with FORK.Pool(2) as pool:
        assert pool.map(status_of, names) == ["Completed"] * 4
    with ProcessPoolExecutor(2, mp_context=FORK) as executor:
        assert list(executor.map(status_of, names)) == ["Completed"] * 4


def test_threads_that_fork_at_the_same_time(studio: Any) -> None:
    answers: list[str] = []

    def fork() -> None:
        answers.append(in_child(lambda: train(studio, "of-child")))

    forking = [threading.Thread(target=fork) for _ in range(4)]
    for thread in forking:
        thread.start()
    for thread in forking:
        thread.join()
    assert answers == ["Completed"] * 4


SCRIPT_FORK = """
import os, sys
import boto3
from concurrent.futures import ThreadPoolExecutor
from sagemock import mock_sagemaker
from sagemock.jobs.executors import Lease

with mock_sagemaker(training="background"):
    lease = Lease.begin()
    boto3.client("sagemaker", "us-east-1").list_models()
    pid = os.fork()
    if pid == 0:
        sys.exit(7)  # as a child does that runs all that is to be run at the end
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    assert not lease.stopping()
print("fine")
"""


def test_a_child_that_exits_takes_nothing_along(tmp_path: Path) -> None:
    """The leases of running jobs are files, which go with the process that has made them."""
    assert run_script(tmp_path, SCRIPT_FORK) == "fine\n"


SCRIPT_SPAWN = """
import multiprocessing

def on(_):
    from moto.core.models import MockAWS
    from sagemock.moto_adapter.patch import moto_patch
    return moto_patch.on, MockAWS._mocks_active

if __name__ == "__main__":
    from sagemock import mock_sagemaker
    with mock_sagemaker():
        for method in ("fork", "spawn", "forkserver"):
            with multiprocessing.get_context(method).Pool(1) as pool:
                print(method, *pool.map(on, [0]))
"""


def test_children_by_spawn_and_forkserver_have_no_mock(tmp_path: Path) -> None:
    """As with moto: they import everything anew."""
    assert run_script(tmp_path, SCRIPT_SPAWN).splitlines() == [
        "fork (True, True)",
        "spawn (False, False)",
        "forkserver (False, False)",
    ]


def run_script(folder: Path, code: str) -> str:
    path = folder / "script.py"
    path.write_text(code)
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", str(path)],
        capture_output=True,
        text=True,
        timeout=SECONDS * 2,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return done.stdout


def is_open(url: str) -> bool:
    host, port = url.removeprefix("http://").split("/")[0].split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_a_server_stays_the_parents() -> None:
    with SageMockServer() as server:

        def work() -> list[Any]:
            client = boto3.client("sagemaker", "us-east-1", endpoint_url=server.url)
            model = {"ModelName": "of-child", "ExecutionRoleArn": ROLE}
            client.create_model(**model)
            names = [each["ModelName"] for each in client.list_models()["Models"]]
            server.stop()
            return [*names, is_open(url)]

        url = server.url
        client = boto3.client("sagemaker", "us-east-1", endpoint_url=url)
        assert in_child(work) == ["of-child", True]
        assert [each["ModelName"] for each in client.list_models()["Models"]] == ["of-child"]


@pytest.mark.parametrize("kind", ["server", "console"])
def test_a_child_holds_no_socket_of_a_server(kind: str) -> None:
    """Or else the port would stay taken, and clients that connect would never be answered."""
    with mock_sagemaker():
        server = SageMockServer().start() if kind == "server" else open_console()
        url = server.url
        mine, its = FORK.Pipe()

        def work() -> Any:
            its.send("ready")
            return its.recv()

        with child(work) as receive:
            assert mine.recv() == "ready"
            assert is_open(url)
            server.stop()
            assert not is_open(url)
            mine.send("fine")
            assert receive() == "fine"
        mine.close()
        its.close()


def test_a_console_is_stopped_in_a_child_without_a_thread() -> None:
    with mock_sagemaker(), open_console() as console:
        assert in_child(console.stop) is None
        assert is_open(console.url)


def test_a_server_of_a_childs_own() -> None:
    with SageMockServer() as server:

        def work() -> bool:
            server.stop()
            with SageMockServer() as mine:
                client = boto3.client("sagemaker", "us-east-1", endpoint_url=mine.url)
                return mine.url != url and client.list_models()["Models"] == []

        url = server.url
        assert in_child(work)


def test_large_tables_are_read_without_the_parents_threads() -> None:
    """polars waits in a child for threads that it has only in the parent."""
    pytest.importorskip("polars")
    data = b"1,2\n" * (csv.FAST_SIZE // 4)
    assert csv.decode_by_polars(data) is not None
    assert in_child(lambda: csv.decode(data).shape) == (len(data) // 4, 2)


def test_large_objects_are_read_at_a_position_of_the_childs_own(studio: Any) -> None:
    """moto keeps them in files; parent and child would read here and there by turns."""
    body = bytes(range(256)) * (80 * 1024)
    studio.s3.put_object(Bucket="studio", Key="large", Body=body)
    backend_of_s3 = s3_backends["123456789012"]["aws"]
    key = backend_of_s3.buckets["studio"].keys["large"]
    assert key._value_buffer._rolled, "it is not large enough"
    descriptor = key._value_buffer.fileno()
    os.lseek(descriptor, 7, os.SEEK_SET)

    def work() -> bool:
        return studio.s3.get_object(Bucket="studio", Key="large")["Body"].read() == body

    assert in_child(work)
    assert os.lseek(descriptor, 0, os.SEEK_CUR) == 7
