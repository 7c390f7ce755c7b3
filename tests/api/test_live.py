"""What a panel sees while a server runs, on a driver and a torch that are not there, and in real kernels."""

from __future__ import annotations

import asyncio
import ctypes
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.api.machine_watch import SCHEMA_ID
from tests.api.waiting import until
from tests.environment.stage import LIBRARIES, Stage, obstacle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from jupyter_server.serverapp import ServerApp

    from jupyter_mlgit.extension import JupyterMLGit

pytestmark = pytest.mark.skipif(obstacle() is not None, reason=str(obstacle()))

LIVE, KERNELS, SUMMARY, DOCTOR, CHECKED = (
    f"environment/{name}" for name in ("live", "kernels", "summary", "doctor", "checked")
)
MIB = 2**20


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Loads the library once, as nothing unloads it; without a file that says what it tells there is no driver."""
    stage = Stage.set_in(tmp_path_factory.mktemp("driver"))
    for name in LIBRARIES:
        ctypes.CDLL(str(stage.folder / "lib" / name), mode=ctypes.RTLD_GLOBAL)
    return stage.folder / "lib"


@pytest.fixture
def stage(driver: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Gives a machine with a kernel ``ml``, and no GPU yet."""
    stage = Stage(tmp_path)
    (tmp_path / "lib").symlink_to(driver)
    for name, value in stage.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    stage.kernel(tmp_path / "share/kernels")
    return stage


@pytest.fixture
def settings() -> dict[str, Any]:
    """Shortens the pauses: a test should not last."""
    return {"gpu_pause": 0.2}


@pytest.fixture
def desk(stage: Stage, extension: JupyterMLGit, ask: Any) -> Callable[[], Awaitable[Any]]:
    """Gives a function that gives what the server keeps, once it has been asked for."""
    del stage

    async def get() -> Any:
        await ask("GET", SUMMARY)
        return extension.machine.desk()

    return get


class Notebook:
    """A notebook whose kernel runs in the server."""

    def __init__(self, kernel: str, client: Any, pid: int) -> None:
        """Takes the kernel's id, a client of it and its process."""
        self.kernel, self.pid = kernel, pid
        self._client = client

    async def run(self, code: str) -> None:
        """Runs a cell to its end."""
        reply = await self._client.execute(code, reply=True, timeout=120)
        assert reply["content"]["status"] == "ok", reply["content"]

    def begin(self, code: str) -> None:
        """Runs a cell, and waits for nothing."""
        self._client.execute(code)


@pytest.fixture
def notebook(stage: Stage, jp_serverapp: ServerApp, jp_fetch: Any, jp_asyncio_loop: Any) -> Any:
    """Gives a function that opens one."""
    del stage
    clients = []

    async def open_one(path: str = "train.ipynb") -> Notebook:
        body = json.dumps({"path": path, "name": path, "type": "notebook", "kernel": {"name": "ml"}})
        answer = json.loads((await jp_fetch("api", "sessions", method="POST", body=body)).body)
        kernel = answer["kernel"]["id"]
        manager: Any = jp_serverapp.kernel_manager.get_kernel(kernel)
        client = manager.client()
        client.start_channels()
        clients.append(client)
        await client.wait_for_ready(timeout=120)
        return Notebook(kernel, client, manager.provisioner.pid)

    yield open_one
    for client in clients:
        client.stop_channels()
    jp_asyncio_loop.run_until_complete(jp_serverapp.kernel_manager.shutdown_all(now=True))


async def seen(ask: Any, done: Callable[[Any], object]) -> Any:
    """Asks for the running kernels until they are as is waited for, and gives the first."""
    last: list[Any] = []

    async def look() -> bool:
        answer = await ask("POST", KERNELS)
        assert answer.status == 200, answer.body
        last[:] = answer.body["kernels"]
        return bool(last) and bool(done(last[0]))

    for _ in range(2400):
        if await look():
            return last[0]
        await asyncio.sleep(0.05)
    raise AssertionError(last)


def ends(count: int) -> Callable[[Any], bool]:
    return lambda kernel: len(kernel["cellEnds"]) == count


async def test_story_of_memory_that_is_held_and_unused(ask: Any, stage: Stage, notebook: Any) -> None:
    """Story B: the notebook is named, with what torch keeps and does not use."""
    old = await notebook("old-experiment.ipynb")
    await old.run("import torch\ntorch.cuda.hold(20000)\ntorch.cuda.drop(19000)")
    stage.gpus(f"count=1 used=21000 pid0={old.pid} mem0=20500")
    kernel = await seen(ask, lambda one: one["torch"] and one["gpuMemory"])
    assert (kernel["id"], kernel["path"], kernel["kind"]) == (old.kernel, "old-experiment.ipynb", "notebook")
    assert (kernel["name"], kernel["pid"], kernel["state"], kernel["unasked"]) == ("ml", old.pid, "idle", None)
    torch = kernel["torch"]
    assert (torch["version"], torch["initialized"]) == ("2.9.0+cu128", True)
    assert (torch["allocated"], torch["reserved"]) == (1000 * MIB, 20000 * MIB)
    assert (torch["devices"][0]["peakAllocated"], torch["devices"][0]["uuid"]) == (20000 * MIB, "GPU-0")
    assert (kernel["gpuMemory"], kernel["cache"], kernel["overhead"]) == (20500 * MIB, 19000 * MIB, 500 * MIB)
    (process,) = (await ask("GET", LIVE)).body["machine"]["processes"]
    assert (process["kernel"], process["notebook"]) == (old.kernel, str(process["notebook"]))
    assert process["notebook"].endswith("old-experiment.ipynb")


