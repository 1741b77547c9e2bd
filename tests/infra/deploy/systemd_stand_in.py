#!/usr/bin/env python3
"""Replace systemd inside a container, where it cannot run: start the programs of the units.

Installed as `systemctl` and `systemd-run`. It has the commands of the runbook alone.
"""

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

UNITS, RUNNING = Path("/etc/systemd/system"), Path("/run/shim")
SERVERS = {
    "postgresql@18-main": "pg_ctlcluster 18 main restart",
    "caddy": "caddy validate --config /etc/caddy/Caddyfile",
}


def run(words: list[str], folder: str = "/", *, may_fail: bool = False) -> int:
    """Run a program to its end."""
    return subprocess.run(words, cwd=folder, check=not may_fail).returncode  # noqa: S603 - our own words


def values(text: str, name: str) -> list[str]:
    """Return the values of a setting of a unit."""
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


def environment(pairs: list[str], files: list[str]) -> list[str]:
    """Return the variables of a unit's process, as arguments of `env`."""
    given = [f"PATH={os.environ['PATH']}"]
    for name in files:
        path = Path(name.lstrip("-"))
        if path.exists():
            given += [line for line in path.read_text().splitlines() if "=" in line]
        elif not name.startswith("-"):
            sys.exit(f"{name} does not exist")
    return given + [word for line in pairs for word in shlex.split(line)]


def start(name: str) -> None:
    """Start a unit; wait for its end if it is a oneshot."""
    base, _at, instance = name.removesuffix(".service").partition("@")
    text = (UNITS / f"{base}{'@' if instance else ''}.service").read_text().replace("%i", instance)
    for folder in " ".join(values(text, "StateDirectory")).split():
        run(["install", "-d", "-o", "troovon", f"/var/lib/{folder}"])
    given = environment(values(text, "Environment"), values(text, "EnvironmentFile"))
    [user], [folder] = values(text, "User"), values(text, "WorkingDirectory")
    for command in values(text, "ExecStart"):
        words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        words += ["env", "-i", *given, *shlex.split(command)]
        if values(text, "Type") == ["oneshot"]:
            run(words, folder)
            continue
        log = (RUNNING / f"{name}.log").open("ab")
        process = subprocess.Popen(  # noqa: S603 - our own words
            words, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
        (RUNNING / f"{name}.pid").write_text(str(process.pid))


def stop(name: str) -> None:
    """End a unit's process, and wait until it is gone."""
    path = RUNNING / f"{name}.pid"
    if not path.exists():
        return
    process = int(path.read_text())
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        os.kill(process, signal.SIGTERM)
        for _ in range(900):
            status = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
            if status == "Z":
                break
            time.sleep(0.1)
    path.unlink()


def start_all() -> None:
    """Start the broker, which its package would, and each unit that the target wants."""
    run(["valkey-server", "--port", "6379", "--daemonize", "yes"])
    wanted = " ".join(values((UNITS / "troovon.target").read_text(), "Wants")).split()
    for name in wanted:
        if name.endswith(".service"):
            start(name.removesuffix(".service"))


def restart(name: str) -> None:
    """Replace a unit's process, or run the command of SERVERS."""
    if name in SERVERS:
        run(shlex.split(SERVERS[name]))
    else:
        stop(name)
        start(name)


def systemctl(words: list[str]) -> None:
    """Run a command of `systemctl`."""
    RUNNING.mkdir(exist_ok=True)
    match words:
        case ["daemon-reload"]:
            pass
        case ["enable", "--now", "troovon.target"]:
            start_all()
        case ["restart", *names]:
            for name in names:
                restart(name)
        case _:
            sys.exit(f"systemctl {words[0]} is not known here")


def systemd_run(words: list[str]) -> None:
    """Run a command with the properties of a unit."""
    options = [word for word in words if word.startswith("--")]
    command = words[len(options) :]
    named = dict(word[2:].split("=", 1) for word in options if "=" in word)
    files = [word.split("EnvironmentFile=")[1] for word in options if "EnvironmentFile=" in word]
    given = environment([named["setenv"]], files)
    words = ["setpriv", f"--reuid={named['uid']}", f"--regid={named['uid']}", "--clear-groups"]
    words += ["env", "-i", "DATA_DIR=/var/lib/troovon", *given, *command]
    sys.exit(run(words, named["working-directory"], may_fail=True))


if __name__ == "__main__":
    act = systemd_run if Path(sys.argv[0]).name == "systemd-run" else systemctl
    act(sys.argv[1:])
