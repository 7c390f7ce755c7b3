"""Finds kernels, and reads their specifications as jupyter_client does when it starts them.

A specification is a file of anybody's: what is no text, is missing or of another shape makes a kernel that cannot be
read, and never hides the others.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from string import Template
from typing import TYPE_CHECKING, Any

import msgspec

from jupyter_mlgit.environment.probing import NotProbed, interpreter
from jupyter_mlgit.problems import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_mlgit.journal.context import KernelSource

_LOCAL = "local-provisioner"
_FIELD = re.compile(r"\{([A-Za-z0-9_]+)\}")
_LONGEST = 300
"""Characters of a complaint that are told."""


class _Provisioner(msgspec.Struct, frozen=True):
    provisioner_name: str = _LOCAL


class _Metadata(msgspec.Struct, frozen=True):
    kernel_provisioner: _Provisioner = _Provisioner()


class Kernel(msgspec.Struct, frozen=True):
    """What is used of a kernel's specification."""

    argv: list[str]
    env: dict[str, str]
    metadata: _Metadata
    language: str
    display_name: str
    resource_dir: str

    @property
    def is_python(self) -> bool:
        """Tells whether it says that it runs Python."""
        return self.language.lower() == "python"

    @property
    def interpreter(self) -> str:
        """The Python that it starts.

        Raises:
            NotProbed: if it starts none, or not here.
        """
        if not self.is_python:
            raise NotProbed("not-python", f"This is a kernel for {self.language or 'an unknown language'}.")
        provisioner = self.metadata.kernel_provisioner.provisioner_name
        if provisioner != _LOCAL:
            raise NotProbed("remote", f"The kernel is started elsewhere, by {provisioner}.")
        known = {"prefix": sys.prefix, "resource_dir": self.resource_dir}
        return interpreter([_FIELD.sub(lambda found: known.get(found[1], found[0]), word) for word in self.argv])

    @property
    def variables(self) -> dict[str, str]:
        """What it adds to the environment, in which ``$NAME`` stands for what this process has."""
        return {name: Template(value).safe_substitute(os.environ) for name, value in self.env.items()}


def find_kernels(source: KernelSource | None, name: str | None) -> Iterator[tuple[str, Kernel | NotProbed]]:
    """Yields kernels by name, each with what is read of it or why it cannot be read.

    Args:
        source: who knows the kernels; None asks for those that are installed.
        name: the one that is wanted; None wants all of Python, and those of which that cannot be told.

    Raises:
        BadRequest: if there is no kernel of that name.
    """
    if source is None:
        from jupyter_client.kernelspec import KernelSpecManager

        source = KernelSpecManager()
    # The list, too, where one is named: the server's may leave out what it does not allow.
    known = sorted(source.find_kernel_specs())
    for one in known if name is None else [_named(name, known)]:
        read = _read(source, one)
        if name is not None or isinstance(read, NotProbed) or read.is_python:
            yield one, read


def _named(name: str, known: list[str]) -> str:
    found = next((one for one in (name, name.lower()) if one in known), None)
    if found is None:
        raise BadRequest(f"There is no kernel '{name}'.", f"There are: {', '.join(known) or 'none'}.")
    return found


def _read(source: KernelSource, name: str) -> Kernel | NotProbed:
    from jupyter_client.kernelspec import NoSuchKernel

    try:
        spec: Any = source.get_kernel_spec(name)
        if inspect.iscoroutine(spec):  # so does the manager of a server whose kernels are behind a gateway
            spec.close()
            return NotProbed("remote", "The kernel is started elsewhere, by a gateway.")
        return msgspec.convert(spec, Kernel, from_attributes=True)
    except NoSuchKernel:
        return NotProbed("unreadable", "The provisioner that its specification names is missing.")
    except Exception as error:  # noqa: BLE001 -- a broken file, or a manager of somebody else's, fails in every way
        said = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST]
        return NotProbed("unreadable", f"Its specification cannot be used ({said}).")
