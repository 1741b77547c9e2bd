"""Starts the simulator: `python -m infra.stripe_simulator --port 0`."""

import argparse
import dataclasses
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from infra.stripe_simulator.objects import destinations
from infra.stripe_simulator.server import Server, ready_line, welcome
from infra.stripe_simulator.settings import Settings
from infra.stripe_simulator.world import World

SECRETS = ("api-key", "snapshot-secret", "connected-secret", "thin-secret")
DEFAULTS = {"api-key": "sk_test_simulator"}
LAST_PORT = 65535


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="troovon stripe-simulator",
        description="Answers like Stripe on 127.0.0.1. No money moves.",
        epilog="Its page shows what it knows and has buttons for bad days: disputes, failed "
        "refunds and payouts, restricted accounts, lost events, time that passes.",
    )
    parser.add_argument("--port", type=_port, default=0, help="0, as without it, takes a free port")
    parser.add_argument(
        "--state-file", type=Path, help="keeps everything across restarts; without it, in memory"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="say where it is in one line of JSON, as it does when nobody sits at the terminal",
    )
    parser.add_argument("--webhooks-base", default="", help="where events are posted")
    parser.add_argument("--webhook-host", default="", help="the Host header sent with them")
    for name in SECRETS:
        variable = f"SIMULATOR_{name.replace('-', '_').upper()}"
        default = DEFAULTS.get(name, "")
        unless = f"; {default} unless given" if default else ""
        help_text = f"better given as {variable}, which `ps` does not show{unless}"
        parser.add_argument(f"--{name}", default=os.environ.get(variable, default), help=help_text)
    return parser.parse_args(argv)


def _port(written: str) -> int:
    """Return a port. Raises ArgumentTypeError with the valid range."""
    if not written.isdecimal() or int(written) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {LAST_PORT}")
    return int(written)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the simulator until it is told to stop."""
    given = _arguments(argv)
    if "_live_" in given.api_key:
        sys.stderr.write("This key moves real money; the simulator refuses to start with it.\n")
        return 2
    if not given.api_key:
        sys.stderr.write("Give a key, for instance SIMULATOR_API_KEY=sk_test_simulator.\n")
        return 2
    settings = Settings(
        api_key=given.api_key,
        base="",
        snapshot_secret=given.snapshot_secret,
        connected_secret=given.connected_secret,
        thin_secret=given.thin_secret,
        webhooks_base=given.webhooks_base.rstrip("/"),
        webhook_host=given.webhook_host,
        state_file=given.state_file,
    )
    return _run(given.port, settings, as_json=given.json or not sys.stdout.isatty())


def _opened(settings: Settings) -> World | None:
    """Return the stored state, or print a sentence with the reason of the failure."""
    try:
        return World(settings)
    except (OSError, sqlite3.Error, ValueError) as error:
        sys.stderr.write(f"The state file {settings.state_file} cannot be used: {error}.\n")
        return None


def _run(port: int, settings: Settings, *, as_json: bool) -> int:
    world = _opened(settings)
    if world is None:
        return 1
    try:
        server = Server(port, settings, world=world)
    except OSError as error:
        sys.stderr.write(f"The simulator cannot listen on 127.0.0.1:{port}: {error.strerror}.\n")
        return 1
    port = server.server_address[1]
    base = f"http://127.0.0.1:{port}"
    world.settings = dataclasses.replace(settings, base=base)
    with world.lock:
        destinations.furnish(world)
        world.deliveries.resume()
        world.store.save()

    def stop(_signal: int, _frame: object) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sys.stdout.write(ready_line(base, port) if as_json else welcome(base, settings.api_key))
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.1)
    server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
