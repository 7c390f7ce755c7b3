"""Holds what we read from configuration files against ``git config --get``, with everything that git includes."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from jupyter_mlgit.git.config import Config, as_flag, as_number
from jupyter_mlgit.problems import DamagedRepository
from tests.git.twins import opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenario import Scenario


def config(story: Scenario) -> Config:
    return Config(story.common_dir, story.git_dir)


def add(story: Scenario, text: str) -> None:
    path = story.path / ".git/config"
    path.write_text(path.read_text() + text)


def git_has(story: Scenario, name: str, *words: str) -> list[bytes]:
    """Gives what git reads with the files that the test's environment names."""
    done = subprocess.run(
        ["git", "config", *words, "--null", "--get-all", name], cwd=story.path, capture_output=True, check=False
    )
    return done.stdout.split(b"\0")[:-1]


def require_same(story: Scenario, *names: str) -> None:
    ours = config(story)
    for full in names:
        section, _, rest = full.partition(".")
        subsection, dot, name = rest.rpartition(".")
        inner = os.fsencode(subsection) if dot else None
        found = [value if value != b"true" else b"true" for value in ours.every(section, name, inner)]
        expected = [value or found[number] for number, value in enumerate(git_has(story, full))]
        assert found == expected, full
        assert ours.get(section, name, inner) == (expected[-1] if expected else None)


TEXT = r"""
[Core] bare = false
[user]
	NAME = "Ada # ; \" \\ Example"  ; not this
	email = ada@example.org
[one "Sub.Section \"q\" \\"] key = a
[one.Dotted] Key = b
[one] key = 1
[one] key = 2 ; twice
	flag
	empty =
	long = first \
   second
	tabbed = a	b
	quoted = " kept "
	utf = é
"""


def test_values_are_gits(scenario: Scenario, isolated: Path) -> None:
    (isolated / ".gitconfig").write_text("[user]\n\tname = Weak\n[one]\n\tkey = 0\n\tweak = yes\n")
    add(scenario, TEXT)
    require_same(
        scenario,
        "core.bare",
        "user.name",
        "USER.Email",
        'one.Sub.Section "q" \\.key',
        "one.dotted.key",
        "one.Dotted.key",
        "one.key",
        "one.long",
        "one.quoted",
        "one.utf",
        "one.weak",
        "one.missing",
        "missing.one",
    )
    assert config(scenario).get("one", "flag") == b"true"
    assert config(scenario).get("one", "empty") == b""


@pytest.mark.parametrize(
    "value",
    [
        "true",
        "TRUE",
        "yes",
        "on",
        "1",
        "2",
        "-1",
        "false",
        "no",
        "off",
        "0",
        "",
        "1k",
        "0k",
        "maybe",
        "tru",
        "01",
        "1.5",
    ],
)
def test_flags_are_gits(scenario: Scenario, value: str) -> None:
    add(scenario, f"[x]\n\ty = {value}\n")
    done = scenario.try_git("config", "--type=bool", "--get", "x.y")
    assert as_flag(value.encode()) == (None if done.returncode else done.stdout.strip() == "true")
    assert config(scenario).flag("x", "y") is (done.stdout.strip() == "true")
    assert config(scenario).flag("x", "y", default=True) is (bool(done.returncode) or done.stdout.strip() == "true")


@pytest.mark.parametrize("value", ["1", "-5", "512m", "1G", "3k", "0", "x", "", "1.5", "1kk"])
def test_numbers_are_gits(scenario: Scenario, value: str) -> None:
    add(scenario, f'[x]\n\ty = "{value}"\n')
    done = scenario.try_git("config", "--type=int", "--get", "x.y")
    assert as_number(value.encode()) == (None if done.returncode else int(done.stdout))


