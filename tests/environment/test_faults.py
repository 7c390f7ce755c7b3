"""What NVIDIA's driver wrote into Linux' log is read without waiting; no more of it is told than number and place."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.environment.faults import Xid, read_xids

if TYPE_CHECKING:
    from pathlib import Path

LOG = b"""\
6,100,9000000,-;usb 1-1: new device
4,101,9500000,-;NVRM: Xid (PCI:0000:01:00): 94, pid='4711', name=somebodys-secret, Contained: SM
4,102,100000000000,-;NVRM: Xid (PCI:0000:C1:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
4,103,100000000001,-;NVRM: Xid (PCI:0000:C1:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
4,104,100000000002,-;NVRM: Xid (PCI:not hex): 79
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Gives a machine with a log."""
    (tmp_path / "dev").mkdir()
    (tmp_path / "proc").mkdir()
    (tmp_path / "dev/kmsg").write_bytes(LOG)
    return tmp_path


def test_each_fault_once(root: Path) -> None:
    assert read_xids(root) == [Xid(94, "0000:01:00"), Xid(79, "0000:c1:00")]


def test_what_was_long_ago_is_over(root: Path) -> None:
    (root / "proc/uptime").write_text("100010.5 0\n")
    assert read_xids(root) == [Xid(79, "0000:c1:00")]


def test_a_log_that_is_not_there_or_not_for_us(root: Path) -> None:
    (root / "dev/kmsg").unlink()
    assert read_xids(root) == []
    (root / "dev/kmsg").mkdir()
    assert read_xids(root) == []


def test_a_log_that_has_no_end_yet_is_not_waited_for(root: Path) -> None:
    (root / "dev/kmsg").unlink()
    os.mkfifo(root / "dev/kmsg")
    assert read_xids(root) == []
