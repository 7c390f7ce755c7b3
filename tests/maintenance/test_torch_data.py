"""Renews the doctor's data from small samples of our own; what they do not tell stays, and is named."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from jupyter_mlgit.environment.wheels import Data
from maintenance import torch_data

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Gives a copy of the file as it is."""
    place = tmp_path / "torch.json"
    known = json.loads(torch_data.PLACE.read_text())
    place.write_text(torch_data.written({**known, "asOf": "2001-01-01"}))
    return place


def test_the_file_is_as_the_script_writes_it() -> None:
    text = torch_data.PLACE.read_text()
    assert torch_data.written(json.loads(text)) == text


def test_a_release_and_the_drivers_are_taken_over(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = msgspec.json.decode(data.read_bytes(), type=Data)
    release = f"9.1={SAMPLES / 'torch.json'}"
    assert torch_data.main(["--data", str(data), "--release", release, "--drivers", str(SAMPLES / "drivers.json")]) == 0
    after = msgspec.json.decode(data.read_bytes(), type=Data)
    assert after.as_of > before.as_of
    assert next(iter(after.releases)) == "9.1"
    new = after.releases["9.1"]
    assert (new.python, new.cuda, new.default) == (("3.13", None), ["14.0"], "14.0")
    assert (new.cudnn, new.nccl) == ("10.2.0.5", "2.40.1")
    assert {name: one for name, one in after.releases.items() if name != "9.1"} == before.releases
    assert after.newest_drivers == {"535": "535.54.03", "580": "580.105.08"}
    assert (after.wheels, after.driver_floors) == (before.wheels, before.driver_floors)
    told = capsys.readouterr().out
    assert "look up: the newest Python that torch 9.1 is made for\n" in told
    assert "look up: the architectures of the wheels for CUDA 14.0 (torch 9.1)\n" in told
    assert "look up: the driver that came with CUDA 14.0 (torch 9.1)\n" in told
    assert "look up: the oldest driver for CUDA 14\n" in told


def test_what_was_looked_up_stays(data: Path) -> None:
    told = json.loads((SAMPLES / "torch.json").read_text())
    told["info"]["version"] = "2.14.1"
    known = json.loads(data.read_text())
    torch_data.add_release(known, "2.14", told)
    assert known["releases"]["2.14"]["python"] == ["3.13", "3.14"]
    assert known["releases"]["2.14"]["cuda"] == ["12.6", "13.0", "13.2", "14.0"]


def test_what_is_of_something_else_is_refused(data: Path) -> None:
    with pytest.raises(ValueError, match=r"this is torch 9\.1\.2, not torch 9\.2"):
        torch_data.main(["--data", str(data), "--release", f"9.2={SAMPLES / 'torch.json'}"])
    assert json.loads(data.read_text())["asOf"] == "2001-01-01"