def test_includes_are_followed_in_their_place(scenario: Scenario, isolated: Path) -> None:
    (scenario.root / "sub").mkdir()
    (scenario.root / "sub/one").write_text("[x]\n\ta = from one\n[include]\n\tpath = two\n[x]\n\tb = after two\n")
    (scenario.root / "sub/two").write_text("[x]\n\ta = from two\n\tb = from two\n")
    (isolated / "mine").write_text("[x]\n\thome = yes\n")
    for path in (scenario.root / "sub/one", "~/mine", "missing", "../../sub/two"):
        scenario.git("config", "--add", "include.path", str(path))
    scenario.git("config", "x.a", "last of all")
    require_same(scenario, "x.a", "x.b", "x.home")
    assert [name for name, _ in config(scenario).values("x", None)] == [b"a"]


CONDITIONS = [
    "gitdir:{root}/",
    "gitdir:{root}",
    "gitdir:{root}/**",
    "gitdir:{root}/*/.git",
    "gitdir:repo/",
    "gitdir:repo/.git",
    "gitdir:epo/",
    "gitdir:~/",
    "gitdir:./../",
    "gitdir/i:{ROOT}/",
    "gitdir:{ROOT}/",
    "gitdir:**/work/**",
    "gitdir:*/work/**",
    "gitdir:{root}/rep[a-z]/",
    "gitdir:{root}/rep[!a-z]/",
    "gitdir:{root}/r?po/",
    "onbranch:main",
    "onbranch:other",
    "onbranch:m*",
    "onbranch:feature/",
    "hasconfig:remote.*.url:https://example.org/**",
    "hasconfig:remote.*.url:https://elsewhere.org/**",
    "hasconfig:remote.*.pushurl:https://example.org/**",
    "nonsense:x",
    "gitdir:",
]


@pytest.mark.parametrize("where", ["global", "local"])
def test_conditions_are_gits(scenario: Scenario, isolated: Path, where: str) -> None:
    scenario.commit("one").branch("feature/one").git("config", "remote.o.url", "https://example.org/a/b.git")
    names = []
    for number, condition in enumerate(CONDITIONS):
        included = scenario.root / f"included{number}"
        included.write_text(f"[c]\n\tn{number} = yes\n")
        full = condition.format(root=scenario.root, ROOT=str(scenario.root).upper())
        words = ["--file", str(isolated / ".gitconfig")] if where == "global" else []
        scenario.git("config", *words, f"includeIf.{full}.path", str(included))
        names.append(f"c.n{number}")
    for branch in ("feature/one", "main"):
        scenario.checkout(branch)
        require_same(scenario, *names)


def test_files_that_include_one_another_are_refused(scenario: Scenario) -> None:
    (scenario.root / "a").write_text(f"[include]\n\tpath = {scenario.root}/b\n")
    (scenario.root / "b").write_text(f"[include]\n\tpath = {scenario.root}/a\n")
    ours = config(scenario)
    add(scenario, f"[include]\n\tpath = {scenario.root}/a\n")
    with pytest.raises(DamagedRepository, match="includes itself"):
        ours.get("x", "y")


def test_files_that_include_ever_more_are_refused(scenario: Scenario) -> None:
    for number in range(5):
        target = scenario.root / f"f{number + 1}"
        (scenario.root / f"f{number}").write_text(f"[include]\n\tpath = {target}\n" * 30)
    ours = config(scenario)
    add(scenario, f"[include]\n\tpath = {scenario.root}/f0\n")
    with pytest.raises(DamagedRepository, match="too many"):
        ours.get("x", "y")


def test_what_is_no_file_is_not_read(scenario: Scenario) -> None:
    """A planted repository could name a device or a pipe, which would hold the server up for ever."""
    os.mkfifo(scenario.root / "pipe")
    for path in ("/dev/zero", scenario.root / "pipe", scenario.root):
        scenario.git("config", "--file", str(scenario.git_dir / "more"), "--add", "include.path", str(path))
    text = (scenario.git_dir / "more").read_text()
    ours = config(scenario)
    add(scenario, text + "[x]\n\ty = z\n")
    assert ours.get("x", "y") == b"z"


