"""Says what is wrong inside a kernel that runs: by its last exception, its variables and what torch says of forks."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from jupyter_mlgit.environment.examination import PHRASES, examine, explain
from jupyter_mlgit.environment.kernel_line import Code, Device, Failure, Report
from jupyter_mlgit.environment.kernel_watch import Known, ServerKernel
from jupyter_mlgit.environment.running import RISES, _held, _kernel, rising
from tests.environment.samples import PROCESS

DEVICE = Device(
    device=0, uuid=None, allocated=1, reserved=2, peak_allocated=1, peak_reserved=2, ooms=0, retries=0
)  # fmt: skip


def report(**of: Any) -> Report:
    usual: dict[str, Any] = {
        "count": 1, "version": "2.9", "initialized": True, "devices": [DEVICE], "variable": None,
        "first_variable": None, "bad_fork": False, "failure": None,
    }  # fmt: skip
    return Report(**{**usual, **of})


@pytest.mark.parametrize("code", get_args(Code))
def test_each_failure_has_a_meaning_and_a_way_out(code: Code) -> None:
    words = f"RuntimeError: {PHRASES[code]}; secret"
    (found,) = examine(report(failure=Failure(code=code, words=words)), late=False)
    assert found.message.endswith(".")
    assert (found.fix or "").endswith("." if found.command is None else ":")
    assert found.evidence == [words]
    assert explain(f"Traceback\n{words}\nand more") == found


def test_words_that_nobody_knows_are_left_alone() -> None:
    assert explain("ValueError: hello") is None
    assert examine(report(), late=False) == []


def test_a_process_that_was_forked_is_told_of_once() -> None:
    (found,) = examine(report(bad_fork=True), late=False)
    assert found.rule == "forked-after-cuda"
    assert "spawn" in (found.command or "")
    failure = Failure(code="fork", words=PHRASES["fork"])
    assert len(examine(report(bad_fork=True, failure=failure), late=False)) == 1


@pytest.mark.parametrize(
    ("of", "late", "told"),
    [
        ({"variable": "1"}, True, True),  # it was seen to change
        ({"variable": "0", "devices": [DEVICE, DEVICE]}, False, True),  # two are used, one is named
        ({"variable": "0"}, False, False),  # it may have been in time
        ({"variable": "0", "first_variable": "0", "devices": [DEVICE, DEVICE]}, True, False),
        ({"variable": "1", "initialized": False}, True, False),
        ({"variable": "", "first_variable": "0"}, False, True),
        ({"variable": None, "first_variable": "0"}, True, True),
        ({"variable": "1", "devices": [msgspec.structs.replace(DEVICE, kind="xpu")]}, True, False),
    ],
)
def test_a_variable_that_was_set_too_late(of: dict[str, Any], *, late: bool, told: bool) -> None:
    assert [one.rule for one in examine(report(**of), late=late)] == (["variable-set-too-late"] if told else [])


@pytest.mark.parametrize(
    ("allocated", "rises", "risen"),
    [
        ([], 0, 0),
        ([5], 0, 0),
        ([1, 2], 1, 1),
        ([9, 1, 2, 5], 2, 4),
        ([1, 2, 2], 0, 0),
        ([1, 2, 1], 0, 0),
        (list(range(RISES + 1)), RISES, RISES),
    ],
)
def test_how_often_in_a_row_there_was_more(allocated: list[int], rises: int, risen: int) -> None:
    assert rising(allocated) == (rises, risen)


def test_what_is_not_known_is_not_told_as_none() -> None:
    torch = report(devices=[msgspec.structs.replace(DEVICE, allocated=5, reserved=4)])
    kernel = ServerKernel("abc", "ml", "ml", "python", None, None, 1, "idle", {})
    known = Known(kernel, torch, 0.0, None, (), late=False)
    told = _kernel(known, _held(known, [PROCESS(memory=3)]))
    assert (told.gpu_memory, told.cache, told.overhead) == (3, None, None)
    assert _held(known, [PROCESS(memory=3), PROCESS(memory=None)]) is None
    told = _kernel(known, _held(known, [PROCESS(memory=3), PROCESS(memory=7)]))
    assert (told.gpu_memory, told.overhead) == (10, 6)
