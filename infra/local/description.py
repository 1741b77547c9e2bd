"""The description of a running demo: to programs as JSON, to people as a short block."""

import json
import re
from typing import Any

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
    kept = stack.folder.seeded
    if not kept.exists():
        return {"spaces": [], "people": [], "screen": None}
    text = re.sub(r"localhost:\d+", stack.host, kept.read_text())
    found: dict[str, Any] = json.loads(text)
    return {name: found.get(name) for name in ("spaces", "people", "screen")}


def described(stack: Stack) -> dict[str, Any]:
    """Describe all that a program needs in order to drive the demo."""
    public = f"http://{stack.host}"
    town = seeded(stack)
    space = town["spaces"][0]["url"].rstrip("/") if town["spaces"] else None
    return {
        "public": public,
        "data_dir": str(stack.folder.path),
        **town,
        "outbox": f"{public}/outbox/",
        "health": {"url": f"{public}/health/ready", "token": stack.secrets["health"]},
        "openapi": {
            "public": f"{public}/api/v1/openapi.json",
            "space": f"{space}/api/v1/openapi.json" if space else None,
        },
        "database": {
            "url": stack.cluster.url("troovon_app", stack.secrets["app"], DATABASE),
            "public_role": "troovon_public",
        },
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
        "pids": stack.pids(),
    }


def write(stack: Stack) -> dict[str, Any]:
    """Describe the stack in a file that only we may read, with what `troovon manage` needs."""
    found = described(stack)
    settings = stack.settings(with_owner=True)
    write_privately(stack.folder.description, {**found, "settings": settings})
    return found


def closing_block(stack: Stack, lang: str) -> str:
    """Write where to click, who to sign in as, where the e-mails are, that no money moves."""
    town = described(stack)
    lines = ["", _headline(town["public"]).in_(lang), ""]
    lines += [f"    {space['slug']:<14} {space['url']}" for space in town["spaces"]]
    lines += ["", Sentence("  Qui peut entrer :", "  Who can sign in:").in_(lang)]
    lines += _people(town["people"], lang)
    if town["screen"]:
        lines += ["", _screen(town["screen"]).in_(lang)]
    lines += ["", *(sentence.in_(lang) for sentence in _notes(town)), ""]
    return "\n".join(lines)


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


def _notes(town: dict[str, Any]) -> list[Sentence]:
    return [
        Sentence(
            f"  Les e-mails ne partent pas : ils se lisent sur {town['outbox']}",
            f"  E-mails are not sent: read them at {town['outbox']}",
        ),
        Sentence(
            f"  Aucun argent ne bouge : Stripe est simulé, {town['stripe']['dashboard']}",
            f"  No money moves: Stripe is simulated, {town['stripe']['dashboard']}",
        ),
        Sentence("  Ctrl-C arrête tout.", "  Ctrl-C stops everything."),
    ]
