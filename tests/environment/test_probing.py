"""Asks interpreters of every kind: honest ones, and those that hang, flood, lie, are missing or are no Python."""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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
    assert probe(sys.executable, {}).python


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
