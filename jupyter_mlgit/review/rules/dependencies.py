"""Images and packages whose version is left open."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Open(NamedTuple):
    """A line that leaves a version open."""

    rule: str
    line: int
    message: str
    text: str
    """What is left open; the same in the old version is no news."""


_PINNED = re.compile(r"===?\s*[\w.!+-]+(?<!\*)(?![\w.]*\*)|@\s*\S+")
_REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.-]*)\s*(\[[^\]]*\])?\s*(.*)$")
_INSTALLED = re.compile(r"(?:^|[\s&|;(])(?:python[\d.]*\s+-m\s+)?(?:uv\s+)?pip[\d.]*\s+install\s+([^&|;)]*)")
_WITH_VALUE = frozenset(
    ("-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-i", "--index-url", "--extra-index-url", "-f",
     "--find-links", "-t", "--target", "--trusted-host", "--python-version", "--platform", "--root", "--prefix")
)  # fmt: skip
_TABLE = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")


def is_requirements(name: str) -> bool:
    """Whether a file's name says that it lists packages for pip."""
    return re.fullmatch(r"(?i)(.*requirements.*|requires)\.(txt|in)", name) is not None or name == "constraints.txt"


def is_dockerfile(name: str) -> bool:
    """Whether a file's name says that an image is built of it."""
    return re.fullmatch(r"(?i)(docker|container)file([.-].*)?|.*\.(docker|container)file", name) is not None


def is_environment(name: str) -> bool:
    """Whether a file's name says that conda makes an environment of it."""
    return re.fullmatch(r"(?i)(.*environment.*|conda.*|env)\.ya?ml", name) is not None


def in_requirements(text: str) -> Iterable[Open]:
    """Finds packages without a version in a list for pip."""
    for number, line in _joined(text):
        bare = re.sub(r"(^|\s)#.*$", "", line).strip()
        if bare and not bare.startswith("-"):
            yield from _requirement(bare, number)


def in_dockerfile(text: str) -> Iterable[Open]:
    """Finds floating images, and packages without a version."""
    values: dict[str, str] = {}
    stages: set[str] = {"scratch"}
    for number, line in _joined(text):
        words = line.strip().split()
        if not words or words[0].startswith("#"):
            continue
        keyword = words[0].upper()
        if keyword == "ARG" and len(words) > 1 and "=" in words[1]:
            name, _, value = words[1].partition("=")
            values[name] = value.strip("\"'")
        elif keyword == "FROM":
            plain = [word for word in words[1:] if not word.startswith("--")]
            own = plain[2] if len(plain) > 2 and plain[1].upper() == "AS" else ""  # noqa: PLR2004 -- FROM image AS name
            if plain:
                yield from _image(_filled(plain[0], values), number, stages)
            stages.add(own.lower())
        elif keyword == "COPY":
            yield from (
                found
                for word in words
                if word.startswith("--from=") and "/" in word
                for found in _image(word[7:], number, stages)
            )
        elif keyword == "RUN":
            yield from in_command(line, number)


def in_command(line: str, number: int) -> Iterable[Open]:
    """Finds packages without a version in a command that installs them."""
    for match in _INSTALLED.finditer(line):
        try:
            words = shlex.split(match[1].replace("\\", " "))
        except ValueError:
            continue
        skip = False
        for word in words:
            if skip or word.startswith("-"):
                skip = not skip and word in _WITH_VALUE
            elif not re.search(r"[/$]|\.(whl|txt|toml|tar\.gz)$|^\.", word) and word not in {
                "pip",
                "setuptools",
                "wheel",
            }:
                yield from _requirement(word, number)


def in_pyproject(text: str) -> Iterable[Open]:
    """Finds dependencies without any bound; a library may rightly leave a range."""
    table, inside = "", False
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if match := _TABLE.match(line) if not inside else None:
            table = match[1]
            continue
        if bare.startswith("#"):
            continue
        key, equals, value = bare.partition("=")
        if "poetry" in table and table.endswith("dependencies") and equals:
            if value.strip().strip("\"'") in {"*", "latest"} and key.strip() != "python":
                yield Open("unpinned-dependency", number, f"no version is asked for: {key.strip()}", key.strip())
            continue
        starts = (
            equals
            and value.strip().startswith("[")
            and (
                (table == "project" and key.strip() == "dependencies")
                or table in {"project.optional-dependencies", "dependency-groups"}
            )
        )
        if inside or starts:
            content = value if starts else bare
            for quoted in _QUOTED.finditer(content):
                requirement = (quoted[1] or quoted[2] or "").partition(";")[0].strip()
                match = _REQUIREMENT.match(requirement)
                if match and not match[3]:
                    yield Open("unpinned-dependency", number, f"no version is asked for: {match[1]}", match[1].lower())
            ends = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", content)
            inside = ends.count("[") <= ends.count("]") and False if starts and "]" in ends else "]" not in ends


def in_environment(text: str) -> Iterable[Open]:
    """Finds packages without a version in an environment of conda."""
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.partition(" #")[0].strip()
        if bare and not line.startswith((" ", "-", "#")):
            inside = bare.startswith("dependencies:")
            continue
        if not inside or not bare.startswith("- ") or bare.endswith(":"):
            continue
        package = bare[2:].strip().strip("\"'").rpartition("::")[2]
        match = _REQUIREMENT.match(package)
        if (match and match[1] not in {"pip", "python"} and not re.search(r"=\s*\d", match[3])) or (
            match and re.search(r"^>|^<", match[3])
        ):
            yield Open("unpinned-dependency", number, f"the version is left open: {package}", match[1].lower())


def in_compose(text: str) -> Iterable[Open]:
    """Finds floating images in a file that starts containers."""
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r"(?:- +)?image: *[\"']?([^\s\"'#]+)", line.strip())
        if match:
            yield from _image(match[1], number, set())


def _requirement(text: str, number: int) -> Iterable[Open]:
    plain = text.partition(";")[0].partition(" --hash")[0].strip()
    if re.match(r"\w+\+|https?:|file:|\.|/", plain):
        if re.match(r"git\+", plain) and not re.search(r"@[\w.-]+(#.*)?$", plain.partition("://")[2]):
            yield Open("unpinned-dependency", number, f"the commit is left open: {plain}", plain)
        return
    match = _REQUIREMENT.match(plain)
    if match and not _PINNED.match(match[3].strip()):
        yield Open("unpinned-dependency", number, f"the version is left open: {plain}", match[1].lower())


def _image(image: str, number: int, stages: set[str]) -> Iterable[Open]:
    if image.lower() in stages or "$" in image or "@sha256:" in image:
        return
    tag = image.rpartition("/")[2].partition(":")[2]
    if not tag:
        yield Open("latest-tag", number, f"the image has no tag, so it is the latest one: {image}", image)
    elif (
        tag == "latest"
        or tag.startswith("latest-")
        or tag.endswith("-latest")
        or tag in {"nightly", "main", "master", "devel"}
    ):
        yield Open("latest-tag", number, f"the image changes under its tag: {image}", image)


def _filled(text: str, values: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return values.get(match[1] or match[3], match[2] or match[0])

    return re.sub(r"\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)", value, text)


def _joined(text: str) -> Iterable[tuple[int, str]]:
    """Joins lines that a backslash continues; each has the number of its first."""
    start, parts = 0, []
    for number, line in enumerate(text.split("\n"), 1):
        start = start or number
        if line.rstrip().endswith("\\"):
            parts.append(line.rstrip()[:-1])
            continue
        yield start, " ".join([*parts, line])
        start, parts = 0, []
    if parts:
        yield start, " ".join(parts)
