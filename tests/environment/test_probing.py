"""Asks interpreters of every kind: honest ones, and those that hang, flood, lie, are missing or are no Python."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.environment import probing
from jupyter_mlgit.environment.probing import NotProbed, interpreter, probe

if TYPE_CHECKING:
    from collections.abc import Callable

TORCH = """
import types, warnings
__version__ = "2.9.0+cpu"
version = types.SimpleNamespace(cuda=None, hip=None)
_C = types.SimpleNamespace()
backends = types.SimpleNamespace(cudnn=types.SimpleNamespace(version=lambda: None))
def _look():
    warnings.warn("CUDA initialization: The NVIDIA driver on your system is too old (found version 12040).")
    return False
cuda = types.SimpleNamespace(is_available=_look)
"""


def answer(torch: Any = None, devices: Any = (), version: Any = None) -> str:
    driver = {"library": None, "init": None, "version": version, "devices": devices}
    told = {"python": "3.12.1", "executable": "python", "variables": {}, "torch": torch, "driver": driver}
    return json.dumps(told).replace(f'"{HUGE}"', "9" * 5000)


HUGE = "a number of 5000 digits"
HOSTILE = [
    *(answer({"error": None, "cuda": cuda}) for cuda in ("git", "", "12.8\n", "\u0661", "9" * 4000)),
    *(answer({"error": None, "cudnn": number}) for number in (-1, 2**40, HUGE)),
    answer({"error": None, "archs": ["sm_" + "9" * 3900]}),
    answer(version=HUGE),
    *(
        answer(devices=[{"name": None, "capability": one}])
        for one in ("9" * 5000 + ".0", "9." + "9" * 5000, "\u0669.0", "9.0\n", "9")
    ),
]
"""Of the right shape, and nothing that can be computed with."""


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    """Gives a function that makes a program called ``python3`` of a few lines."""

    def make(lines: str) -> str:
        place = tmp_path / "bin" / "python3"
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"#!{sys.executable}\n{lines}\n")
        place.chmod(place.stat().st_mode | stat.S_IXUSR)
        return str(place)

    return make


def test_this_interpreter() -> None:
    found = probe(sys.executable, {"CUDA_VISIBLE_DEVICES": "0"})
    assert Path(found.executable).samefile(sys.executable)
    assert found.variables["CUDA_VISIBLE_DEVICES"] == "0"
    assert found.python == ".".join(map(str, sys.version_info[:3]))


def test_a_torch_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text(TORCH)
    torch = probe(sys.executable, {"PYTHONPATH": str(tmp_path)}).torch
    assert torch is not None
    assert (torch.version, torch.cuda, torch.available, torch.error) == ("2.9.0+cpu", None, False, None)
    assert torch.warnings == ["CUDA initialization: The NVIDIA driver on your system is too old (found version 12040)."]
    (tmp_path / "torch.py").write_text("raise OSError('libcudnn.so.9: cannot open shared object file')")
    broken = probe(sys.executable, {"PYTHONPATH": str(tmp_path)}).torch
    assert broken is not None
    assert broken.error == "OSError: libcudnn.so.9: cannot open shared object file"


def test_a_torch_in_the_folder_of_the_work_is_not_the_one_that_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "torch.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    torch = probe(sys.executable, {}).torch
    assert torch is None or torch.error is None


def test_a_folder_that_is_left_of_a_torch_is_a_broken_one(tmp_path: Path) -> None:
    (tmp_path / "torch").mkdir()
    torch = probe(sys.executable, {"PYTHONPATH": str(tmp_path)}).torch
    assert torch is not None
    assert (torch.error or "").startswith("AttributeError")


def test_variables_that_are_no_text(tmp_path: Path) -> None:
    found = probe(sys.executable, {"LD_LIBRARY_PATH": f"{tmp_path}/caf\udce9"})
    assert found.variables["LD_LIBRARY_PATH"] == f"{tmp_path}/caf?"


def test_garbage_around_the_answer_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, sys; print('hello' * 9999); sys.stdout.write('{}'); atexit.register(print, 'mlgit-0:{}')"
    )
    assert probe(sys.executable, {"PYTHONPATH": str(tmp_path)}).python


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("import time; time.sleep(600)", "timed-out"),
        ("import sys\nwhile True: sys.stdout.write('flood' * 9999)", "timed-out"),
        ("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)", "timed-out"),
        ("print('not json')", "failed"),
        ("import os; os._exit(3)", "failed"),
        ("import sys; print(sys.argv[3] + '{')", "failed"),
        ("import sys; print(sys.argv[3] + '{}')", "failed"),
        ("import sys; print(sys.argv[3] + '[' * 100000)", "failed"),
        ("import sys; print(sys.argv[3] + '{\"python\": 3}')", "failed"),
        *((f"import sys; print(sys.argv[3] + {answer!r})", "failed") for answer in HOSTILE),
    ],
)
def test_what_does_not_answer_is_not_probed(program: Callable[[str], str], lines: str, code: str) -> None:
    with pytest.raises(NotProbed) as caught:
        probe(program(lines), {}, patience=2)
    assert caught.value.code == code
    assert caught.value.reason.endswith(".")


def test_children_end_with_it(program: Callable[[str], str], tmp_path: Path) -> None:
    child = tmp_path / "child"
    lines = (
        "import subprocess, sys, time\n"
        "one = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(child)!r}, 'w').write(str(one.pid))\n"
        "time.sleep(600)"
    )
    with pytest.raises(NotProbed):
        probe(program(lines), {}, patience=3)
    pid = int(child.read_text())
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            return
        time.sleep(0.05)
    pytest.fail("The child lives on.")


def test_a_child_that_has_left_leaves_nothing_with_us(program: Callable[[str], str], tmp_path: Path) -> None:
    child = tmp_path / "child"
    lines = (
        "import subprocess, sys\n"
        "one = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        f"open({str(child)!r}, 'w').write(str(one.pid))\n"
    )

    def held() -> tuple[int, int]:
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    before = held()
    try:
        with pytest.raises(NotProbed) as caught:
            probe(program(lines), {})
        assert caught.value.code == "failed"
        assert held() == before
    finally:
        os.kill(int(child.read_text()), signal.SIGKILL)


def test_a_child_that_has_left_and_floods_keeps_nobody(program: Callable[[str], str], tmp_path: Path) -> None:
    child = tmp_path / "child"
    lines = (
        "import subprocess, sys\n"
        "flood = 'import sys\\nwhile True: sys.stdout.write(\"x\" * 999)'\n"
        "one = subprocess.Popen([sys.executable, '-c', flood], start_new_session=True)\n"
        f"open({str(child)!r}, 'w').write(str(one.pid))\n"
    )
    try:
        with pytest.raises(NotProbed) as caught:
            probe(program(lines), {})
        assert caught.value.code == "failed"
    finally:
        os.kill(int(child.read_text()), signal.SIGKILL)


def test_the_group_is_ended_while_its_number_is_still_taken(
    program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    states = []
    end = os.killpg

    def look(pid: int, number: int) -> None:
        states.append(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0])
        end(pid, number)

    monkeypatch.setattr(os, "killpg", look)
    with pytest.raises(NotProbed):
        probe(program("print('nothing')"), {})
    assert states == ["Z"]


def test_one_that_cannot_be_ended_is_left(program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    left = []

    class Kept(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            left.append(self)

    monkeypatch.setattr(subprocess, "Popen", Kept)
    monkeypatch.setattr(os, "killpg", lambda *_: None)
    monkeypatch.setattr(probing, "MERCY", 0.1)
    with pytest.raises(NotProbed) as caught:
        probe(program("import time; time.sleep(600)"), {}, patience=1)
    assert caught.value.code == "timed-out"
    left[0].kill()
    left[0].wait()


def test_one_that_is_missing(tmp_path: Path) -> None:
    for name in (str(tmp_path / "python3"), "python3\0"):
        with pytest.raises(NotProbed) as caught:
            probe(name, {})
        assert caught.value.code == "missing"


def test_which_python_a_kernel_starts() -> None:
    major, minor = sys.version_info[:2]
    for own in ("python", f"python{major}", f"python{major}.{minor}"):
        assert interpreter([own, "-m", "ipykernel_launcher"]) == sys.executable
    for other in ("/opt/ml/bin/python", "/opt/ml/bin/python3.9", "python2.7", "C:\\ml\\python.exe"):
        assert interpreter([other]) == other
    for wrapper in ("conda", "/usr/bin/env", "ssh", "bash", "docker", ""):
        with pytest.raises(NotProbed) as caught:
            interpreter([wrapper, "python"])
        assert caught.value.code == "wrapper"
    with pytest.raises(NotProbed):
        interpreter([])


def test_the_probe_is_plain_enough_for_old_pythons() -> None:
    import ast

    source = (Path(interpreter.__code__.co_filename).parent / "probe.py").read_text()
    ast.parse(source, feature_version=(3, 8))
    assert json.loads(json.dumps(dict(os.environ)))  # what the environment holds can be told


def test_a_folder_of_the_persons_own_is_a_place_also_before_it_is_there(tmp_path: Path) -> None:
    places = probe(sys.executable, {"PYTHONUSERBASE": str(tmp_path / "none")}).places
    assert any(Path(one).is_relative_to(tmp_path / "none") for one in places)
