"""Looks around on machines that the test lays out as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_mlgit.environment.container import Surroundings, is_container, look_around, volume_of

HOST, INSIDE = "pid:[4026531836]", "pid:[4026532300]"
EXT4 = "25 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
OVERLAY = "25 1 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A\n"
HASH = "0123456789abcdef" * 4


def machine(root: Path, mounts: str = EXT4, namespace: str = HOST, **files: str) -> Path:
    """Lays out a machine's files; a name's underscores stand for slashes."""
    (root / "proc/self/ns").mkdir(parents=True)
    (root / "proc/self/mountinfo").write_text(mounts)
    (root / "proc/self/ns/pid").symlink_to(namespace)
    for name, content in files.items():
        place = root / name.replace("__", "/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
    return root


def docker(root: Path, mounts: str = "", **files: str) -> Path:
    machine(root, OVERLAY + mounts, INSIDE, **files)
    (root / ".dockerenv").touch()
    return root


PLAIN = Surroundings(
    container=False, devices=[], pci=False, wsl=False, shared_memory=None, driver_module=False, amd_devices=[],
    amd_pci=False, xids=[], bus=False,
)  # fmt: skip


def test_a_plain_machine(tmp_path: Path) -> None:
    found = look_around(machine(tmp_path, proc__version="Linux version 6.1"))
    assert found == PLAIN
    assert volume_of(Path("/srv"), tmp_path) is not None


def test_one_sign_is_no_container(tmp_path: Path) -> None:
    machine(tmp_path)
    (tmp_path / ".dockerenv").touch()
    assert not is_container(tmp_path)
    assert not is_container(machine(tmp_path / "other", namespace=INSIDE))


@pytest.mark.parametrize("mark", ["proc__1__cgroup", "run__.containerenv"])
def test_containers(tmp_path: Path, mark: str) -> None:
    assert is_container(machine(tmp_path, namespace=INSIDE, **{mark: "0::/kubepods/besteffort/pod1"}))


def test_a_gpu_that_is_only_on_the_bus(tmp_path: Path) -> None:
    bus = "sys__bus__pci__devices__0000:01:00.0__"
    found = look_around(docker(tmp_path, **{f"{bus}vendor": "0x10de\n", f"{bus}class": "0x030200\n"}))
    assert (found.container, found.pci, found.devices) == (True, True, [])
    audio = machine(tmp_path / "audio", **{f"{bus}vendor": "0x10de\n", f"{bus}class": "0x040300\n"})
    assert not look_around(audio).pci


def test_devices_and_windows(tmp_path: Path) -> None:
    machine(
        tmp_path, dev__nvidia0="", dev__nvidiactl="", dev__null="", dev__dxg="", proc__version="5.15-microsoft-WSL2"
    )
    found = look_around(tmp_path)
    assert found.devices == ["/dev/dxg", "/dev/nvidia0", "/dev/nvidiactl"]
    assert found.wsl
    (tmp_path / "dev/shm").mkdir()
    assert (look_around(tmp_path).shared_memory or 0) > 0


@pytest.mark.parametrize(
    ("mounts", "path", "lasts"),
    [
        ("", "/srv", "no"),
        ("30 25 254:1 /home/ada/srv /srv rw - ext4 /dev/vda rw\n", "/srv/repo", "yes"),
        ("30 25 254:1 /home/ada/srv /srvshop rw - ext4 /dev/vda rw\n", "/srv/repo", "no"),
        ("30 25 0:60 / /srv rw - tmpfs tmpfs rw\n", "/srv/repo", "no"),
        (f"30 25 254:1 /var/lib/docker/volumes/{HASH}/_data /srv rw - ext4 /dev/vda rw\n", "/srv", "no"),
        ("30 25 254:1 /var/lib/docker/volumes/mine/_data /srv rw - ext4 /dev/vda rw\n", "/srv", "yes"),
        ("30 25 254:1 /pods/1/volumes/kubernetes.io~empty-dir/w /srv rw - ext4 /dev/vda rw\n", "/srv", "no"),
        ("30 25 254:1 /w /my\\040work rw - ext4 /dev/vda rw\n", "/my work/repo", "yes"),
        ("30 25 0:60 / /srv rw - tmpfs tmpfs rw\n31 25 254:1 /w /srv rw - ext4 /dev/vda rw\n", "/srv", "yes"),
    ],
)
def test_what_outlives_the_container(tmp_path: Path, mounts: str, path: str, lasts: str) -> None:
    found = volume_of(Path(path), docker(tmp_path, mounts))
    assert found is not None
    assert (found.lasts, found.path) == (lasts, path)


def test_amd_has_its_own_devices(tmp_path: Path) -> None:
    root = machine(tmp_path, dev__kfd="", dev__dri__renderD128="", sys__bus__pci__devices__0000__vendor="0x1002\n")
    (root / "sys/bus/pci/devices/0000/class").write_text("0x120000\n")
    found = look_around(root)
    assert (found.amd_devices, found.amd_pci, found.pci) == (["/dev/dri/renderD128", "/dev/kfd"], True, False)


def test_where_linux_does_not_tell(tmp_path: Path) -> None:
    assert volume_of(Path("/srv"), tmp_path) is None
    assert look_around(tmp_path) == PLAIN
