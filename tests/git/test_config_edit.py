"""Holds changes of ``config`` against the real ``git config``: what is wanted is there, every other byte stays."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_mlgit.git import config_edit
from jupyter_mlgit.git.config_edit import Change, ConfigTransaction, SectionChange, ValueChange, edit
from jupyter_mlgit.git.config_regions import Region, cut
from jupyter_mlgit.git.config_syntax import ConfigSyntaxError, parse
from jupyter_mlgit.problems import DamagedRepository, Locked, StateChanged
from tests.git.twins import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jupyter_mlgit.git.repository import Repository
    from tests.scenario import Scenario


Listing = list[tuple[bytes, bytes | None]]

BRANCH = [(b"remote", b"origin"), (b"merge", b"refs/heads/x")]

# Pieces that make odd files when they are strung together; half of such files are none that git can read.
PIECES = [
    b"[core]",
    b"[core]\n",
    b"[gc]\n",
    b"[gc] reflogExpire=1\n",
    b"[gc]",
    b'[branch "x"]\n',
    b'[branch "x"]',
    b'  [branch "x"] # mine\n',
    b'[branch "y\\"z"]\n',
    b"[branch.x]\n",
    b"[BRANCH.new]\n",
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b"\tmerge = refs/heads/x\n",
    b"\tremote = o # which one\n",
    b"\tREMOTE=o\r\n",
    b"reflogExpire",
    b"reflogExpire = 3.days ; why\n",
    b'reflogexpire = "a\\\nb"\n',
    b"# a comment [gc]\n",
    b"; another\n",
    b"\\\n",
    b"v",
    b'long = one \\\n   [branch "x"]\n',
    b'quoted = "# ; \\" [gc]" # [gc]\n',
    b"\xef\xbb\xbf",
    b"\\",
]

texts = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)
values = st.sampled_from([b"v", b"", b" a ", b'a"b\\', b"#1", b"x\ny", b"q\r", b"\t", b"\xff\xfe", b"3.days"])
lists = st.lists(values, max_size=3).map(tuple)
names = st.sampled_from([b"x", b'y"z', b"new", b"a\\b/c", b"New"])
sections = st.none() | st.lists(st.tuples(st.sampled_from([b"remote", b"merge"]), values), min_size=1, max_size=3)
changes = st.one_of(
    st.builds(lambda name, wanted: [SectionChange(b"branch", name, wanted)], names, sections),
    st.builds(lambda several: [ValueChange(b"gc", b"reflogExpire", several)], lists),
    st.builds(
        lambda name, wanted, several: [
            SectionChange(b"branch", name, wanted),
            ValueChange(b"gc", b"reflogExpire", several),
            ValueChange(b"mlgit", b"pinExpire", several),
        ],
        names,
        sections,
        lists,
    ),
)


def change_config(repo: Repository, changes: Sequence[Change], *, settling: bool = False) -> list[str]:
    """Carries out all changes at once, as an act does; gives what was left as it is."""
    with ConfigTransaction(repo, changes, settling=settling) as transaction:
        transaction.commit()
    return transaction.left


def listed(text: bytes) -> Listing | None:
    """Gives what git reads in a file; None when it refuses it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "config")
        path.write_bytes(text)
        done = subprocess.run(["git", "config", "--file", path, "--list", "-z"], capture_output=True, check=False)
    if done.returncode:
        return None
    pairs = (entry.partition(b"\n") for entry in done.stdout.split(b"\0")[:-1])
    return [(key, value if found else None) for key, found, value in pairs]


def without(listing: Listing, *keys: bytes) -> Listing:
    return [(key, value) for key, value in listing if not key.startswith(keys)]


@settings(max_examples=300, derandomize=True)
@given(text=texts)
def test_file_is_read_as_git_reads_it(text: bytes) -> None:
    try:
        ours = [
            (b".".join(part for part in (one.key[0] or None, *one.key[1:]) if part is not None), one.value)
            for one in parse(text)[1]
        ]
    except ConfigSyntaxError:
        assert listed(text) is None
    else:
        assert ours == listed(text)


