"""``jupyter mlgit`` as a process among others: pipes, terminals, encodings, and what it loads."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.scenario import Scenario


def test_a_reader_that_has_enough_is_no_fault(story: Scenario) -> None:
    command = f"{sys.executable} -m jupyter_mlgit.cli -C '{story.path}' deleted | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=dict(os.environ))
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_that_cannot_show_a_character_gets_it_escaped(story: Scenario) -> None:
    story.branch("exp/\u5b9f\u9a13").commit("gr\u00fc\u00df").delete_branch("exp/\u5b9f\u9a13")
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_mlgit.cli", "-C", str(story.path), "deleted"],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 0, done.stderr
    assert b"exp/\\u5b9f\\u9a13" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is POSIX's")
def test_on_a_terminal_it_is_in_colour(story: Scenario) -> None:
    leader, follower = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        while True:
            try:
                piece = os.read(leader, 4096)
            except OSError:
                return
            if not piece:
                return
            shown.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    words = [sys.executable, "-m", "jupyter_mlgit.cli", "-C", str(story.path), "deleted"]
    done = subprocess.run(words, stdout=follower, stderr=follower, check=False, env=environment)
    os.close(follower)
    reader.join(10)
    os.close(leader)
    assert done.returncode == 0
    assert b"\x1b[1;33mexp/one\x1b[0m" in b"".join(shown)


def test_the_table_and_the_help_load_no_feature() -> None:
    code = (
        "import sys\n"
        "from jupyter_mlgit.cli import main\n"
        "main(['--help'])\n"
        "heavy = {'dulwich', 'tornado', 'jupyter_server', 'watchdog', 'traitlets'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=dict(os.environ))
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_command_loads_no_server(story: Scenario) -> None:
    code = (
        "import sys\n"
        "from jupyter_mlgit.cli import main\n"
        f"main(['-C', {str(story.path)!r}, 'deleted'])\n"
        "heavy = {'tornado', 'jupyter_server', 'watchdog', 'nbformat'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=dict(os.environ))
    assert (done.returncode, done.stderr) == (0, b"")
