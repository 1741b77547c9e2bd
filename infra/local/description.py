"""The description of a running demo: to programs as JSON, to people as a short block."""

import json
import re
from typing import Any

from infra.local import cells
from infra.local.datadir import write_privately
from infra.local.stack import DATABASE, Stack
from infra.local.words import Sentence

LEDGER = {"transactions": "billing_ledgertransaction", "entries": "billing_ledgerentry"}
ROLES = {
    "hr": Sentence("RH", "HR"),
    "employee": Sentence("Salarié", "Employee"),
    "moderator": Sentence("Modération", "Moderator"),
    "merchant": Sentence("Commerçant", "Merchant"),
    "treasurer": Sentence("Trésorerie du CSE", "Council’s treasurer"),
    "operator": Sentence("Opérateur", "Operator"),
    "stranger": Sentence("D’un autre espace", "Of another space"),
}


def seeded(stack: Stack) -> dict[str, Any]:
    """Read the spaces and people that were seeded, at the port of today."""
    seeded_file = stack.folder.seeded
    if not seeded_file.exists():
        return {"spaces": [], "people": [], "screen": None}
    text = re.sub(r"localhost:\d+", stack.host, seeded_file.read_text())
    found: dict[str, Any] = json.loads(text)
    for space in found["spaces"]:
        space["cell"] = _places(stack).get(space["schema"], cells.HOME)
    return {name: found.get(name) for name in ("spaces", "people", "screen")}


def _places(stack: Stack) -> dict[str, str]:
    """Return the cluster of each space, where there are two."""
    return stack.cell.places(_app_url(stack)) if stack.cell else {}


def _app_url(stack: Stack) -> str:
    return stack.cluster.url("troovon_app", stack.secrets["app"], DATABASE)


def _cells(stack: Stack, spaces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Describe the clusters beside home, with the spaces that live in each."""
    if stack.cell is None:
        return []
    there = [space["slug"] for space in spaces if space["cell"] == cells.NAME]
    return [{"name": cells.NAME, "url": stack.cell.url("app"), "spaces": there}]


def described(stack: Stack) -> dict[str, Any]:
    """Describe all that a program needs in order to drive the demo."""
    public = f"http://{stack.host}"
    world = seeded(stack)
    space = world["spaces"][0]["url"].rstrip("/") if world["spaces"] else None
    return {
        "public": public,
        "data_dir": str(stack.folder.path),
        **world,
        "outbox": f"{public}/outbox/",
        "health": {"url": f"{public}/health/ready", "token": stack.secrets["health"]},
        "metrics": {"url": f"{public}/metrics", "token": stack.secrets["metrics"]},
        "openapi": {
            "public": f"{public}/api/v1/openapi.json",
            "space": f"{space}/api/v1/openapi.json" if space else None,
        },
        "database": {
            "url": _app_url(stack),
            "public_role": "troovon_public",
        },
        "cells": _cells(stack, world["spaces"]),
        "ledger": LEDGER,
        "valkey": stack.valkey.url(),
        "stripe": {
            "api_base": stack.stripe_base,
            "api_key": stack.stripe_key,
            "webhook_secrets": {
                name: f"whsec_{stack.secrets[name]}" for name in ("snapshot", "connected", "thin")
            },
            "dashboard": f"{stack.stripe_base}/",
        },
        "oidc": {"issuer": f"http://127.0.0.1:{stack.provider_port}"},
        "pids": stack.pids(),
    }


def write(stack: Stack) -> dict[str, Any]:
    """Describe the stack in a private file, with the settings for `troovon manage`."""
    found = described(stack)
    settings = stack.settings(with_owner=True)
    write_privately(stack.folder.description, {**found, "settings": settings})
    return found


def closing_block(stack: Stack, lang: str) -> str:
    """Return the closing text: links, sign-ins, the e-mails' page, and that no real money moves."""
    world = described(stack)
    lines = ["", _headline(world["public"]).in_(lang), ""]
    lines += [_space(space, lang) for space in world["spaces"]]
    lines += ["", Sentence("  Qui peut entrer :", "  Who can sign in:").in_(lang)]
    lines += _people(world["people"], lang)
    if world["screen"]:
        lines += ["", _screen(world["screen"]).in_(lang)]
    lines += ["", *(sentence.in_(lang) for sentence in _notes(world)), ""]
    return "\n".join(lines)


def _space(space: dict[str, Any], lang: str) -> str:
    """Show a space; a space in a cell with the name of the cell."""
    cell = space["cell"]
    where = "" if cell == cells.HOME else Sentence(f"(cellule {cell})", f"(cell {cell})").in_(lang)
    return f"    {space['slug']:<14} {space['url']}  {where}".rstrip()


def _screen(url: str) -> Sentence:
    return Sentence(
        f"  Voici ce qui pend près de la machine à café : {url}",
        f"  This is what hangs by the coffee machine: {url}",
    )


def _headline(public: str) -> Sentence:
    return Sentence(f"  Troovon est prêt : {public}", f"  Troovon is ready: {public}")


def _people(people: list[dict[str, Any]], lang: str) -> list[str]:
    """Show the first person of each role; the others are in the JSON."""
    shown: dict[str, dict[str, Any]] = {}
    for person in people:
        shown.setdefault(person["role"], person)
    return [
        f"    {ROLES[role].in_(lang):<20} {person['email']:<34} "
        f"{person['password']:<18} {person['url']}"
        for role, person in shown.items()
        if role in ROLES
    ]


def _notes(world: dict[str, Any]) -> list[Sentence]:
    return [
        Sentence(
            f"  Les e-mails ne partent pas : ils se lisent sur {world['outbox']}",
            f"  E-mails are not sent: read them at {world['outbox']}",
        ),
        Sentence(
            f"  Aucun argent ne bouge : Stripe est simulé, {world['stripe']['dashboard']}",
            f"  No money moves: Stripe is simulated, {world['stripe']['dashboard']}",
        ),
        Sentence(
            "  Opérateur et trésorerie ont un second facteur : « troovon code » donne le code.",
            "  Operator and treasurer have a second factor: `troovon code` prints the code.",
        ),
        Sentence("  Ctrl-C arrête tout.", "  Ctrl-C stops everything."),
    ]
