import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from infra.local import processes
from infra.local.words import Trouble
from tests.fixtures.patience import PATIENCE


def run(tmp_path: Path, *args: str) -> processes.Child:
    return processes.start("it", [sys.executable, "-c", *args], log=tmp_path / "it.log")


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while is_alive(pid) and time.monotonic() < deadline:
        os.sched_yield()
    return not is_alive(pid)


def test_a_program_that_fails_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    child = run(tmp_path, "import sys; sys.exit('the last thing it said')")
    with pytest.raises(Trouble, match="the last thing it said"):
        processes.finish(child, seconds=PATIENCE)


def test_a_full_disk_is_one_sentence_and_no_log(tmp_path: Path) -> None:
    child = run(tmp_path, "import sys; sys.exit('FATAL: No space left on device')")
    with pytest.raises(Trouble) as trouble:
        processes.finish(child, seconds=PATIENCE)
    assert trouble.value.sentence.fr.startswith("Le disque est plein")


def test_a_program_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    child = run(tmp_path, "import time; time.sleep(60)")
    with pytest.raises(Trouble):
        processes.finish(child, seconds=0.1)
    assert child.has_ended()


def test_waiting_ends_when_the_program_that_was_to_bring_it_ends(tmp_path: Path) -> None:
    child = run(tmp_path, "import sys; sys.exit(3)")
    with pytest.raises(processes.ChildEnded, match="code 3"):
        processes.wait_until(lambda: False, child, seconds=PATIENCE)


def test_first_line_of_a_process_says_that_it_is_ready(tmp_path: Path) -> None:
    program = "print('ready on 1', flush=True); import time; time.sleep(60)"
    words, ready = [sys.executable, "-c", program], tmp_path / "ready"
    child = processes.start("it", words, log=tmp_path / "it.log", stdout=ready)
    assert processes.first_line(child, ready, seconds=PATIENCE) == "ready on 1"
    processes.stop([child])


def test_deaf_process_is_killed_with_its_children(tmp_path: Path) -> None:
    pid_file = tmp_path / "grandchild"
    child = run(
        tmp_path,
        textwrap.dedent(f"""
            import pathlib, signal, subprocess, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            other = subprocess.Popen(["sleep", "60"])
            pathlib.Path({str(pid_file)!r}).write_text(str(other.pid) + "\\n")
            time.sleep(60)
        """),
    )
    processes.wait_until(
        lambda: pid_file.exists() and pid_file.read_text() != "", child, seconds=PATIENCE
    )
    processes.stop([child], patience=0.2)
    assert child.process.returncode == -signal.SIGKILL
    assert wait_until_gone(int(pid_file.read_text()))


@pytest.mark.parametrize(
    "kernel",
    [
        pytest.param("", id="the kernel ends them"),
        pytest.param("processes._libc = None", id="the watcher ends them"),
    ],
)
def test_no_child_outlives_a_killed_parent(tmp_path: Path, kernel: str) -> None:
    program = textwrap.dedent(f"""
        import pathlib, sys, time
        from infra.local import processes
        {kernel}
        child = processes.start("it", ["sleep", "60"], log=pathlib.Path({str(tmp_path / "log")!r}))
        print(child.pid, flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], cwd=processes.ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.kill()
    assert wait_until_gone(pid)


def test_the_command_ends_with_a_killed_uv(tmp_path: Path) -> None:
    """`uv run` passes every signal on but SIGKILL."""
    uv = tmp_path / "uv"
    uv.write_bytes(Path("/bin/sh").read_bytes())
    uv.chmod(0o755)
    program = textwrap.dedent("""
        import os, time
        from infra.local import interruption
        interruption.listen()
        try:
            print(os.getpid(), flush=True)
            time.sleep(60)
        except interruption.Interrupted:
            print("ended in order", flush=True)
    """)
    (tmp_path / "program.py").write_text(program)
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [str(uv), "-c", f"{sys.executable} {tmp_path}/program.py & wait"],
        cwd=processes.ROOT,
        env={**os.environ, "PYTHONPATH": str(processes.ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
        assert parent.stdout.read() == "ended in order\n"
    assert wait_until_gone(pid)
