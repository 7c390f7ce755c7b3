"""What the GPUs and their holders did, in columns: gaps are null, what is old goes, and one asks for what is new."""

from __future__ import annotations

from jupyter_mlgit.environment import history
from jupyter_mlgit.environment.history import Ring
from tests.environment.samples import GPU, PROCESS, gpus


def test_columns_have_a_number_for_each_reading() -> None:
    ring = Ring()
    ring.add(0, gpus(GPU(utilization=1), PROCESS(memory=10)))
    ring.add(3, gpus(GPU(utilization=None), GPU(index=1, utilization=5)))
    held = [PROCESS(memory=memory) for memory in (30, None, 4)]
    ring.add(6, gpus(GPU(utilization=None), GPU(index=1, utilization=6), *held))
    told = ring.since(None, 6.5)
    assert (told.first, told.ages) == (1, [6.5, 3.5, 0.5])
    assert [(one.gpu, one.utilization) for one in told.gpus] == [(0, [1, None, None]), (1, [None, 5, 6])]
    assert [(one.kernel, one.memory) for one in told.holders] == [("abc", [10, None, None])]


def test_slices_come_after_their_gpu() -> None:
    ring = Ring()
    ring.add(0, gpus(GPU(slice=1), GPU(slice=0), GPU(), GPU(index=1)))
    assert [(one.gpu, one.slice) for one in ring.since(None, 0).gpus] == [(0, None), (0, 0), (0, 1), (1, None)]


def test_one_asks_for_what_one_does_not_have() -> None:
    ring = Ring()
    for at in range(5):
        ring.add(at, gpus(GPU(utilization=at)))
    assert (ring.since(3, 4).first, ring.since(3, 4).gpus[0].utilization) == (4, [3, 4])
    assert (ring.since(5, 4).first, ring.since(5, 4).ages) == (6, [])
    # One of a server that has been started anew since.
    assert ring.since(99, 4).first == 1


def test_what_is_old_goes() -> None:
    ring = Ring()
    for at in range(0, 1000, 100):
        ring.add(at, gpus(GPU()))
    told = ring.since(None, 900)
    assert (told.first, told.ages[0]) == (4, history.SPAN)
    assert ring.since(1, 900).first == 4


def test_holders_are_notebooks_what_they_left_behind_and_ones_own_programs() -> None:
    ring = Ring()
    ring.add(
        0,
        gpus(
            GPU(),
            PROCESS(memory=1),
            PROCESS(kernel=None, memory=2),
            PROCESS(notebook=None, pid=7, memory=3),
            PROCESS(notebook=None, pid=None, owner="another-user", memory=9),
        ),
    )
    assert [(one.kernel, one.notebook, one.pid, one.memory) for one in ring.since(None, 0).holders] == [
        (None, None, 7, [3]),
        (None, "train.ipynb", None, [2]),
        ("abc", "train.ipynb", None, [1]),
    ]


def test_there_is_an_end_to_holders() -> None:
    ring = Ring()
    ring.add(0, gpus(GPU(), *(PROCESS(notebook=None, pid=pid, memory=pid) for pid in range(2, 200))))
    told = ring.since(None, 0).holders
    assert (len(told), told[0].pid) == (history.HOLDERS, 199)


def test_a_line_belongs_to_a_gpu_and_not_to_its_index() -> None:
    ring = Ring()
    ring.add(0, gpus(GPU(utilization=1), GPU(index=1, utilization=5), PROCESS(gpu=1, memory=7)))
    ring.add(3, gpus(GPU(index=0, uuid="GPU-1", utilization=6), PROCESS(gpu=0, memory=8)))
    told = ring.since(None, 3)
    assert {one.uuid: one.utilization for one in told.gpus} == {"GPU-0": [1, None], "GPU-1": [5, 6]}
    assert [(one.uuid, one.gpu, one.memory) for one in told.holders] == [("GPU-1", 0, [7, 8])]


def test_what_has_no_name_is_known_by_its_index() -> None:
    ring = Ring()
    for at in range(2):
        ring.add(at, gpus(GPU(uuid=None), GPU(uuid=None, slice=0)))
    assert [(one.uuid, one.slice, len(one.utilization)) for one in ring.since(None, 1).gpus] == [
        (None, None, 2),
        (None, 0, 2),
    ]