async def test_story_of_memory_that_climbs(ask: Any, stage: Stage, notebook: Any) -> None:
    """Story C: after eight cell ends in a row with more than before, it looks like a leak."""
    stage.gpus("count=1")
    one = await notebook()
    await one.run("import torch\ntorch.cuda.hold(100)")
    kernel = await seen(ask, lambda kernel: kernel["cellEnds"])
    for epoch in range(8):
        await one.run("torch.cuda.hold(200)")
        kernel = await seen(ask, ends(epoch + 2))
        assert (kernel["rises"], kernel["leaks"]) == (epoch + 1, epoch == 7)
    assert kernel["risen"] == 1600 * MIB
    await one.run("torch.cuda.drop(1000)")
    kernel = await seen(ask, ends(10))
    assert (kernel["rises"], kernel["leaks"]) == (0, False)


async def test_a_kernel_is_asked_while_it_computes_and_never_disturbed(
    ask: Any, stage: Stage, notebook: Any, tmp_path: Path
) -> None:
    stage.gpus("count=1")
    one = await notebook()
    await one.run("import threading, torch\ntorch.cuda.hold(100)\nends = []")
    await one.run("get_ipython().events.register('post_execute', lambda: ends.append(threading.current_thread().name))")
    await seen(ask, lambda kernel: kernel["torch"])
    # To be brought in leaves no trace in what IPython knows of the person's last cell.
    await one.run("assert get_ipython().last_execution_result.info.raw_cell.startswith('get_ipython().events')")
    go_on = tmp_path / "go on"
    one.begin(f"import os, time\ntorch.cuda.hold(400)\nwhile not os.path.exists({str(go_on)!r}): time.sleep(0.01)")
    # Torch may be quicker than the server's own news that the cell has begun.
    kernel = await seen(ask, lambda kernel: kernel["torch"]["allocated"] == 500 * MIB and kernel["state"] == "busy")
    assert kernel["unasked"] is None
    before = kernel["torch"]["readAt"]
    kernel = await seen(ask, lambda kernel: kernel["torch"]["readAt"] > before)
    assert kernel["state"] == "busy"
    go_on.touch()
    await one.run("assert len(In) == 6 and set(ends) == {'MainThread'}, (In, ends)")
    await one.run("assert not [name for name in dir() if 'mlgit' in name]")


async def test_one_that_computes_from_the_first_look_on_is_asked_when_its_cell_has_ended(
    ask: Any, stage: Stage, notebook: Any, tmp_path: Path
) -> None:
    stage.gpus("count=1")
    one = await notebook()
    go_on = tmp_path / "go on"
    one.begin(f"import os, time\nwhile not os.path.exists({str(go_on)!r}): time.sleep(0.01)")
    kernel = await seen(ask, lambda kernel: kernel["state"] == "busy")
    assert (kernel["torch"], kernel["unasked"]["code"]) == (None, "busy")
    go_on.touch()
    kernel = await seen(ask, lambda kernel: kernel["unasked"]["code"] != "busy")
    assert kernel["unasked"] == {"code": "no-torch", "reason": "It has not imported torch."}


async def test_a_kernel_that_is_started_anew_is_asked_anew(
    ask: Any, stage: Stage, notebook: Any, jp_fetch: Any
) -> None:
    stage.gpus("count=1")
    one = await notebook()
    await one.run("import torch\ntorch.cuda.hold(100)")
    await seen(ask, lambda kernel: kernel["torch"])
    await jp_fetch("api", "kernels", one.kernel, "restart", method="POST", body="")
    kernel = await seen(ask, lambda kernel: kernel["unasked"] and kernel["unasked"]["code"] == "no-torch")
    assert (kernel["id"], kernel["torch"], kernel["cellEnds"][0]["allocated"]) == (one.kernel, None, 0)
    assert kernel["pid"] != one.pid