@settings(max_examples=300, derandomize=True)
@given(text=texts, wanted=changes)
def test_git_reads_what_was_wanted_and_everything_else_as_before(
    text: bytes, wanted: list[SectionChange | ValueChange]
) -> None:
    before = listed(text)
    if before is None:
        with pytest.raises(ConfigSyntaxError):
            edit(text, wanted)
        return
    after = listed(edit(text, wanted))
    assert after is not None
    touched = []
    for one in wanted:
        if isinstance(one, SectionChange):
            key = b"branch.%s." % (one.subsection or b"")
            expected = [(key + name, value) for name, value in one.values or ()]
            found = [(name, b"true" if value is None else value) for name, value in after if name.startswith(key)]
            assert found == expected
        else:
            key = one.section + b"." + one.name.lower()
            told = [b"true" if value is None else value for name, value in after if name == key]
            assert told == list(one.values)
        touched.append(key)
    assert without(after, *touched) == without(before, *touched)


@settings(max_examples=200, derandomize=True)
@given(text=texts, wanted=changes)
def test_other_lines_stay_byte_for_byte(text: bytes, wanted: list[SectionChange | ValueChange]) -> None:
    """Between what is changed, the file is the old one: what is left of it is found again in the same order."""
    try:
        new = edit(text, wanted)
    except ConfigSyntaxError:
        return
    headers, variables = parse(text)
    ours = {(one.section, one.subsection) for one in wanted if isinstance(one, SectionChange)}
    ours |= {(one.section, None) for one in wanted if isinstance(one, ValueChange)}
    position = 0
    for one in variables:
        if (one.header.section, one.header.subsection) not in ours:
            line = text[one.start : one.end].rstrip(b"\r\n")
            position = new.index(line, position) + len(line)
    for header in headers:
        if (header.section, header.subsection) not in ours:
            assert text[header.start : header.end] in new
    for comment in (b"# a comment [gc]\n", b"; another\n"):
        standing = [one for one in variables if (one.header.section, one.header.subsection) in ours]
        if comment in text and not standing:
            assert comment in new


@settings(max_examples=150, derandomize=True)
@given(text=texts, wanted=st.builds(lambda several: [ValueChange(b"gc", b"reflogExpire", several)], lists))
def test_setting_that_is_taken_back_leaves_no_trace(text: bytes, wanted: list[SectionChange | ValueChange]) -> None:
    before = listed(text)
    if before is None or any(key == b"gc.reflogexpire" for key, _ in before) or b"[gc]" in text:
        return
    back = edit(edit(text, wanted), [ValueChange(b"gc", b"reflogExpire", ())])
    assert back.rstrip(b"\r\n") == text.rstrip(b"\r\n")


ODD = b"""\
# The first line of all.
[core] bare = false ; on one line
\trepositoryformatversion = 0

[branch "x"] remote = origin
\tmerge = refs/heads/x   # where it goes
[remote "origin"]
\turl = "ssh://host/with # and ; in it"
\tfetch = +refs/heads/*:refs/remotes/origin/*

[alias]
\tlg = log \\
\t\t--graph
[branch "x"]
\tdescription = second part

# About the next one.
[branch "y"]
\tremote = .
"""


def test_removing_takes_every_part_of_a_section_and_nothing_else() -> None:
    assert (
        edit(ODD, [SectionChange(b"branch", b"x", None)])
        == b"""\
# The first line of all.
[core] bare = false ; on one line
\trepositoryformatversion = 0

[remote "origin"]
\turl = "ssh://host/with # and ; in it"
\tfetch = +refs/heads/*:refs/remotes/origin/*

[alias]
\tlg = log \\
\t\t--graph
# About the next one.
[branch "y"]
\tremote = .
"""
    )


def test_renaming_keeps_each_part_in_its_place() -> None:
    now = [(b"remote", b"origin"), (b"merge", b"refs/heads/x"), (b"description", b"second part")]
    renamed = edit(ODD, [SectionChange(b"branch", b"x", None), SectionChange(b"branch", b"z/1", now)])
    assert renamed == ODD.replace(b'[branch "x"]', b'[branch "z/1"]')


