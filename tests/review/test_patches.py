"""Patches, with ``git apply`` and ``git am`` as the judges of what they do."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.problems import BadRequest, TooLarge, UnsupportedRepository
from jupyter_mlgit.review import patches
from jupyter_mlgit.review.patches import Patch, PatchRequest, make_patch
from tests.git.histories import seeded
from tests.git.twins import opened
from tests.git.twins import ours as verb
from tests.scenario import Scenario

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
LINES = [f"line {number}\n".encode() for number in range(60)]


def ours(scenario: Scenario, *revisions: str, **options: Any) -> Patch:
    found = verb(scenario, make_patch, PatchRequest(revisions=revisions, **options))
    assert isinstance(found, Patch)
    return found


def by_git(scenario: Scenario, *words: str) -> int:
    text = scenario.git("diff", "--binary", "--full-index", "-M", *words)
    return len(text.encode("utf-8", "surrogateescape"))


def applied(scenario: Scenario, old: str, patch: Patch) -> str:
    """Gives the tree that ``git apply --index`` makes of an old one, on a checkout of its own."""
    clone = scenario.clone("applied", "--no-checkout")
    clone.git("config", "core.autocrlf", "false")
    clone.git("checkout", "--quiet", "--detach", old)
    place = scenario.root / "ours.patch"
    place.write_bytes(patch.patch)
    if patch.patch:
        clone.git("apply", "--index", "--whitespace=nowarn", str(place))
    tree = clone.git("write-tree")
    assert clone.git("status", "--porcelain", "--untracked-files=no", "--ignore-submodules").count("\n?? ") == 0
    clone.git("diff", "--exit-code", "--ignore-submodules")
    return tree


def text(rng: random.Random) -> bytes:
    end = rng.choice((b"\n", b"\n", b"\r\n"))
    lines = [rng.choice(LINES).removesuffix(b"\n") + rng.choice((b"", b"", b"\xfc", "ö".encode(), b" ")) + end
             for _ in range(rng.randrange(40))]  # fmt: skip
    found = b"".join(lines)
    return found.removesuffix(b"\n") if rng.random() < 0.3 else found


def binary(rng: random.Random) -> bytes:
    return b"\0" + rng.randbytes(rng.randrange(3000))


def edited(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice((b"", b"new\n", b"\r\n", b"x", b"\0", b"\n")) + content[at + rng.randrange(30) :]


def wander(scenario: Scenario, rng: random.Random, steps: int) -> None:
    """Commits at random: files of all sorts come, change, move, go and become others."""
    names = ["a.txt", "b c.txt", "sub/ünï.txt", 'q"uote\\.txt', "tab\there", "data.bin", "-x", "deep/er/one", "sub2"]
    for step in range(steps):
        for _ in range(rng.randrange(1, 5)):
            path = scenario.path / rng.choice(names)
            if path.is_dir() or not path.parent.is_dir():
                path = scenario.path / f"{rng.randrange(5)}.txt"
            there = path.is_file() and not path.is_symlink()
            act = rng.choice(("text", "binary", "edit", "edit", "edit", "delete", "link", "mode", "move", "empty"))
            if act == "edit" and there:
                path.write_bytes(edited(rng, path.read_bytes()))
            elif act == "mode" and there:
                path.chmod(rng.choice((0o755, 0o644)))
            elif act == "move" and there:
                target = scenario.path / f"moved/{rng.randrange(9)} ä"
                target.parent.mkdir(exist_ok=True)
                path.rename(target)
            else:
                path.unlink(missing_ok=True)
                if act == "link":
                    path.symlink_to(rng.choice(("a.txt", "nowhere/ö")))
                elif act != "delete":
                    path.write_bytes(binary(rng) if act == "binary" else b"" if act == "empty" else text(rng))
        scenario.clock.tick()
        scenario.git("add", "--all")
        scenario.git("commit", "--quiet", "--allow-empty", "--message", f"step {step}")


@pytest.mark.parametrize("seed", range(6))
def test_applied_to_the_old_tree_it_gives_the_new_one(scenario: Scenario, tmp_path: Path, seed: int) -> None:
    rng = seeded(f"patches {seed}")
    for folder in ("sub", "deep/er"):
        (scenario.path / folder).mkdir(parents=True)
    wander(scenario, rng, 12)
    commits = scenario.git("rev-list", "--reverse", "HEAD").splitlines()
    for number in range(5):
        old, new = rng.sample(commits, 2)
        patch = ours(scenario, old, new)
        scenario.root = tmp_path / str(number)
        scenario.root.mkdir()
        assert applied(scenario, old, patch) == scenario.tip(f"{new}^{{tree}}")
        assert len(patch.patch) <= 1.1 * by_git(scenario, old, new) + 20


def everything(scenario: Scenario) -> Scenario:
    """Commits one of each kind of change."""
    scenario.write({
        "text.py": "def f():\n    return 1\n", "crlf.txt": "a\r\nb\r\n", "mixed": b"a\rb\r\n\xff\n", "no-end": "a\nb",
        "picture.png": PICTURE, "gone.bin": PICTURE[::-1], "gone.txt": "x\n", "run.sh": "echo\n", "type": "text\n",
        "old name": b"".join(LINES), "bïg": b"".join(LINES[::-1]), "blank": "", "late-zero": b"a\n" * 8000 + b"\0\n",
    })  # fmt: skip
    (scenario.path / "link").symlink_to("text.py")
    scenario.git("add", "--all")
    scenario.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    scenario.git("commit", "--quiet", "-m", "base")
    scenario.write({
        "text.py": "def f():\n    return 2", "crlf.txt": "a\r\nb\r\nc\r\n", "mixed": b"a\rb\n\xff\r\n",
        "no-end": "a\nb\n", "picture.png": PICTURE[:5000] + b"new" + PICTURE[5000:], "neu.bin": b"\0" * 9000,
        "late-zero": b"b\n" + b"a\n" * 8000 + b"\0\n", "blank2": "", "crlf2.txt": "\r\n\r\nx",
        "From me": "From me to you\n",
    })  # fmt: skip
    for name in ("gone.bin", "gone.txt", "type", "link", "blank"):
        (scenario.path / name).unlink()
    (scenario.path / "type").symlink_to("no-end")
    (scenario.path / "link").symlink_to("mixed")
    (scenario.path / "run.sh").chmod(0o755)
    scenario.git("mv", "old name", 'näw "name"\t.txt')
    scenario.git("mv", "bïg", "moved")
    scenario.write({"moved": b"".join(LINES[::-1]) + b"more\n"})
    scenario.git("add", "--all")
    scenario.git("update-index", "--add", "--cacheinfo", f"160000,{'2' * 40},module")
    scenario.git("update-index", "--add", "--cacheinfo", f"160000,{'3' * 40},module2")
    return scenario


@pytest.mark.parametrize("quote", ["true", "false"])
def test_every_kind_of_change_applies(scenario: Scenario, quote: str) -> None:
    everything(scenario).git("commit", "--quiet", "-m", "second")
    scenario.git("config", "core.quotePath", quote)
    patch = ours(scenario, "HEAD~1..HEAD")
    assert applied(scenario, "HEAD~1", patch) == scenario.tip("HEAD^{tree}")
    for one in (b"rename from ", b"similarity index 100%", b"GIT binary patch\ndelta ", b"Subproject commit 2222"):
        assert one in patch.patch
    assert (b"m\\303\\" in patch.patch or b"b\\303\\" in patch.patch) == (quote == "true")
    assert len(patch.patch) <= 1.1 * by_git(scenario, "HEAD~1", "HEAD")


def test_backwards_too(scenario: Scenario) -> None:
    everything(scenario).git("commit", "--quiet", "-m", "second")
    patch = ours(scenario, "HEAD~1..HEAD")
    place = scenario.root / "p"
    place.write_bytes(patch.patch)
    clone = scenario.clone("back")
    clone.git("apply", "--cached", "--reverse", str(place))
    assert clone.git("write-tree") == scenario.tip("HEAD~1^{tree}")


def test_what_is_staged_applies(scenario: Scenario) -> None:
    everything(scenario)
    patch = ours(scenario, staged=True)
    assert applied(scenario, "HEAD", patch) == scenario.git("write-tree")


def test_what_is_not_staged_applies(scenario: Scenario) -> None:
    everything(scenario).git("reset", "--quiet")
    scenario.git("update-index", "--cacheinfo", f"160000,{'1' * 40},module")
    patch = ours(scenario, untracked=True)
    applied(scenario, "HEAD", patch)
    scenario.git("add", "--all")
    entries = (Scenario(scenario.root, name).git("ls-files", "-s").splitlines() for name in ("applied", "repo"))
    assert set(next(entries)) ^ set(next(entries)) == set()


def test_line_ends_that_git_converts_are_those_of_git(scenario: Scenario) -> None:
    scenario.write({".gitattributes": "*.txt text eol=crlf\n"}).commit("base", {"a.txt": "1\r\n2\r\n"})
    scenario.write({"a.txt": "1\r\n2\r\n3\r\n"})
    patch = ours(scenario)
    assert b"\r" not in patch.patch
    scenario.git("add", "--all")
    assert applied(scenario, "HEAD", patch) == scenario.git("write-tree")


def test_a_filter_that_is_not_run_here_is_no_guess(scenario: Scenario) -> None:
    scenario.write({".gitattributes": "*.secret filter=hide\n"}).commit("base", {"a.secret": "1\n"})
    scenario.git("config", "filter.hide.clean", "rev")
    scenario.write({"a.secret": "22\n"})
    with pytest.raises(UnsupportedRepository):
        ours(scenario)


def test_of_some_paths_only(scenario: Scenario) -> None:
    scenario.commit("base", {"a": "1\n", "b/c": "1\n"}).write({"a": "2\n", "b/c": "2\n"})
    assert ours(scenario, paths=("b",)).patch.count(b"diff --git") == 1


def test_the_first_commit_and_names_by_sha256(tmp_path: Path) -> None:
    scenario = Scenario(tmp_path, object_format="sha256").write({"a": "1\n", "b": b"\0"})
    scenario.git("add", "--all")
    patch = ours(scenario, staged=True)
    place = scenario.root / "p"
    place.write_bytes(patch.patch)
    tree = scenario.git("write-tree")
    scenario.git("rm", "--quiet", "--cached", "-r", ".")
    scenario.git("apply", "--cached", str(place))
    assert scenario.git("write-tree") == tree


def test_too_large_is_refused(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario.commit("base", {"a": "1\n"}).commit("second", {"a": "2\n" * 1000})
    monkeypatch.setattr(patches, "LARGEST_PATCH", 1000)
    with pytest.raises(TooLarge):
        ours(scenario, "HEAD~1", "HEAD")
    monkeypatch.setattr(patches, "LARGEST_FILE", 1000)
    with pytest.raises(TooLarge):
        ours(scenario, "HEAD~1", "HEAD")


def test_cleaned_has_no_outputs(scenario: Scenario) -> None:
    def notebook(source: str, said: str) -> str:
        output = {"output_type": "stream", "name": "stdout", "text": said}
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "execution_count": 3}
        return json.dumps({"cells": [cell | {"outputs": [output]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

    scenario.commit("base", {"n.ipynb": notebook("x = 1", "secret"), "only.ipynb": notebook("y", "one")})
    scenario.commit("second", {"n.ipynb": notebook("x = 2", "other"), "only.ipynb": notebook("y", "two")})
    found = ours(scenario, "HEAD~1..HEAD", cleaned=True)
    assert (found.files, b"x = 2" in found.patch, b"secret" in found.patch) == (1, True, False)


# Mail


def mailed(scenario: Scenario, base: str, found: Patch, *words: str) -> Scenario:
    """Lets ``git am`` take the messages, on a clone that stands at the base."""
    clone = scenario.clone("mailed", "--no-checkout")
    clone.git("checkout", "--quiet", "-B", "taken", base)
    place = scenario.root / "ours.mbox"
    place.write_bytes(found.patch)
    clone.git("am", "--quiet", *words, str(place))
    return clone


def described(scenario: Scenario, *words: str) -> list[str]:
    shown = scenario.git(
        "log",
        "--reverse",
        "--no-merges",
        "--format=%T%n%an <%ae> %ad%n%B%x00",
        "--date=raw",
        "--encoding=UTF-8",
        *words,
    )
    return shown.split("\0\n")


AUTHORS = [
    "Ada Example", "Zoë Müller-Žižek", 'Ünï "Quoted" Nämé', 'Eve "Q" O\'Neil, Jr.', "Dr. A. (B) C", "山田太郎",
    "Лев Николаевич Толстой из Тулы", "back\\slash", "=?odd?=",
]  # fmt: skip
MESSAGES = [
    "Plain", "Grüße aus München, die länger sind als eine Zeile einer Nachricht nach RFC 2047 sein darf, viel länger",
    "Subject\n\nBody with ünicode.\n\n - list\n   more", "Split\n\nFrom me to you at 12:30:00 2001\nFrom x\n",
    "Header\n\nFrom: somebody <else@example.org>\nDate: never\n\nand more", "An =?UTF-8?q?odd?= one", "x" * 300,
    "Tail\n\nsee:\n  -- \n  me = you; 100 %", "Sujet\n\nSubject: not this",
]  # fmt: skip


def test_git_am_makes_the_same_commits(scenario: Scenario) -> None:
    scenario.commit("root", {"crlf.txt": "a\r\nb\r\nc\r\n", "latin.txt": b"\xe4\n", "p.png": PICTURE})
    for number, (author, message) in enumerate(zip(AUTHORS, MESSAGES, strict=True)):
        scenario.clock.tick()
        scenario.clock.zone = ("+0200", "-0730", "+0000")[number % 3]
        scenario.write({
            "crlf.txt": f"a\r\nb {number}\r\nc\r\n", "latin.txt": b"\xe4\xf6%d\n" % number,
            f"{number} ü": "x\n=20\n-- \nFrom x\n", "p.png": PICTURE[number:],
        })  # fmt: skip
        scenario.git("add", "--all")
        scenario.git("commit", "--quiet", "-m", message, f"--author={author} <a{number}@example.org>")
    everything(scenario).git("commit", "--quiet", "-m", "everything")
    found = ours(scenario, "main~11..main", mail=True)
    assert (found.commits, found.notes) == (11, ())
    clone = mailed(scenario, "main~11", found)
    assert described(clone, "main~11..taken") == described(scenario, "main~11..main")


def test_messages_in_other_encodings_become_utf_8(scenario: Scenario) -> None:
    scenario.commit("root").git("config", "i18n.commitEncoding", "ISO-8859-1")
    (scenario.root / "message").write_bytes("Grüße\n\nähem\n".encode("latin-1"))
    scenario.write({"a": "1\n"}).git("add", "a")
    name = os.fsdecode("Jürgen".encode("latin-1"))
    scenario.git("commit", "--quiet", "-F", str(scenario.root / "message"), env={"GIT_AUTHOR_NAME": name})
    clone = mailed(scenario, "main~1", ours(scenario, "main~1", mail=True))
    assert described(clone, "-1") == described(scenario, "-1")
    assert "Grüße\n\nähem" in described(clone, "-1")[0]


def test_what_git_am_changes_is_told(scenario: Scenario) -> None:
    scenario.commit("root")
    for message in ("[tag] subject", "Two\nlines", "Re: this", "Cut\n\n---\nbelow", "Cut\n\ndiff -u a b"):
        scenario.commit(message, {f"{len(message)}": message})
    found = ours(scenario, "main~5..main", mail=True)
    assert len(found.notes) == 5
    clone = mailed(scenario, "main~5", found)
    assert clone.tip("taken^{tree}") == scenario.tip("main^{tree}")
    told = zip(described(clone, "main~5..taken"), described(scenario, "main~5..main"), strict=True)
    assert all(one != other for one, other in told)


def test_merges_and_empty_commits_are_left_out(scenario: Scenario) -> None:
    scenario.commit("root", {"a": "1\n"}).branch("side").commit("on side", {"s": "1\n"}).git("switch", "-q", "main")
    scenario.commit("on main", {"m": "1\n"}).merge("side")
    scenario.git("commit", "--quiet", "--allow-empty", "-m", "empty")
    scenario.commit("last", {"a": "2\n"})
    found = ours(scenario, "HEAD~4..", mail=True)
    wanted = scenario.git("format-patch", "--stdout", "HEAD~4..").count("Mon Sep 17 00:00:00 2001")
    assert found.commits == wanted == 3
    assert mailed(scenario, "HEAD~4", found).tip("HEAD^{tree}") == scenario.tip("main^{tree}")


@pytest.mark.parametrize("options", [{"staged": True}, {"untracked": True}, {}])
def test_only_commits_become_mail(scenario: Scenario, options: dict[str, bool]) -> None:
    scenario.commit("root")
    with pytest.raises(BadRequest):
        ours(scenario, *(["HEAD"] if options else []), mail=True, **options)


# On the command line


def test_it_reaches_another_program_as_it_is(
    scenario: Scenario, capfdbinary: pytest.CaptureFixture[bytes], command: Callable[..., int]
) -> None:
    scenario.commit("base", {"a": b"\xe4\r\n"}).write({"a": b"\xf6\r\n"})
    assert command(scenario, "patch") == 0
    assert capfdbinary.readouterr().out == ours(scenario).patch


@pytest.fixture(name="command")
def _command() -> Callable[..., int]:
    from jupyter_mlgit.cli.command import run

    def work(scenario: Scenario, *words: str) -> int:
        return run(["-C", str(scenario.path), *words])

    return work


def test_nothing_is_written_by_it(scenario: Scenario) -> None:
    everything(scenario)
    with opened(scenario.path) as repo:
        assert repo.refs.head().oid is not None
    before = scenario.git("status", "--porcelain=v2")
    ours(scenario, staged=True)
    assert scenario.git("status", "--porcelain=v2") == before
