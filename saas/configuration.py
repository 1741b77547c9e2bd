"""Wrong values of environment variables, each with a sentence, before anything starts.

A sentence names the variable and the remedy, never the value of a secret.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from saas.addresses import founding_cells
from saas.environment import HOLDERS, PROCESSES
from saas.variables import encryption
from saas.variables.checks import CHECKS
from saas.variables.servers import STRIPE, is_list_of_cells


class Wrong(NamedTuple):
    """Variable with an impossible value, and a sentence with the remedy."""

    variable: str
    sentence: str


def refuse(environ: Mapping[str, str] = os.environ) -> None:
    """Exit the process with a sentence for each variable with an impossible value."""
    found = wrong_values(environ)
    if found:
        raise SystemExit(
            "\n".join(f"Troovon does not start: {one.variable} {one.sentence}" for one in found)
        )


def wrong_values(environ: Mapping[str, str]) -> list[Wrong]:
    """Return the variables with an impossible value; missing variables are checked elsewhere."""
    held = {name: value for name, value in environ.items() if value and _is_held(name, environ)}
    found = [
        Wrong(name, sentence)
        for name, check in CHECKS.items()
        if name in held and (sentence := check(held[name]))
    ]
    return found + _wrong_together(held)


def _is_held(name: str, environ: Mapping[str, str]) -> bool:
    """Return True unless a process of this kind ignores the variable."""
    process = environ.get("TROOVON_PROCESS", "manage")
    return process not in PROCESSES or name not in HOLDERS or process in HOLDERS[name]


def _wrong_together(held: Mapping[str, str]) -> list[Wrong]:
    """Return values that are right alone and wrong beside others."""
    found = _wrong_money(held) + _wrong_cells(held)
    found += [Wrong(name, sentence) for name, sentence in encryption.unencrypted(held)]
    if "ClamScanner" in held.get("VIRUS_SCANNER", "") and not held.get("VIRUS_SCANNER_URL"):
        found.append(Wrong("VIRUS_SCANNER_URL", "is missing: tcp://clamav:3310 in compose."))
    if bool(held.get("VAPID_PUBLIC_KEY")) < bool(held.get("VAPID_PRIVATE_KEY")):
        found.append(
            Wrong("VAPID_PUBLIC_KEY", "is missing beside VAPID_PRIVATE_KEY: browsers need it.")
        )
    return found


def _wrong_money(held: Mapping[str, str]) -> list[Wrong]:
    """Return what brings real money and invented things together."""
    key, mode = held.get("STRIPE_SECRET_KEY", ""), held.get("STRIPE_MODE", "")
    if key and mode in {"live", "test"} and ("_live_" in key) != (mode == "live"):
        return [Wrong("STRIPE_MODE", f"is {mode}, and the key is not.")]
    if "_live_" not in key and mode != "live":
        return []
    found = []
    if held.get("STRIPE_API_BASE", STRIPE).rstrip("/") != STRIPE:
        found.append(
            Wrong("STRIPE_API_BASE", "leads to a simulator, and Stripe is live: leave it empty.")
        )
    if _is_fictional(Path(held.get("SELLER_FILE", ""))):
        found.append(Wrong("SELLER_FILE", "names the demo's fictional seller, and Stripe is live."))
    return found


def _wrong_cells(held: Mapping[str, str]) -> list[Wrong]:
    """Return what CELL_OWNERS and FOUNDING_CELLS name beside CELLS."""
    if not all(is_list_of_cells(held.get(name, "")) for name in ("CELLS", "CELL_OWNERS")):
        return []  # a sentence of its own
    known = {word.partition("=")[0] for word in held.get("CELLS", "").split()}
    owners = {word.partition("=")[0] for word in held.get("CELL_OWNERS", "").split()}
    found = []
    if owners and owners != known:
        names = ", ".join(sorted(owners ^ known))
        found.append(Wrong("CELL_OWNERS", f"and CELLS name different cells: {names}."))
    try:
        founding_cells(held.get("FOUNDING_CELLS", ""), known)
    except ValueError:
        found.append(Wrong("FOUNDING_CELLS", "names a cell that CELLS does not name."))
    return found


def _is_fictional(path: Path) -> bool:
    try:
        read = json.loads(path.read_text()) if path.is_file() else {}
    except (OSError, ValueError):
        return False  # said by the check of the file itself
    return isinstance(read, dict) and bool(read.get("fictional"))
