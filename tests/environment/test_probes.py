"""What an interpreter has said is remembered until something that it hangs on changes, and no longer."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from jupyter_mlgit.environment import probes
from jupyter_mlgit.environment.container import look_around
from jupyter_mlgit.environment.doctor import _Surroundings, _view
from jupyter_mlgit.environment.probes import Probes
from jupyter_mlgit.environment.probing import Driver, NotProbed, Probe, Torch
from tests.environment.samples import GPU, gpus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_mlgit.environment.machine import Gpus


class Asked:
    """An interpreter that counts how often it is asked."""

    def __init__(self, folder: Path) -> None:
        """Makes its files."""
        self.count = 0
        self.python = folder / "python"
        self.packages = folder / "packages"
        self.torch = self.packages / "torch" / "version.py"
        self.torch.parent.mkdir(parents=True)
        for file in (self.python, self.torch, self.torch.with_name("__init__.py")):
            file.touch()
        self.answer = Probe(
            python="3.12.4",
            executable=str(self.python),
            variables={},
            places=[str(self.packages)],
            driver=Driver(library=None, init=None, version=None, devices=[]),
            torch=Torch(error=None, available=True, version="2.9", path=str(self.torch.with_name("__init__.py"))),
        )
        self.probes = Probes(self.ask)

    def ask(self, python: str, variables: Mapping[str, str]) -> Probe:
        """Answers."""
        del python, variables
        self.count += 1
        return self.answer

    def get(self, driver: str | None = "550", *, refresh: bool = False, **variables: str) -> None:
        """Wants an answer."""
        self.probes.get(str(self.python), variables, driver, refresh=refresh)


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """Gives one that was asked once."""
    asked = Asked(tmp_path)
    asked.get()
    assert asked.count == 1
    return asked


def touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def test_nothing_has_changed(asked: Asked) -> None:
    asked.get()
    assert asked.count == 1
    assert asked.probes.known(str(asked.python), {}, "550") is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda asked: touch(asked.python),
        lambda asked: touch(asked.torch),
        lambda asked: asked.torch.unlink(),
    ],
    ids=["interpreter", "torch anew", "torch gone"],
)
def test_what_has_changed_is_asked_anew(asked: Asked, change: Any) -> None:
    change(asked)
    assert asked.probes.known(str(asked.python), {}, "550") is None
    asked.get()
    asked.get()
    assert asked.count == 2


@pytest.mark.parametrize(
    "other", [{"refresh": True}, {"driver": "580"}, {"driver": None}, {"CUDA_VISIBLE_DEVICES": "0"}], ids=str
)
def test_what_is_asked_otherwise_is_asked_anew(asked: Asked, other: dict[str, Any]) -> None:
    asked.get(**other)
    assert asked.count == 2


def test_a_torch_that_is_installed_later_is_found(tmp_path: Path) -> None:
    asked = Asked(tmp_path)
    asked.answer = msgspec.structs.replace(asked.answer, torch=None)
    asked.get()
    asked.get()
    assert asked.count == 1
    (asked.packages / "another").mkdir()
    touch(asked.packages)
    asked.get()
    assert asked.count == 2


def test_one_that_does_not_answer_is_asked_again(tmp_path: Path) -> None:
    count = 0

    def refuse(python: str, variables: Mapping[str, str]) -> Probe:
        nonlocal count
        del python, variables
        count += 1
        raise NotProbed("timed-out", "It does not.")

    kept = Probes(refuse)
    for _ in range(2):
        with pytest.raises(NotProbed):
            kept.get(str(tmp_path), {}, None)
    assert count == 2


def test_there_is_an_end_to_what_is_remembered(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "MOST", 3)
    for number in range(5):
        asked.get(A=str(number))
    known = [asked.probes.known(str(asked.python), {"A": str(number)}, "550") is not None for number in range(5)]
    assert known == [False, False, True, True, True]


def test_a_path_that_is_none_is_no_fault(asked: Asked) -> None:
    asked.answer = msgspec.structs.replace(asked.answer, torch=None, places=["\0", "relative"])
    asked.get(refresh=True)
    asked.get()
    assert asked.count == 2
    assert Path("relative").name == "relative"


def test_an_answer_without_cuda_is_not_repeated_for_long(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked.answer.torch is not None
    torch = msgspec.structs.replace(asked.answer.torch, available=False)
    asked.answer = msgspec.structs.replace(asked.answer, torch=torch)
    asked.get(refresh=True)
    asked.get()
    assert asked.count == 2
    monkeypatch.setattr(probes, "BRIEFLY", 0.0)
    asked.get()
    assert asked.count == 3
    # Who starts nothing is told what was said last.
    assert asked.probes.known(str(asked.python), {}, "550") is not None


def test_an_answer_hangs_on_gpus_and_devices(tmp_path: Path) -> None:
    device, told = tmp_path / "nvidia-uvm", list[str]()
    kernel: Any = SimpleNamespace(interpreter="python", variables={}, display_name="ml")

    def ask(python: str, variables: Mapping[str, str], driver: str) -> Any:
        del python, variables
        told.append(driver)
        raise NotProbed("not-asked", "It is not asked here.")

    def look(machine: Gpus, *devices: str) -> None:
        around = look_around(tmp_path)._replace(devices=list(devices))
        _view("ml", kernel, _Surroundings(machine, around, None), ask)

    device.touch()
    look(gpus(GPU()))
    look(gpus(GPU(uuid="GPU-1")))
    look(gpus(GPU()), str(device))
    touch(device)
    look(gpus(GPU()), str(device))
    look(gpus(GPU()), str(device))
    assert len(set(told)) == 4
    assert told[-1] == told[-2]
