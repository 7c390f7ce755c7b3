"""Reads kernels' specifications: honest ones as jupyter_client does, and broken ones without a fault."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.environment.doctor import DoctorRequest, diagnose_kernels
from jupyter_mlgit.environment.kernels import Kernel, find_kernels
from jupyter_mlgit.environment.probing import NotProbed
from jupyter_mlgit.journal.context import Context, Host
from jupyter_mlgit.problems import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

USUAL: dict[str, Any] = {
    "argv": [sys.executable, "-m", "ipykernel_launcher"],
    "display_name": "ML",
    "language": "python",
}


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Gives a function that installs a kernel with a file of this content, beside those that there are."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))

    def install(content: Any, name: str = "ml") -> Path:
        folder = tmp_path / "share/kernels" / name
        folder.mkdir(parents=True)
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        (folder / "kernel.json").write_bytes(text)
        return folder

    return install


def read(name: str = "ml") -> Kernel | NotProbed:
    ((found, spec),) = find_kernels(None, name)
    assert found == name.lower()
    return spec


BROKEN: list[Any] = [
    {**USUAL, "metadata": {"kernel_provisioner": None}},
    {**USUAL, "metadata": None},
    {**USUAL, "env": {"A": 1}},
    {**USUAL, "env": []},
    {**USUAL, "argv": [1]},
    {**USUAL, "language": 3},
    {**USUAL, "no_such_field": 3, "resource_dir": "/"},
    [],
    None,
    b"{",
    b"",
    b"\xff\xfe",
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_one_that_cannot_be_read_says_why_and_hides_no_other(kernel: Callable[..., Path], content: Any) -> None:
    kernel(content)
    found = read()
    assert isinstance(found, NotProbed)
    assert found.code == "unreadable"
    assert found.reason.startswith("Its specification cannot be used (")
    assert "\n" not in found.reason
    kernel(USUAL, "other")
    kernel({**USUAL, "language": "R"}, "r")
    assert [name for name, _ in find_kernels(None, None)] == ["ml", "other", "python3"]


def test_the_doctor_tells_of_one_that_cannot_be_read(kernel: Callable[..., Path]) -> None:
    kernel(b"{")
    (view,) = diagnose_kernels(DoctorRequest(kernel="ml"), Context(now=0)).kernels
    assert view.unprobed is not None
    assert (view.name, view.display_name, view.unprobed.code) == ("ml", "ml", "unreadable")


def test_the_folder_of_a_kernel_that_is_no_folder(kernel: Callable[..., Path]) -> None:
    folder = kernel(USUAL)
    (folder / "kernel.json").unlink()
    (folder / "kernel.json").symlink_to("kernel.json")
    with pytest.raises(BadRequest):
        list(find_kernels(None, "ml"))


def test_what_stands_for_something_else(kernel: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERE", "/here")
    monkeypatch.delenv("NOWHERE", raising=False)
    folder = kernel(
        {
            **USUAL,
            "argv": ["{resource_dir}/bin/python3", "{connection_file}"],
            "env": {"A": "$HERE:${HERE}", "B": "$$HERE", "C": "$NOWHERE $", "D": "~"},
        }
    )
    found = read()
    assert isinstance(found, Kernel)
    assert found.interpreter == f"{folder}/bin/python3"
    assert found.variables == {"A": "/here:/here", "B": "$HERE", "C": "$NOWHERE $", "D": "~"}
    kernel({**USUAL, "argv": ["{prefix}/bin/python"]}, "Own")
    own = read("Own")
    assert isinstance(own, Kernel)
    assert own.interpreter == f"{sys.prefix}/bin/python"


def test_what_is_not_asked(kernel: Callable[..., Path]) -> None:
    kernel({**USUAL, "language": "R"})
    found = read()
    assert isinstance(found, Kernel)
    with pytest.raises(NotProbed) as caught:
        _ = found.interpreter
    assert (caught.value.code, caught.value.reason) == ("not-python", "This is a kernel for R.")


class Gateway:
    """Knows kernels that run elsewhere."""

    def find_kernel_specs(self) -> list[str]:
        """Gives one name."""
        return ["far"]

    async def get_kernel_spec(self, kernel_name: str) -> None:
        """Would ask the gateway, on the server's loop."""
        raise AssertionError(kernel_name)


def test_kernels_behind_a_gateway_are_started_elsewhere() -> None:
    ((name, found),) = find_kernels(Gateway(), None)
    assert isinstance(found, NotProbed)
    assert (name, found.code) == ("far", "remote")


def test_one_whose_provisioner_is_missing(kernel: Callable[..., Path]) -> None:
    kernel({**USUAL, "metadata": {"kernel_provisioner": {"provisioner_name": "no-such"}}})
    found = read()
    assert isinstance(found, NotProbed)
    assert (found.code, found.reason) == ("unreadable", "The provisioner that its specification names is missing.")


def test_one_that_is_not_there() -> None:
    with pytest.raises(BadRequest, match="There is no kernel 'no-such'"):
        list(find_kernels(None, "no-such"))


def test_a_folder_that_is_gone_has_no_volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    host = Host(kernels=Gateway())
    assert diagnose_kernels(DoctorRequest(all=True), Context(now=0, host=host)).machine.volume is None
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "work")
    (tmp_path / "work").mkdir()
    asked = Context(now=0, host=Host(folder=tmp_path / "link", kernels=Gateway()))
    volume = diagnose_kernels(DoctorRequest(all=True), asked).machine.volume
    assert volume is not None
    assert volume.path == str(tmp_path.resolve() / "work")