def test_value_is_changed_where_it_counts_and_its_comment_stays() -> None:
    text = b"[gc]\n\treflogExpire = 1\n[a]\n\tb\n[GC] REFLOGEXPIRE=\t2  ; why\n"
    new = edit(text, [ValueChange(b"gc", b"reflogExpire", (b"1", b"180.days"))])
    assert new == b"[gc]\n\treflogExpire = 1\n[a]\n\tb\n[GC] REFLOGEXPIRE= 180.days  ; why\n"


def test_windows_line_ends_stay() -> None:
    text = b'[core]\r\n\tbare = false\r\n[branch "x"]\r\n\tremote = o\r\n[b]\r\n\tc = d\r\n'
    new = edit(text, [SectionChange(b"branch", b"x", BRANCH)])
    assert new.startswith(b"[core]\r\n\tbare = false\r\n")
    assert new.endswith(b"[b]\r\n\tc = d\r\n")
    assert listed(new) == [
        (b"core.bare", b"false"),
        (b"branch.x.remote", b"origin"),
        (b"branch.x.merge", b"refs/heads/x"),
        (b"b.c", b"d"),
    ]


def test_same_values_leave_the_file_alone(scenario: Scenario) -> None:
    config = scenario.git_dir / "config"
    config.write_bytes(config.read_bytes() + b'[branch "x"] remote = origin # here\n merge=refs/heads/x')
    before = config.stat()
    with opened(scenario.path) as repo:
        change_config(repo, [SectionChange(b"branch", b"x", BRANCH, old=BRANCH)])
    assert config.stat() == before


@pytest.mark.parametrize(
    "broken", [b"[core\n", b'[a]\n\tb = "open\n', b"[a]\n\t1x = 2\n", b"[a]\n\tb = \\q\n", b"\0\n"], ids=repr
)
def test_damaged_file_is_never_written(scenario: Scenario, broken: bytes) -> None:
    config = scenario.git_dir / "config"
    with opened(scenario.path) as repo:
        config.write_bytes(config.read_bytes() + broken)
        before = config.read_bytes()
        with pytest.raises(DamagedRepository) as caught:
            change_config(repo, [ValueChange(b"gc", b"reflogExpire", (b"1",))])
    assert config.read_bytes() == before
    assert not list(config.parent.glob("*.lock"))
    assert "line" in caught.value.message


@pytest.mark.parametrize(
    "change", [SectionChange(b"branch", b"a\nb", BRANCH), ValueChange(b"gc", b"reflogExpire", (b"a\0b",))], ids=str
)
def test_what_no_file_can_hold_is_refused(scenario: Scenario, change: SectionChange | ValueChange) -> None:
    config = scenario.git_dir / "config"
    before = config.read_bytes()
    with opened(scenario.path) as repo, pytest.raises(DamagedRepository):
        change_config(repo, [change])
    assert config.read_bytes() == before


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda text: text + b"[half", "could not read it any more"),
        (lambda text: text + b"[other]\n\tx = y\n", "another setting would have changed"),
        (lambda text: text, "would not have been read back"),
    ],
)
def test_wrong_outcome_is_found_before_it_is_written(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, wrong: Callable[[bytes], bytes], says: str
) -> None:
    config = scenario.git_dir / "config"
    before = config.read_bytes()
    monkeypatch.setattr(config_edit, "edit", lambda text, _: wrong(text))
    for change in (SectionChange(b"branch", b"x", BRANCH), ValueChange(b"gc", b"reflogExpire", (b"1",))):
        with opened(scenario.path) as repo, pytest.raises(DamagedRepository, match=says):
            change_config(repo, [change])
    assert config.read_bytes() == before


def test_permissions_and_links_stay(scenario: Scenario) -> None:
    """A config may hold a token; and some keep it elsewhere."""
    config = scenario.git_dir / "config"
    real = scenario.root / "kept-elsewhere"
    config.rename(real)
    config.symlink_to(real)
    real.chmod(0o600)
    with opened(scenario.path) as repo:
        change_config(repo, [SectionChange(b"branch", b"x", BRANCH)])
    assert config.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o600
    assert scenario.git("config", "branch.x.remote") == "origin"