def test_each_worktree_may_have_its_own(scenario: Scenario) -> None:
    scenario.commit("one").worktree_add("tree", "-b", "x")
    tree = scenario.inside("tree")
    scenario.git("config", "a.b", "common")
    for extension in ("false", "true"):
        scenario.git("config", "extensions.worktreeConfig", extension)
        if extension == "true":
            tree.git("config", "--worktree", "a.b", "of the tree")
            scenario.git("config", "--worktree", "a.b", "of main")
        require_same(scenario, "a.b")
        require_same(tree, "a.b")


def test_environment_has_the_last_word(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario.git("config", "a.b", "from the file")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "3")
    for number, (key, value) in enumerate((("a.b", "last"), ("x.Sub.Y", "z"), ("safe.directory", "*"))):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    require_same(scenario, "a.b", "x.Sub.y")
    assert config(scenario).protected("safe", "directory") == [b"*"]


def test_protected_settings_are_not_the_repositorys(scenario: Scenario, isolated: Path) -> None:
    scenario.git("config", "safe.directory", "*")
    assert config(scenario).protected("safe", "directory") == []
    (isolated / ".gitconfig").write_text("[safe]\n\tdirectory = /a\n\tdirectory = /b\n")
    assert config(scenario).protected("safe", "directory") == [b"/a", b"/b"]


def test_files_outside_are_those_of_git(scenario: Scenario, isolated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = scenario.root / "system"
    system.write_text("[a]\n\tb = system\n\tc = system\n\td = system\n")
    (isolated / ".config/git").mkdir(parents=True)
    (isolated / ".config/git/config").write_text("[a]\n\tc = xdg\n\td = xdg\n")
    (isolated / ".gitconfig").write_text("[a]\n\td = home\n")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(system))
    for nosystem in ("0", "1", "true", "false"):
        monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", nosystem)
        monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
        require_same(scenario, "a.b", "a.c", "a.d")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        require_same(scenario, "a.b", "a.c", "a.d")


def test_change_is_seen_at_once(scenario: Scenario, isolated: Path) -> None:
    included = scenario.root / "included"
    scenario.git("config", "include.path", str(included))
    ours = config(scenario)
    assert ours.get("a", "b") is None
    included.write_text("[a]\n\tb = 1\n")
    assert ours.get("a", "b") == b"1"
    scenario.git("config", "a.b", "2")
    assert ours.get("a", "b") == b"2"
    with (isolated / ".gitconfig").open("a") as stream:
        stream.write("[a]\n\tc = 3\n")
    assert ours.get("a", "c") == b"3"
    scenario.git("config", "--unset", "a.b")
    included.unlink()
    assert ours.get("a", "b") is None


@pytest.mark.parametrize("where", ["config", "included", "home"])
def test_damaged_file_is_named_with_its_line_and_no_more(scenario: Scenario, isolated: Path, where: str) -> None:
    included = scenario.root / "included"
    included.touch()
    scenario.git("config", "include.path", str(included))
    path = {"config": scenario.git_dir / "config", "included": included, "home": isolated / ".gitconfig"}[where]
    ours = config(scenario)
    path.write_text('[a]\n\tb = c\n\ttoken "secret\n')
    with pytest.raises(DamagedRepository) as caught:
        ours.get("a", "b")
    assert str(path) in caught.value.message
    assert "line 3" in caught.value.message
    assert "secret" not in caught.value.message
    path.write_text("[core]\n\tbare = false\n[a]\n\tb = mended\n")
    assert ours.get("a", "b") == b"mended"


def test_numbers_with_units_do_not_keep_a_repository_from_opening(scenario: Scenario) -> None:
    scenario.commit("one")
    for name, value in (
        ("core.bigFileThreshold", "1m"),
        ("core.packedGitLimit", "512m"),
        ("pack.windowMemory", "1g"),
        ("core.compression", "nonsense"),
    ):
        scenario.git("config", "--replace-all", name, value)
    with opened(scenario.path) as repo:
        head = repo.refs.head().oid
        assert head is not None
        assert repo.objects.commit(head).subject == b"one"
