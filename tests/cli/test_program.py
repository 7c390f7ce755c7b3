"""``jupyter mlgit`` as a process among others: pipes, terminals, encodings, and what it loads."""

from __future__ import annotations

import json
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


@pytest.mark.parametrize("words", ["--help", "restore --help", "--version", "deleted --json"])
def test_a_reader_that_was_never_there_is_no_fault(story: Scenario, words: str) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "jupyter_mlgit.cli", "-C", str(story.path), *words.split()]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False, env=dict(os.environ))
    os.close(write)
    assert done.stderr == b""
    assert done.returncode in (0, 1)  # argparse passes over it in silence


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")  # noqa: PTH110
@pytest.mark.parametrize("words", ["deleted", "deleted --json", "restore nothing --json", "--help"])
def test_output_that_finds_no_room_is_told(story: Scenario, words: str) -> None:
    command = [sys.executable, "-m", "jupyter_mlgit.cli", "-C", str(story.path), *words.split()]
    with open("/dev/full", "wb") as full:  # noqa: PTH123 -- a device, no file
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, env=dict(os.environ))
    assert done.returncode == 1
    assert done.stderr == b"The output could not be written: No space left on device.\n"


@pytest.mark.parametrize("words", [["status"], ["restore", "caf\udce9"], ["-C", "no-such-\udce9", "status"]])
def test_names_that_are_no_text_are_shown_all_the_same(story: Scenario, words: list[str]) -> None:
    odd = os.fsencode(story.root) + b"/caf\xe9"
    os.rename(story.path, odd)  # noqa: PTH104 -- a name that is no text
    for more in ([], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "jupyter_mlgit.cli", "-C", odd, *map(os.fsencode, (*words, *more))],
            capture_output=True,
            check=False,
            env=os.environ | {"LC_ALL": "C"},
        )
        assert done.returncode == (0 if words == ["status"] else 1), done.stderr
        assert b"Traceback" not in done.stderr
        if more:
            told = json.loads(done.stdout.decode())
            assert "caf\ufffd" in told.get("root", "caf\ufffd")
            assert done.stderr == b""


def test_ctrl_c_is_one_document_too(story: Scenario) -> None:
    code = (
        "import signal, sys\n"
        # Where the tests run in the background, the signal is ignored from the start.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from jupyter_mlgit.cli import command, main\n"
        "command._act = lambda *_: signal.raise_signal(signal.SIGINT)\n"
        f"sys.exit(main(['-C', {str(story.path)!r}, 'deleted', '--json']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=dict(os.environ))
    assert (done.returncode, done.stderr) == (130, b"")
    assert json.loads(done.stdout)["problem"]["code"] == "interrupted"


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
