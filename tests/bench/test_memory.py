"""Memory of process families: shared pages once, descendants of every thread, the dead nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.memory import family, pss_mb

on_linux = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's smaps_rollup")


def process(proc: Path, pid: int, kilobytes: int, children: dict[int, str]) -> None:
    """A process of `proc`; its children by the thread that started them."""
    for thread, pids in {pid: "", **children}.items():
        (proc / str(pid) / "task" / str(thread)).mkdir(parents=True)
        (proc / str(pid) / "task" / str(thread) / "children").write_text(pids)
    rollup = f"00400000-7fff0000 ---p 00000000 00:00 0 [rollup]\nRss: 99999 kB\nPss: {kilobytes} kB\nPss_Dirty: 7 kB\n"
    (proc / str(pid) / "smaps_rollup").write_text(rollup)


def test_descendants_of_every_thread_count_once(tmp_path: Path) -> None:
    process(tmp_path, 1, 1024, {1: "2 ", 11: "3 "})
    process(tmp_path, 2, 512, {2: "4 "})
    process(tmp_path, 3, 512, {})
    process(tmp_path, 4, 1024, {})
    assert family([1, 4], tmp_path) == {1, 2, 3, 4}
    assert pss_mb([1, 4], tmp_path) == 3.0


def test_a_process_that_has_ended_counts_nothing(tmp_path: Path) -> None:
    process(tmp_path, 1, 2048, {1: "2 "})
    assert pss_mb([1, 9], tmp_path) == 2.0


@on_linux
def test_a_child_with_much_memory_is_found_from_its_parent() -> None:
    code = "held = b'x' * (64 << 20); print('ready', flush=True); input()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert pss_mb([child.pid]) >= 64
        assert child.pid in family([os.getpid()])
        child.kill()
