"""``jupyter mlgit …`` as a person on SSH meets it: words in, sentences or one JSON document out, an exit status."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_mlgit.api.remembered import list_path, read_remembered
from jupyter_mlgit.api.routes import ROUTES, load
from jupyter_mlgit.cli import main
from jupyter_mlgit.cli.command import run
from jupyter_mlgit.cli.examples import EXAMPLES
from jupyter_mlgit.cli.request import read_request
from jupyter_mlgit.cli.text import SHOWN_BY
from tests.api import fake_verbs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.scenario import Scenario

Told = tuple[int, str, str]


def document(told: Told) -> Any:
    """Gives the one JSON document on stdout."""
    _, out, _ = told
    assert out.endswith("\n")
    assert "\n" not in out[:-1]
    return json.loads(out)


# The story


def test_a_deleted_branch_is_listed_and_brought_back(tell: Callable[..., Told], story: Scenario) -> None:
    status, out, err = tell("deleted")
    assert (status, err) == (0, "")
    assert "exp/one" in out
    assert "Try a larger step" in out
    assert "1 commit found nowhere else" in out
    assert "train.ipynb" in out
    assert "jupyter mlgit restore NAME" in out
    status, out, err = tell("restore", "exp/one")
    assert (status, err) == (0, "")
    assert "Restored exp/one" in out
    assert "exp/one" in story.branches()
    story.fsck()


def test_json_gives_what_the_rest_api_sends(tell: Callable[..., Told], story: Scenario) -> None:
    found = document(tell("deleted", "--json"))
    (branch,) = found["branches"]
    assert (branch["name"], branch["state"], branch["uniqueCommits"]) == ("exp/one", "recoverable", 1)
    restored = document(tell("--json", "restore", "exp/one"))
    assert (restored["branch"], restored["tip"]) == ("exp/one", branch["tip"])
    assert story.tip("exp/one") == branch["tip"]


def test_a_dry_run_says_so_and_changes_nothing(tell: Callable[..., Told], story: Scenario) -> None:
    status, out, _ = tell("restore", "exp/one", "--dry-run")
    assert status == 0
    assert "Nothing is changed" in out
    assert story.branches().keys() == {"main"}


def test_undo_and_redo_name_what_they_do(tell: Callable[..., Told], story: Scenario) -> None:
    tell("restore", "exp/one")
    assert "Restore branch exp/one" in tell("operations")[1]
    assert "Undone: Restore branch exp/one" in tell("undo")[1]
    assert "exp/one" not in story.branches()
    assert "Done again: Restore branch exp/one" in tell("redo")[1]
    assert "exp/one" in story.branches()


def test_what_the_terminal_did_since_is_pinned_by_the_next_command(tell: Callable[..., Told], story: Scenario) -> None:
    story.branch("exp/two").commit("second")
    tell("operations")
    tip = story.tip("exp/two")
    story.delete_branch("exp/two")
    assert "Delete branch exp/two" in tell("operations")[1]
    story.expire_all()
    assert story.exists(tip)


def test_the_repository_is_remembered_for_the_server(tell: Callable[..., Told], story: Scenario) -> None:
    tell("operations")
    assert read_remembered() == [story.path]


# Words


def test_an_option_becomes_a_field(fake: Callable[..., Told]) -> None:
    looked = document(fake("look", "a word", "-n", "7", "--every", "--names", "a", "--names", "b", "--json"))
    assert (looked["word"], looked["maxCount"], looked["every"], looked["names"]) == ("a word", 7, True, ["a", "b"])
    assert looked["source"] == "cli"


def test_what_is_not_given_has_its_own_default(fake: Callable[..., Told]) -> None:
    looked = document(fake("look", "--json"))
    assert (looked["word"], looked["maxCount"], looked["every"]) == ("nothing", 3, False)


def test_paths_may_stand_behind_two_dashes_as_in_git(tell: Callable[..., Told], story: Scenario) -> None:
    story.write({"first.txt": "changed\n", "other.txt": "new\n"}).git("add", "other.txt")
    for words in (("HEAD", "--", "first.txt"), ("HEAD", "--path", "first.txt")):
        told = tell("diff", "--json", *words)
        assert [one["path"] for one in document(told)["files"]] == ["first.txt"]
    assert document(tell("log", "--json", "--", "first.txt"))["commits"]


def test_a_difference_shows_whole_functions_and_marks_words(tell: Callable[..., Told], story: Scenario) -> None:
    body = "".join(f"    x{number} = {number}\n" for number in range(20))
    story.write({"train.py": f"def train():\n{body}"}).git("add", "train.py")
    story.write({"train.py": f"def train():\n{body.replace('x9 = 9', 'x9 = 10')}"})
    (hunk,) = document(tell("diff", "--json", "--", "train.py"))["files"][0]["hunks"]
    assert (hunk["heading"], len(hunk["lines"]), {len(line.get("marks", ())) for line in hunk["lines"]}) == (
        "def train():",
        8,
        {0},
    )
    (hunk,) = document(tell("diff", "--json", "-W", "--words", "--", "train.py"))["files"][0]["hunks"]
    assert (hunk["heading"], len(hunk["lines"])) == ("", 22)
    assert [line["marks"] for line in hunk["lines"] if line["kind"] != "context"] == [[[9, 10]], [[9, 11]]]


def test_a_word_after_two_dashes_is_no_option(fake: Callable[..., Told]) -> None:
    assert document(fake("--json", "look", "--", "--json"))["word"] == "--json"


def test_one_command_reads_and_acts_by_what_it_is_given(fake: Callable[..., Told]) -> None:
    assert "word" in document(fake("both", "--json"))
    assert document(fake("both", "--days", "3", "--json")) == {"name": "3", "protected": []}


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["no-such-command"],
        ["look", "--no-such-option"],
        ["look", "a", "b"],
        ["look", "-n", "many"],
        ["look", "-n", "0"],
        ["look", "-n"],
        ["look", "--ever"],
        ["act"],
        ["--no-such-option", "look"],
        ["-C"],
    ],
)
def test_wrong_words_are_answered_with_usage_and_status_2(
    fake: Callable[..., Told], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = fake(*words)
    assert (status, out) == (2, "")
    assert "jupyter mlgit" in err
    assert "Traceback" not in err
    if words:
        assert run([*words, "--json"] if words != ["-C"] else ["--json", "-C"], fake_verbs.TABLE) == 2
        assert json.loads(capsys.readouterr().out)["problem"]["code"] == "bad-request"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["log", "-n", "0"], "-n takes a whole number from 1 to 1,000."),
        (["log", "-n", "many"], "-n: 'many' is no whole number."),
        (["retention", "--pins", "-4"], "--pins takes a whole number from 1 to 10,000 or 'never'."),
        (["retention", "--pins", "soon"], "--pins takes a whole number from 1 to 10,000 or 'never'."),
        (["backups", "-n", "1000"], "-n takes a whole number from 1 to 100."),
        (["backup", "-m", "x" * 201], "-m takes a text of at most 200 characters."),
    ],
)
def test_what_is_allowed_is_said_in_words(tell: Callable[..., Told], words: list[str], told: str) -> None:
    status, _, err = tell(*words)
    assert (status, err.splitlines()[0]) == (2, told)
    assert document(tell(*words, "--json"))["problem"]["message"] == told


@pytest.mark.parametrize(
    "words",
    [
        ["reset", "--soft", "--hard"],
        ["undo", "a", "--to", "b"],
        ["switch"],
        ["switch", "-c", "a", "-C", "b"],
        ["recover", "--finish", "--roll-back"],
        ["setup"],
        ["discard", "../outside"],
    ],
)
def test_words_that_do_not_go_together_are_wrong_usage(tell: Callable[..., Told], words: list[str]) -> None:
    status, out, err = tell(*words)
    assert (status, out) == (2, "")
    assert err.startswith("Refused: ")
    assert tell(*words, "--json")[0] == 2


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for route in ROUTES:
        assert (f"  {route.verb} " in out) is route.command_line
    assert "  sample " in out


@pytest.mark.parametrize("verb", sorted({route.verb for route in ROUTES if route.command_line} | {"sample"}))
def test_every_command_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"usage: jupyter mlgit {verb}" in out
    assert f"Example: jupyter mlgit {EXAMPLES[verb]}" in out
    summaries = [route.summary for route in ROUTES if route.verb == verb]
    assert all(" ".join(one.split()) in " ".join(out.split()) for one in summaries)


@pytest.mark.parametrize("verb", EXAMPLES)
def test_every_example_can_be_typed(verb: str) -> None:
    words = shlex.split(EXAMPLES[verb])
    assert words[0] == verb
    rows = [route for route in ROUTES if route.verb == verb]
    assert rows or verb == "sample"
    if rows:
        assert read_request(rows, words[1:]).route in rows


def test_every_result_can_be_told() -> None:
    results = {load(route).result.__name__ for route in ROUTES if route.command_line}
    assert results | {"SampleResult"} == set(SHOWN_BY)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("jupyter-mlgit ")


# Refusals


def test_a_refusal_is_two_sentences_and_status_1(fake: Callable[..., Told]) -> None:
    status, out, err = fake("act", "missing")
    assert (status, out) == (1, "")
    assert err == "Refused: There is no branch \\x1b[31m<b>missing</b>.\nLook for it in Recovery.\n"


def test_a_refusal_in_json_is_the_problem_of_the_rest_api(fake: Callable[..., Told]) -> None:
    told = fake("act", "missing", "--json")
    assert told[0] == 1
    assert document(told)["problem"]["code"] == "branch-not-found"
    assert document(told)["problem"]["suggestion"] == "main"


def test_a_fault_of_ours_shows_no_traceback_and_leaves_it_in_a_file(fake: Callable[..., Told]) -> None:
    status, out, err = fake("act", "fault \x1b[31m of ours")
    assert (status, out) == (1, "")
    assert "Traceback" not in err
    assert "\x1b" not in err
    written = list_path().with_name("faults.log").read_text()
    assert "Traceback" in written
    assert written.splitlines()[0] in err
    problem = document(fake("act", "fault", "--json"))["problem"]
    assert problem["code"] == "internal-error"


def test_a_folder_without_a_repository_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    for place in ("empty", "none", "none/\0"):
        assert main(["-C", str(tmp_path / place), "deleted", "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["problem"]["code"] == "not-a-repository"


def test_the_repository_is_found_from_a_folder_below_it(
    story: Scenario, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (story.path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(story.path / "deep" / "er")
    assert main(["deleted", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["branches"][0]["name"] == "exp/one"


@pytest.mark.parametrize(
    "words",
    [
        ["deleted", "-C", "{path}", "--json"],
        ["-C", "{root}", "deleted", "-C{name}", "--json"],
        ["deleted", "--json", "-C", "{root}", "-C", "{name}"],
        ["-C", "/nowhere", "-C", "{path}", "deleted", "--json"],
    ],
)
def test_the_folder_may_stand_anywhere_and_counts_from_the_one_before(
    story: Scenario, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"path": story.path, "root": story.root, "name": story.path.name}
    assert main([word.format(**places) for word in words]) == 0
    assert json.loads(capsys.readouterr().out)["branches"][0]["name"] == "exp/one"


def test_git_dir_names_the_repository_as_it_does_for_git(
    story: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_DIR", str(story.path / ".git"))
    assert main(["deleted", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["branches"][0]["name"] == "exp/one"


def test_an_interruption_is_no_traceback(fake: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("jupyter_mlgit.cli.command._act", interrupt)
    status, out, err = fake("look")
    assert (status, out) == (130, "")
    assert "interrupted" in err
    told = fake("look", "--json")
    assert told[0] == 130
    assert document(told)["problem"]["code"] == "interrupted"


# What was meant


@pytest.mark.parametrize(
    ("word", "meant"), [("restor", "restore"), ("checkout", "switch"), ("Deleted", "deleted"), ("reflog", "timeline")]
)
def test_a_command_that_there_is_not_is_guessed(tell: Callable[..., Told], word: str, meant: str) -> None:
    status, _, err = tell(word, "x")
    assert status == 2
    assert f"There is no command '{word}'." in err
    assert f"Did you mean '{meant}'?" in err


def test_what_only_a_server_has_is_called_that_and_something_else_is_named(tell: Callable[..., Told]) -> None:
    status, _, err = tell("kernels")
    assert status == 2
    assert "'kernels' is asked of a server that runs, and is no command." in err
    assert "'jupyter mlgit gpu' says which notebook holds how much memory" in err
    assert "--help" in tell("watch")[2]


def test_a_command_about_the_machine_works_in_the_folder_that_is_named(
    tell: Callable[..., Told], tmp_path: Path
) -> None:
    status, _, err = tell("-C", str(tmp_path / "none"), "gpu")
    assert (status, f"There is no folder {tmp_path / 'none'}." in err) == (1, True)
    told = document(tell("-C", str(tmp_path), "doctor", "--json"))
    assert told["machine"]["volume"]["path"] == str(tmp_path.resolve())


@pytest.mark.parametrize("verb", ["doctor", "gpu", "gpu-test", "check", "restore"])
def test_what_a_script_may_go_by_is_said(tell: Callable[..., Told], verb: str) -> None:
    told = " ".join(tell(verb, "--help")[1].split())
    assert "Exit status: 0 " in told
    assert told.count("; 2 wrong usage.") == 1
    assert ("also where" in told) == (verb in ("doctor", "gpu"))


def test_nothing_is_guessed_where_nothing_comes_close(tell: Callable[..., Told], story: Scenario) -> None:
    assert "Did you mean" not in tell("xyzzy")[2]
    story.branch("exp/a").checkout("main")
    assert "Did you mean" not in tell("switch", "exp/z")[2]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["restore", "exp/on"], "exp/one"),
        (["preview", "exp/oen"], "exp/one"),
        (["branch-delete", "exp/tow"], "exp/two"),
        (["switch", "mian"], "main"),
        (["branch-rename", "exp/to", "x"], "exp/two"),
        (["timeline", "--ref", "exp/twoo"], "exp/two"),
    ],
)
def test_a_branch_that_there_is_not_is_guessed(
    tell: Callable[..., Told], story: Scenario, words: list[str], meant: str
) -> None:
    story.branch("exp/two").checkout("main")
    status, _, err = tell(*words)
    assert status == 1
    assert f"Did you mean '{meant}'?" in err
    assert document(tell(*words, "--json"))["problem"]["suggestion"] == meant


def test_whoever_wants_a_branch_that_was_deleted_is_told_so(tell: Callable[..., Told]) -> None:
    for verb in ("switch", "branch-delete"):
        status, _, err = tell(verb, "exp/one")
        assert status == 1
        assert "It was deleted: bring it back with 'jupyter mlgit restore exp/one'." in err


# Settings


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("jupyter_server_config.py", "c.JupyterMLGit.protected_branches = ['prod']\n"),
        ("jupyter_mlgit_config.json", '{"JupyterMLGit": {"protected_branches": ["prod"]}}'),
    ],
)
def test_the_servers_settings_hold_here_too(fake: Callable[..., Told], isolated: Path, name: str, content: str) -> None:
    folder = isolated / "jupyter" / "config"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content)
    assert document(fake("act", "a", "--json"))["protected"] == ["prod"]


@pytest.mark.parametrize("content", ["raise SystemError\n", "c.JupyterMLGit.protected_branches = 3\n", "(\n"])
def test_settings_that_cannot_be_read_keep_nobody_from_work(
    fake: Callable[..., Told], isolated: Path, content: str
) -> None:
    folder = isolated / "jupyter" / "config"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "jupyter_server_config.py").write_text(content)
    assert document(fake("act", "a", "--json"))["protected"] == ["main", "master", "develop", "release/*"]