def test_git_holding_the_file_is_waited_for_and_told(scenario: Scenario) -> None:
    lock = scenario.git_dir / "config.lock"
    lock.write_text("")
    with opened(scenario.path) as repo, pytest.raises(Locked) as caught:
        change_config(repo, [SectionChange(b"branch", b"x", BRANCH)])
    assert caught.value.details["path"] == str(lock)
    assert lock.exists()


KEPT = b"""\
[core]
\tbare = false
[branch "x"] # mine
# Where it comes from
\tremote=origin\t; the one on the left
\tmerge = refs/heads/\\
x
\tdescription = one
\tdescription = two

\trebase
\t# the end of x

[other]
\ty = z
"""


def section(text: bytes, name: bytes) -> list[tuple[bytes, bytes]]:
    """Gives a branch's variables as a caller of ours has read them."""
    return [
        (one.name, b"true" if one.value is None else one.value)
        for one in parse(text)[1]
        if one.header.subsection == name
    ]


LATER: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda text: text,
    "another section at the end": lambda text: text.rstrip(b"\n") + b'\n[branch "later"]\n\tremote = .\n',
    "another section in front": lambda text: b"[alias]\n\tx = y\n" + text,
    "something on both sides": lambda text: b"[alias]\n\tx = y\n" + text.rstrip(b"\n") + b"\n[b]\n\tc\n",
}


@pytest.mark.parametrize("then", LATER.values(), ids=LATER)
@pytest.mark.parametrize(
    "text", [KEPT, KEPT.rstrip(b"\n"), ODD, KEPT.replace(b"\n", b"\r\n")], ids=["kept", "cut off", "odd", "crlf"]
)
def test_section_comes_back_with_its_very_bytes(text: bytes, then: Callable[[bytes], bytes]) -> None:
    key, had = (b"branch", b"x"), section(text, b"x")
    regions = cut(text, [key])[1][key]
    gone = then(edit(text, [SectionChange(b"branch", b"x", None, had)]))
    assert section(gone, b"x") == []
    back = edit(gone, [SectionChange(b"branch", b"x", had, None, tuple(regions))])
    assert section(back, b"x") == had
    for one in regions:
        assert one.text.rstrip(b"\r\n") in back
    if then is not LATER["something on both sides"]:
        assert back == then(text)
    listing = listed(back)
    assert listing is not None
    assert sorted(listing, key=repr) == sorted(listed(then(text)) or [], key=repr)


@settings(max_examples=300, derandomize=True)
@given(text=texts, name=names)
def test_any_section_comes_back_with_its_very_bytes(text: bytes, name: bytes) -> None:
    if listed(text) is None or not section(text, name):
        return
    key, had = (b"branch", name), section(text, name)
    regions = cut(text, [key])[1].get(key, [])
    gone = edit(text, [SectionChange(b"branch", name, None, had)])
    assert edit(gone, [SectionChange(b"branch", name, had, None, tuple(regions))]) == text


def test_renaming_taken_back_keeps_odd_headers_and_what_was_written_since() -> None:
    text = KEPT.replace(b'[branch "x"]', b'[BRANCH   "x"]')
    key, had = (b"branch", b"x"), section(text, b"x")
    regions = tuple(cut(text, [key])[1][key])
    there = edit(text, [SectionChange(b"branch", b"x", None, had), SectionChange(b"branch", b"z", had)])
    assert there == KEPT.replace(b'"x"', b'"z"')
    back = [SectionChange(b"branch", b"x", had, None, regions), SectionChange(b"branch", b"z", None, had)]
    assert edit(there, back) == text
    since = there.replace(b"# mine", b"# still mine")
    assert edit(since, back) == text.replace(b"# mine", b"# still mine")


