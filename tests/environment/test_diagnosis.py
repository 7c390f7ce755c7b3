"""Fits the rules to evidence, one case for each; then to whole machines, as ``jupyter mlgit doctor`` tells of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from jupyter_mlgit.environment.container import Surroundings, Volume
from jupyter_mlgit.environment.diagnosis import diagnose
from jupyter_mlgit.environment.evidence import Evidence
from jupyter_mlgit.environment.gpus import Gpu
from jupyter_mlgit.environment.machine import Gpus, Unusable
from jupyter_mlgit.environment.probing import Device, Driver, Probe, Torch
from jupyter_mlgit.environment.wheels import driver_floor, paired_driver, runs_on, wheel_for
from jupyter_mlgit.environment.xids import Xid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GPU = Gpu(
    maker="nvidia", index=0, slice=None, uuid="GPU-0", name="Stub", state="ok", memory_used=0, memory_total=24,
    unified=False, utilization=0, temperature=40, power=30.0, power_limit=300.0, clock=200, clock_limit=1980,
    slowed_by=[], memory_errors=0, corrected_errors=0, retired=0, retiring="no", faults=[], faults_since="day",
    capability="9.0", slices=False, notes=[],
)  # fmt: skip
GPUS = Gpus(
    available=True, reason=None, driver="550.54.14", amd_driver=None, cuda_driver="12.4", gpus=[GPU], processes=[],
    notes=[],
)  # fmt: skip
TORCH = Torch(error=None, version="2.9.0+cu128", cuda="12.8", archs=["sm_80", "sm_90"], available=True)
DRIVER = Driver(
    library="libcuda.so.1", init=0, version=12040, devices=[Device(name="Stub", capability="9.0")]
)  # fmt: skip
PROBE = Probe(python="3.12.4", executable="/opt/ml/bin/python", variables={}, driver=DRIVER, torch=TORCH)
AROUND = Surroundings(
    container=False, devices=["/dev/nvidia0"], pci=True, wsl=False, shared_memory=2**34, driver_module=True,
    amd_devices=[], amd_pci=False, xids=[], bus=True,
)  # fmt: skip
BLIND = msgspec.structs.replace(TORCH, available=False)
NO_LIBRARY = Driver(library=None, init=None, version=None, devices=[])


def gone(code: str) -> Gpus:
    return Gpus(
        available=False, reason=Unusable(code=code, message="It is so.", fix="Mend it.", command=None), driver=None,
        amd_driver=None, cuda_driver=None, gpus=[], processes=[], notes=[],
    )  # fmt: skip


def evidence(
    torch: Torch | None = TORCH,
    driver: Driver = DRIVER,
    gpus: Gpus = GPUS,
    variables: dict[str, str | None] | None = None,
    **around: Any,
) -> Evidence:
    found = msgspec.structs.replace(PROBE, torch=torch, driver=driver, variables=variables or {})
    return Evidence(found, gpus, AROUND._replace(**around), "ml")


def started(init: int) -> Driver:
    return Driver(library="libcuda.so.1", init=init, version=None, devices=[])


def hidden(value: str, count: int = 1) -> Evidence:
    gpus = [msgspec.structs.replace(GPU, index=number) for number in range(count)]
    return evidence(
        BLIND, started(100), msgspec.structs.replace(GPUS, gpus=gpus), variables={"CUDA_VISIBLE_DEVICES": value}
    )


def made(cuda: str, *archs: str, available: bool = True) -> Torch:
    return msgspec.structs.replace(TORCH, cuda=cuda, archs=list(archs), available=available)


CPU = Torch(error=None, version="2.9.0+cpu", cuda=None, available=False)
AMD_BLIND = Torch(error=None, version="2.9", hip="6.4", available=False)
AMD = Torch(error=None, version="2.9", hip="6.4", available=True)

CASES: list[tuple[str, Evidence, str | None, str]] = [
    ("well", evidence(), None, ""),
    ("for Intel, blind", evidence(Torch(error=None, version="2.9", xpu="2025", xpu_available=False)),
     "other-backend-blind", "intel-opencl-icd"),
    ("for Apple, blind", evidence(Torch(error=None, version="2.9", mps_built=True)), "other-backend-blind", "macOS"),
    ("for AMD, on NVIDIA's", evidence(AMD_BLIND), "torch-for-another-maker", "/whl/cu128"),
    ("for AMD, container", evidence(AMD_BLIND, NO_LIBRARY, gone("no-library"), container=True, pci=False, amd_pci=True),
     "container-without-gpu", "--device=/dev/kfd"),
    ("for AMD, no driver", evidence(AMD_BLIND, NO_LIBRARY, gone("no-library"), pci=False, amd_pci=True),
     "no-driver", "modprobe amdgpu"),
    ("for AMD, hidden", evidence(AMD_BLIND, NO_LIBRARY, gone("no-library"), {"HIP_VISIBLE_DEVICES": "-1"},
                                 pci=False, amd_pci=True, amd_devices=["/dev/kfd"]), "hidden-by-variable", "Remove"),
    ("for AMD, forbidden", evidence(AMD_BLIND, NO_LIBRARY, gone("no-library"), pci=False, amd_pci=True,
                                    amd_devices=["/dev/kfd"]), "no-permission", "render"),
    ("needs a newer driver", evidence(made("12.8", "sm_80", "compute_90")), "driver-older-than-code", "Update"),
    ("needs a newer driver, by torch", evidence(msgspec.structs.replace(
        BLIND, warnings=["CUDA initialization: the provided PTX was compiled with an unsupported toolchain"])),
     "driver-older-than-code", "/whl/cu128"),
    ("translated by a driver that can", evidence(made("12.4", "sm_80", "compute_90")), None, ""),
    ("not installed", evidence(None), "no-torch", "pip install torch --index-url https://download.pytorch.org/whl/cu128"),
    ("not installed, no GPU", evidence(None, NO_LIBRARY, gone("no-library"), pci=False, devices=[]),
     "no-torch", "/whl/cpu"),
    ("not installed, no way to tell", evidence(None, NO_LIBRARY, gone("no-library"), pci=False, devices=[], bus=False),
     "no-torch", "pip install torch"),
    ("broken", evidence(Torch(error="OSError: libcudnn.so.9")), "broken-torch", "--force-reinstall"),
    ("for the CPU", evidence(CPU), "cpu-only-torch", "/whl/cu128"),
    ("for the CPU, without a GPU", evidence(CPU, NO_LIBRARY, gone("no-library"), pci=False), "cpu-only-torch", ""),
    ("for Intel", evidence(Torch(error=None, version="2.9", xpu="2025")), "other-backend", ""),
    ("for Apple", evidence(Torch(error=None, version="2.9", mps=True)), "other-backend", ""),
    ("for AMD", evidence(AMD, NO_LIBRARY, gone("no-library"), devices=[], pci=False), None, ""),
    ("for AMD, in a container", evidence(AMD, NO_LIBRARY, gone("no-library"), container=True, devices=[], pci=False),
     None, ""),
    ("for AMD, beside NVIDIA's", evidence(AMD, NO_LIBRARY, gone("no-library"), container=True), None, ""),
    ("hidden, empty", hidden(""), "hidden-by-variable", "restart"),
    ("hidden, negative", hidden("-1"), "hidden-by-variable", "restart"),
    ("hidden, too many", hidden("2", 2), "hidden-by-variable", "restart"),
    ("hidden, twice", hidden("0,0", 2), "hidden-by-variable", "restart"),
    ("hidden, unknown", hidden("GPU-77"), "hidden-by-variable", "restart"),
    ("hidden, a number as large as one likes", hidden("9" * 5000), "hidden-by-variable", "restart"),
    ("hidden, a digit that is no number", hidden("\u00b2"), "hidden-by-variable", "restart"),
    ("hidden, a number of another script", hidden("\u0663"), "hidden-by-variable", "restart"),
    ("chosen", evidence(variables={"CUDA_VISIBLE_DEVICES": "0"}), None, ""),
    ("container", evidence(BLIND, NO_LIBRARY, gone("no-library"), container=True, devices=[]),
     "container-without-gpu", "--gpus all"),
    ("container without libraries", evidence(BLIND, NO_LIBRARY, gone("no-library"), container=True),
     "container-without-libraries", "NVIDIA_DRIVER_CAPABILITIES"),
    ("container that lost it", evidence(BLIND, started(999), gone("unknown-error"), container=True),
     "container-lost-gpu", "anew"),
    ("no driver", evidence(BLIND, NO_LIBRARY, gone("no-library")), "no-driver", "Install"),
    ("no GPU", evidence(BLIND, NO_LIBRARY, gone("no-library"), pci=False), "no-driver", ""),
    ("not loaded", evidence(BLIND, started(100), gone("driver-not-loaded")), "driver-not-loaded", "Mend it."),
    ("updated", evidence(BLIND, started(803), gone("versions-differ")), "versions-differ", "Mend it."),
    ("803", evidence(BLIND, started(803)), "versions-differ", "cuda-compat"),
    ("804", evidence(BLIND, started(804)), "forward-compatibility", "cuda-compat"),
    ("802", evidence(BLIND, started(802)), "fabric-not-started", "nvidia-fabricmanager"),
    ("999", evidence(BLIND, started(999)), "memory-module", "nvidia-modprobe"),
    *((f"{number}, chosen", evidence(BLIND, started(number), variables={"CUDA_VISIBLE_DEVICES": "0"}), rule, "")
      for number, rule in ((803, "versions-differ"), (804, "forward-compatibility"), (999, "memory-module"))),
    ("well, whatever NVML says", evidence(gpus=gone("versions-differ"), container=True), None, ""),
    ("well, by a newer libcuda than the driver's", evidence(made("13.0", "sm_90")), None, ""),
    ("34", evidence(BLIND, started(34), variables={"LD_LIBRARY_PATH": "/cuda/stubs"}), "stub-library", "stubs"),
    ("old driver", evidence(made("13.0", "sm_90", available=False)), "driver-too-old", "/whl/cu128"),
    ("old driver, by torch", evidence(
        msgspec.structs.replace(BLIND, warnings=["CUDA initialization: The NVIDIA driver is too old"])),
     "driver-too-old", "/whl/cu128"),
    ("no code, newer GPU", evidence(made("12.6", "sm_80", "sm_90"), msgspec.structs.replace(
        DRIVER, version=13000, devices=[Device(name="B", capability="12.0")])), "no-code-for-gpu", "/whl/cu132"),
    ("no code, older GPU", evidence(made("12.8", "sm_80", "sm_90"), msgspec.structs.replace(
        DRIVER, devices=[Device(name="V", capability="7.0")])), "no-code-for-gpu", "/whl/cu126"),
    ("below Windows", evidence(BLIND, NO_LIBRARY, gone("no-library"), wsl=True), "wsl-driver", "wsl --shutdown"),
    ("unknown", evidence(BLIND), "not-explained", "Report"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "rule", "fix"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
def test_the_cause_is_found(case: Evidence, rule: str | None, fix: str) -> None:
    found = diagnose(case)
    assert [one.rule for one in found] == ([] if rule is None else [rule])
    for one in found:
        assert one.message.endswith(".")
        assert one.evidence
        assert fix in f"{one.fix or ''}\n{one.command or ''}"
        assert one.fix or (one.severity == "note" and one.command is None)
        # A sentence ends, or leads to what is to be typed; that is no sentence.
        assert one.fix is None or one.fix.endswith("." if one.command is None else ":")
        assert not (one.command or "").endswith(".")


def test_every_rule_has_a_case() -> None:
    from jupyter_mlgit.environment import diagnosis

    named = set()
    for rule in diagnosis.CAUSES:
        of_it = {name for name, case, *_ in CASES if rule(case) is not None and diagnose(case)[:1] == [rule(case)]}
        assert of_it, rule
        named |= of_it
    assert named == {name for name, _, rule, _ in CASES if rule}


def test_a_gpu_that_failed_is_told_of_beside_the_cause() -> None:
    lost = msgspec.structs.replace(GPUS, gpus=[GPU, msgspec.structs.replace(GPU, index=1, state="lost")])
    (found,) = diagnose(evidence(gpus=lost))
    assert (found.rule, found.severity, found.message) == ("gpu-lost", "problem", "GPU 1 failed: it no longer answers.")
    (found,) = diagnose(evidence(gpus=lost, xids=[Xid(31, "0000:01:00"), Xid(79, "0000:02:00")]))
    assert found.message == "GPU 1 failed: it has fallen off the bus."
    assert found.evidence == ["GPU 1 no longer answers (NVML)", "Xid 79 of the GPU at 0000:02:00"]
    (found,) = diagnose(evidence(xids=[Xid(94, "0000:01:00")]))
    assert (found.rule, found.severity) == ("gpu-fault", "warning")
    assert not diagnose(evidence(xids=[Xid(31, "0000:01:00"), Xid(9999, "0000:01:00")]))


def test_a_container_that_computes_and_cannot_tell_what_it_does() -> None:
    (found,) = diagnose(evidence(gpus=gone("no-library"), container=True))
    assert (found.rule, found.severity) == ("container-without-utility", "warning")
    assert "utility" in (found.command or "")


def test_what_stands_beside_the_cause() -> None:
    lost = Volume(path="/srv", mount="/", kind="overlay", lasts="no")
    found = diagnose(evidence(container=True, shared_memory=64 * 2**20), lost)
    assert [(one.rule, one.severity) for one in found] == [
        ("little-shared-memory", "warning"),
        ("work-goes-with-container", "warning"),
    ]
    assert found[0].evidence == ["64 MB in /dev/shm"]
    assert not diagnose(evidence(container=True), msgspec.structs.replace(lost, lasts="unknown"))


@pytest.mark.parametrize(
    ("capability", "archs", "runs"),
    [
        ("8.9", "sm_86", True),
        ("8.0", "sm_86", False),
        ("9.0", "sm_80 sm_86", False),
        ("9.0", "sm_80 compute_80", True),
        ("12.0", "sm_90", False),
        ("12.0", "sm_120", True),
        ("9.0", "sm_90a", True),
        ("7.0", "compute_75", False),
        ("7.0", "gfx90a", False),
    ],
)
def test_code_for_a_gpu(capability: str, archs: str, *, runs: bool) -> None:
    assert runs_on(capability, archs.split()) == runs


def test_the_wheel_that_fits() -> None:
    assert wheel_for(13020, ["9.0"]) == "cu132"
    assert wheel_for(12040, ["9.0"]) == "cu128"
    assert wheel_for(13020, ["7.0"]) == "cu126"
    assert wheel_for(12040, ["12.0", "7.0"]) is None
    assert wheel_for(11080, ["9.0"]) == "cu118"
    assert wheel_for(10020, ["9.0"]) is None
    assert wheel_for(13020, ["9.0"], "3.14.1") == "cu132"
    assert wheel_for(13020, ["9.0"], "3.9.18") == "cu128"
    assert wheel_for(13020, ["9.0"], "3.8.20") == "cu124"
    assert wheel_for(13020, ["12.0"], "3.8.20") is None
    assert paired_driver("12.8") == "570.26"
    assert paired_driver("13.2.2") == "595.45.04"
    assert paired_driver("99.1") is None
    assert driver_floor("13.0") == "580.65.06"
    assert driver_floor("99.1") is None


FAKE_TORCH = """
import types
__version__ = "2.9.0{local}"
version = types.SimpleNamespace(cuda={cuda!r}, hip=None)
_C = types.SimpleNamespace(_cuda_getArchFlags=lambda: {archs!r})
backends = types.SimpleNamespace(cudnn=types.SimpleNamespace(version=lambda: 91002))
cuda = types.SimpleNamespace(is_available=lambda: {available!r}, nccl=types.SimpleNamespace(version=lambda: (2, 27, 5)))
"""


@pytest.fixture
def doctor(tmp_path: Path, driver: Path, cuda: Path) -> Callable[..., Any]:
    """Gives a function that asks the doctor of a kernel "ml", whose torch and driver the test chooses."""

    def ask(
        torch: dict[str, Any] | None, *words: str, nvml: str = "", stub: str = "", env: dict[str, str] | None = None
    ) -> Any:
        spec = tmp_path / "share/kernels/ml"
        spec.mkdir(parents=True, exist_ok=True)
        packages = tmp_path / "packages"
        packages.mkdir(exist_ok=True)
        if torch is not None:
            (packages / "torch.py").write_text(FAKE_TORCH.format(**torch))
        (spec / "kernel.json").write_text(
            json.dumps(
                {
                    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                    "display_name": "ml",
                    "language": "python",
                    "env": {"PYTHONPATH": str(packages), **(env or {})},
                }
            )
        )
        environment = {
            **os.environ,
            "JUPYTER_PATH": str(tmp_path / "share"),
            "LD_LIBRARY_PATH": f"{driver}:{cuda}",
            "NVML_STUB": nvml,
            "CUDA_STUB": stub,
        }
        command = [sys.executable, "-m", "jupyter_mlgit.cli", "doctor", *(words or ("--kernel", "ml", "--json"))]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return done.stdout if words else json.loads(done.stdout)["kernels"][0]

    return ask


CUDA_TORCH = {"local": "+cu128", "cuda": "12.8", "archs": "sm_80 sm_90", "available": True}


def test_story_of_a_torch_for_the_cpu(doctor: Callable[..., Any]) -> None:
    """Story A: "No CUDA: CPU-only torch in ml", with the sentence and the command that mends it."""
    cpu = {"local": "+cpu", "cuda": None, "archs": "", "available": False}
    told = doctor(cpu)
    assert (told["torch"]["version"], told["torch"]["cuda"], told["cudaAvailable"]) == ("2.9.0+cpu", None, False)
    (finding,) = told["findings"]
    assert finding["rule"] == "cpu-only-torch"
    assert finding["evidence"] == ["torch 2.9.0+cpu, made without CUDA", "driver 550.54.14, CUDA up to 12.4"]
    assert finding["fix"] == "Install one that is made for this machine's GPU:"
    assert finding["command"].endswith(
        "-m pip install --upgrade --force-reinstall torch --index-url https://download.pytorch.org/whl/cu128"
    )
    spoken = doctor(cpu, "--kernel", "ml")
    assert "    torch 2.9.0+cpu, without CUDA: sees no GPU\n" in spoken
    assert 'The torch of the kernel "ml" is made for the CPU only. [cpu-only-torch]' in spoken


def test_a_kernel_that_is_well(doctor: Callable[..., Any]) -> None:
    told = doctor(CUDA_TORCH)
    assert told["findings"] == []
    assert told["torch"] == {
        "version": "2.9.0+cu128", "cuda": "12.8", "cudnn": "9.10.2", "nccl": "2.27.5", "archs": ["sm_80", "sm_90"],
        "bf16": True, "tf32": True, "fp8": True, "warnings": [],
    }  # fmt: skip
    assert (told["capabilities"], told["visibleDevices"]) == (["9.0"], os.environ.get("CUDA_VISIBLE_DEVICES"))


class Warns:
    """Stands in the text of a torch for an answer that comes with a warning."""

    def __repr__(self) -> str:
        """Gives the expression."""
        return "bool(__import__('warnings').warn('CUDA initialization: sorry'))"


def test_torch_is_told_of_in_its_own_words(doctor: Callable[..., Any]) -> None:
    torch = {**CUDA_TORCH, "available": Warns()}
    told = doctor(torch, stub="init=803")
    assert (told["cudaAvailable"], told["torch"]["warnings"]) == (False, ["CUDA initialization: sorry"])
    assert "    torch warns: CUDA initialization: sorry\n" in doctor(torch, "--kernel", "ml", stub="init=803")


def test_what_a_kernel_can_is_told_to_people(doctor: Callable[..., Any]) -> None:
    spoken = doctor(CUDA_TORCH, "--kernel", "ml", stub="major=7", env={"CUDA_VISIBLE_DEVICES": "0\x1b[2J"})
    assert "    cuDNN 9.10.2 · NCCL 2.27.5\n" in spoken
    assert "    made for sm_80 sm_90 · capability 7.0\n" in spoken
    assert "    bf16 no · TF32 no · fp8 no\n" in spoken
    assert "    CUDA_VISIBLE_DEVICES=0" in spoken
    assert "\x1b" not in spoken


@pytest.mark.parametrize(
    ("torch", "nvml", "stub", "env", "rule"),
    [
        (None, "", "", {}, "no-torch"),
        ({**CUDA_TORCH, "available": False}, "", "init=803", {}, "versions-differ"),
        ({**CUDA_TORCH, "available": False}, "nvmlInit=18", "init=803", {}, "versions-differ"),
        ({**CUDA_TORCH, "available": False}, "nvmlInit=9", "init=100", {}, "driver-not-loaded"),
        ({**CUDA_TORCH, "available": False}, "", "init=999", {}, "memory-module"),
        ({**CUDA_TORCH, "available": False}, "", "init=100", {"CUDA_VISIBLE_DEVICES": "5"}, "hidden-by-variable"),
        ({**CUDA_TORCH, "cuda": "13.0", "available": False}, "", "", {}, "driver-too-old"),
        (CUDA_TORCH, "", "version=13000 major=12", {}, "no-code-for-gpu"),
    ],
)
def test_whole_machines(
    doctor: Callable[..., Any], torch: dict[str, Any] | None, nvml: str, stub: str, env: dict[str, str], rule: str
) -> None:
    assert [one["rule"] for one in doctor(torch, nvml=nvml, stub=stub, env=env)["findings"]][:1] == [rule]


def test_all_kernels(doctor: Callable[..., Any]) -> None:
    spoken = doctor(CUDA_TORCH, "--all")
    assert "ml " in spoken
    assert "python3 " in spoken
