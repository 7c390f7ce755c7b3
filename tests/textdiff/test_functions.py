"""Hunks that show whole functions, and headings, with git as the judge."""

from __future__ import annotations

import random
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from jupyter_mlgit.textdiff.hunks import hunks_of, lines_of

LIBRARY = Path(sysconfig.get_path("stdlib"))
SOURCES = (
    "textwrap.py",
    "bisect.py",
    "heapq.py",
    "contextlib.py",
    "dataclasses.py",
    "argparse.py",
    "enum.py",
    "shlex.py",
)
HEAD = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)")


def by_git(folder: Path, old: str, new: str, *words: str) -> list[tuple[int, int, int, int, str]]:
    """Gives where git's hunks are, and what stands behind the signs."""
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "old.py").write_bytes(old.encode())
    (folder / "new.py").write_bytes(new.encode())
    (folder / "attributes").write_text("*.py diff=python\n")
    command = ["git", "-c", f"core.attributesFile={folder / 'attributes'}", "diff", "--no-index", *words]
    told = subprocess.run([*command, "old.py", "new.py"], cwd=folder, capture_output=True, check=False).stdout.decode()
    found = [HEAD.match(line) for line in told.split("\n")]
    return [(int(one[1]), int(one[2] or 1), int(one[3]), int(one[4] or 1), one[5]) for one in found if one is not None]


def ours(old: str, new: str, *, context: int = 3, functions: bool = False) -> list[tuple[int, int, int, int, str]]:
    hunks = hunks_of(lines_of(old), lines_of(new), name="new.py", context=context, functions=functions)
    return [(one.old_start, one.old_lines, one.new_start, one.new_lines, one.heading) for one in hunks]


def edited(text: str, chance: random.Random) -> str:
    """Changes some lines so that nobody can doubt which; inserts some, deletes some."""
    lines = lines_of(text)
    for number in range(chance.randint(1, 6)):
        place = chance.randrange(len(lines) + 1)
        act = chance.randrange(4)
        if act == 0:
            lines.insert(place, f"    inserted_{number} = 1")
        elif act == 1:
            lines.insert(place, f"\n\ndef added_{number}():\n    return {number}")
        elif place < len(lines) and act == 2:
            lines[place] = f"    replaced_{number} = {place}"
        elif place < len(lines) and len(set(lines[max(0, place - 1) : place + 2])) == 3:
            del lines[place]
    return "\n".join([*lines, ""])


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("context", [0, 1, 3])
def test_whole_functions_and_headings_as_git_has_them(tmp_path: Path, name: str, context: int) -> None:
    old = (LIBRARY / name).read_text()
    otherwise = 0
    for seed in range(12):
        new = edited(old, random.Random(f"{name} {seed}"))  # noqa: S311 -- the same in every run
        places = by_git(tmp_path, old, new, f"-U{context}")
        if [one[:4] for one in ours(old, new, context=context)] != [one[:4] for one in places]:
            otherwise += 1  # Among equal lines git may say otherwise which were changed.
            continue
        assert ours(old, new, context=context) == places, f"seed {seed}"
        wanted = by_git(tmp_path, old, new, f"-U{context}", "-W")
        assert ours(old, new, context=context, functions=True) == wanted, f"seed {seed}"
    assert otherwise <= 1


def test_what_is_added_at_the_end_shows_the_function_that_it_goes_on() -> None:
    old = "def a():\n    x = 1\n\n\ndef b():\n    y = 1\n    y = 2\n    y = 3\n    y = 4\n"
    ((*_, first), (*_, second)) = (
        [line.text for line in hunks_of(lines_of(old), lines_of(old + more), name="a.py", functions=True)[0].lines]
        for more in ("    y = 5\n", "\n\ndef c():\n    pass\n")
    )
    assert (first, second) == ("    y = 5", "    pass")
    shown = hunks_of(lines_of(old), lines_of(old + "    y = 5\n"), name="a.py", functions=True)[0].lines
    assert shown[0].text == "def b():"
    shown = hunks_of(lines_of(old), lines_of(old + "\n\ndef c():\n    pass\n"), name="a.py", functions=True)[0].lines
    assert shown[0].text == "    y = 2"


def test_without_words_no_word_is_looked_for() -> None:
    (hunk,) = hunks_of(["lr = 1e-4"], ["lr = 3e-4"], words=False)
    assert [line.marks for line in hunk.lines] == [(), ()]