async def test_the_figures_come_by_events_and_only_while_somebody_looks(
    ask: Any, stage: Stage, jp_serverapp: ServerApp, desk: Any
) -> None:
    heard: list[dict[str, Any]] = []

    async def listen(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        del logger
        if schema_id == SCHEMA_ID:
            heard.append(data)

    assert jp_serverapp.event_logger is not None
    jp_serverapp.event_logger.add_listener(schema_id=SCHEMA_ID, listener=listen)
    stage.gpus("count=2 1:util=90")
    first = (await ask("GET", LIVE)).body
    readings = first["reading"]  # a quick machine has looked again before the answer goes
    assert (first["history"]["first"], len(first["history"]["ages"])) == (1, readings)
    assert [one["utilization"] for one in first["history"]["gpus"]] == [[41] * readings, [90] * readings]
    await until(lambda: len(heard) >= 3)
    assert heard[0] == {"what": ["gpus"]}
    stage.gpus("count=2 util=7")
    body: Any = None
    while body is None or body["machine"]["gpus"][0]["utilization"] != 7:
        body = (await ask("GET", LIVE, after=str(readings))).body
        await asyncio.sleep(0.05)
    assert body["history"]["first"] == readings + 1
    assert body["history"]["gpus"][0]["utilization"][-1] == 7
    assert len(body["history"]["ages"]) == body["reading"] - readings
    watched = await desk()
    watched.gpus._lease = watched.kernels._lease = 0.1  # noqa: SLF001 -- a test should not last
    await ask("GET", LIVE)
    await ask("POST", KERNELS)
    await until(lambda: not watched.gpus.watching and not watched.kernels.watching)
    await until(lambda: not [one for one in threading.enumerate() if one.name.startswith("mlgit-")])


async def test_a_panel_that_is_left_open_keeps_no_server_from_being_ended(
    ask: Any, stage: Stage, jp_serverapp: ServerApp
) -> None:
    stage.gpus("count=1")
    activity = jp_serverapp.web_app.settings
    await ask("POST", "environment/gpu-test", {"kernel": "ml"})
    before = activity["api_last_activity"]
    for method, path in (("GET", LIVE), ("GET", SUMMARY), ("POST", KERNELS)):
        assert (await ask(method, path)).status == 200
    assert activity["api_last_activity"] == before
    await ask("GET", "environment/gpus")
    assert activity["api_last_activity"] > before


async def test_a_driver_that_comes_and_goes_is_followed(
    ask: Any, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jupyter_mlgit.environment.poller.NONE_PAUSE", 0.2)

    async def told(done: Callable[[Any], bool]) -> Any:
        machine: Any = None
        for _ in range(2400):
            machine = (await ask("GET", LIVE)).body["machine"]
            if done(machine):
                return machine
            await asyncio.sleep(0.05)
        raise AssertionError(machine)

    machine = await told(lambda _: True)
    assert machine["reason"]["code"] == "no-library"
    stage.gpus("count=1")
    await told(lambda machine: machine["available"])
    stage.gpus("count=1 nvmlDeviceGetHandleByIndex=15")
    await told(lambda machine: [one["state"] for one in machine["gpus"]] == ["lost"])
    stage.gpus("nvmlInit=9")
    await told(lambda machine: machine["reason"] and machine["reason"]["code"] == "driver-not-loaded")
    stage.gpus("count=2")
    await told(lambda machine: len(machine["gpus"]) == 2)


async def test_the_status_bar_starts_nothing_and_shows_what_the_doctor_has_found(
    ask: Any, stage: Stage, tmp_path: Path
) -> None:
    """Story A: "No CUDA: CPU-only torch in ml"."""
    stage.gpus("count=1")
    stage.kernel(tmp_path / "share/kernels", {"version": "2.9.0+cpu", "cuda": None, "available": False})
    answer = (await ask("GET", SUMMARY, kernel="ml")).body
    assert answer["gpus"] == [
        {"index": 0, "slice": None, "name": "NVIDIA Stub 24GB", "utilization": 41,
         "memoryUsed": 18 * 2**30, "memoryTotal": 24 * 2**30}
    ]  # fmt: skip
    assert (answer["kernel"], answer["probed"], answer["finding"]) == ("ml", False, None)
    assert (await ask("GET", CHECKED)).body["kernels"] == []
    told = (await ask("POST", DOCTOR, {"kernel": "ml"})).body["kernels"][0]
    answer = (await ask("GET", SUMMARY, kernel="ml")).body
    assert (answer["probed"], answer["cudaAvailable"]) == (True, False)
    assert answer["finding"] == told["findings"][0]
    assert answer["finding"]["rule"] == "cpu-only-torch"
    # A page that is loaded anew has it again, and only of the kernel that was asked.
    assert (await ask("GET", CHECKED)).body["kernels"] == [told]
    again = (await ask("POST", DOCTOR, {"kernel": "ml"})).body["kernels"][0]
    assert again["probedAt"] == told["probedAt"]
    anew = (await ask("POST", DOCTOR, {"kernel": "ml", "refresh": True})).body["kernels"][0]
    assert anew["probedAt"] > told["probedAt"]