@pytest.mark.parametrize(
    "planted",
    [
        b'[branch "x"]\n\tremote = o\n[core]\n\tfsmonitor = evil\n',
        b"[core]\n\tfsmonitor = evil\n",
        b'[branch "x"]\n\tremote = other\n',
        b"[half",
        b"",
        b"fsmonitor = evil\n",
    ],
)
def test_kept_bytes_that_say_something_else_are_not_used(scenario: Scenario, planted: bytes) -> None:
    config = scenario.git_dir / "config"
    before = config.read_bytes()
    kept = (Region(planted, 0, "", 0, ""),)
    with opened(scenario.path) as repo:
        change_config(repo, [SectionChange(b"branch", b"x", BRANCH, None, kept)])
        assert config.read_bytes().startswith(before)
        assert scenario.git("config", "--get-regexp", "^branch|fsmonitor").splitlines() == [
            "branch.x.remote origin",
            "branch.x.merge refs/heads/x",
        ]
        renamed = [SectionChange(b"branch", b"x", None, BRANCH), SectionChange(b"branch", b"y", BRANCH, None, kept)]
        change_config(repo, renamed)
    assert scenario.git("config", "branch.y.remote") == "origin"
    assert scenario.try_git("config", "core.fsmonitor").returncode == 1


def test_more_variables_leave_the_comments_of_a_section() -> None:
    had = section(KEPT, b"x")
    new = edit(KEPT, [SectionChange(b"branch", b"x", [*had, (b"pushRemote", b"fork")], had)])
    assert new == KEPT.replace(b"\trebase\n", b"\trebase\n\tpushRemote = fork\n")


def test_setting_with_several_values_comes_back_with_all_of_them(scenario: Scenario) -> None:
    values = ["refs/a", "refs/b", "refs/c"]
    for value in values:
        scenario.git("config", "--add", "log.excludeDecoration", value)
    all_of_them = tuple(value.encode() for value in values)
    with opened(scenario.path) as repo:
        for old, new in ((all_of_them, ()), ((), all_of_them), (all_of_them, (b"x",)), ((b"x",), all_of_them)):
            change_config(repo, [ValueChange(b"log", b"excludeDecoration", new, old)])
            told = scenario.try_git("config", "--get-all", "log.excludeDecoration").stdout.split()
            assert told == [value.decode() for value in new]


MEANWHILE: list[tuple[SectionChange | ValueChange, tuple[str, ...]]] = [
    (SectionChange(b"branch", b"x", None, BRANCH), ("branch.x.merge", "refs/heads/other")),
    (SectionChange(b"branch", b"x", None, BRANCH), ("branch.x.description", "more")),
    (SectionChange(b"branch", b"new", BRANCH), ("branch.new.remote", "theirs")),
    (ValueChange(b"gc", b"reflogExpire", (b"2",), (b"1",)), ("gc.reflogExpire", "3")),
    (ValueChange(b"gc", b"reflogExpire", (b"2",), (b"1",)), ("--add", "gc.reflogExpire", "3")),
    (ValueChange(b"gc", b"reflogExpireUnreachable", (b"2",)), ("gc.reflogExpireUnreachable", "3")),
]


@pytest.mark.parametrize(("change", "words"), MEANWHILE)
def test_what_somebody_has_changed_meanwhile_stays(
    scenario: Scenario, change: SectionChange | ValueChange, words: tuple[str, ...]
) -> None:
    for name, value in BRANCH:
        scenario.git("config", f"branch.x.{name.decode()}", value.decode())
    scenario.git("config", "gc.reflogExpire", "1")
    other = ValueChange(b"mlgit", b"pinExpire", (b"7",))
    scenario.git("config", *words)
    config = scenario.git_dir / "config"
    before = config.read_bytes()
    with opened(scenario.path) as repo:
        with pytest.raises(StateChanged):
            change_config(repo, [other, change])
        assert config.read_bytes() == before
        assert not list(config.parent.glob("*.lock"))
        # What is settled after a crash goes on with what is left to do.
        assert change_config(repo, [other, change], settling=True) == [change.shown]
    assert config.read_bytes() == before + b"[mlgit]\n\tpinExpire = 7\n"


def test_what_is_done_already_is_passed_over_while_settling(scenario: Scenario) -> None:
    change = SectionChange(b"branch", b"x", BRANCH)
    with opened(scenario.path) as repo:
        assert change_config(repo, [change]) == []
        assert change_config(repo, [change], settling=True) == []
        with pytest.raises(StateChanged):
            change_config(repo, [change])
    assert scenario.git("config", "--get-all", "branch.x.remote") == "origin"
