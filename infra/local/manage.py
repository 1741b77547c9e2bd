"""`troovon manage COMMAND`: Django's command line, in the environment of the demo that runs."""

import json
import secrets
import shlex
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from infra.local import datadir, environment
from infra.local.processes import ROOT
from infra.local.words import Trouble

# Commands on code alone, or that only print the right command to use here.
WITHOUT_DATABASE = frozenset({
    *("check", "diffsettings", "help", "makemigrations", "spectacular", "version", "words"),
    *(path.stem for path in (ROOT / "saas/kernel/management/commands").glob("[!_]*.py")),
})  # fmt: skip
# Commands on the whole database run as its owner, as in production.
AS_OWNER = frozenset({"prepare", "rewind"})
HELP = ("-h", "--help")


def split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part our own options, before or behind the command, from the command's own words."""
    own: list[str] = []
    passed: list[str] = []
    rest = iter(words)
    for word in rest:
        asks_for_help = word in HELP and not passed
        if word == "--":
            passed += [word, *rest]
        elif word == "--data-dir":
            own += [word, *islice(rest, 1)]
        elif asks_for_help or word == "--as-owner" or word.startswith("--data-dir="):
            own.append(word)
        else:
            passed.append(word)
    return own, passed


def environment_for(
    words: Sequence[str], *, data_dir: Path, as_owner: bool = False
) -> dict[str, str]:
    """Compose the environment of a command: the running demo's, or throw-away values.

    A command works as the app's login with the owner's and all secrets at hand. Raises Trouble
    where it needs a database and no demo runs.
    """
    as_owner = as_owner or words[0] in AS_OWNER
    kind = "manage" if as_owner else "demo"
    description = data_dir / datadir.DESCRIPTION
    is_held = datadir.is_held(data_dir)
    if is_held and description.exists():
        return environment.of_process(kind, json.loads(description.read_text())["settings"])
    if words[0] in WITHOUT_DATABASE or any(word in HELP for word in words):
        return environment.of_process("manage", _throw_away(data_dir))
    if is_held:
        raise Trouble(
            f"La démo de {data_dir} n’est pas encore prête : attendez qu’elle le dise, "
            "puis relancez la commande.",
            f"The demo in {data_dir} is not ready yet: wait until it says so, "
            "then run the command again.",
        )
    start = "uv run troovon demo"
    if data_dir.resolve() != ROOT / ".troovon":
        start += f" --data-dir {shlex.quote(str(data_dir))}"
    raise Trouble(
        f"Aucune démo ne tourne dans {data_dir} : lancez-la avec `{start}`, ou donnez son dossier "
        "avec --data-dir. Sur une base à vous, c’est `manage.py`.",
        f"No demo is running in {data_dir}: start it with `{start}`, or give its folder with "
        "--data-dir. On a database of your own, it is `manage.py`.",
    )


def _throw_away(data_dir: Path) -> dict[str, str]:
    """Return settings that load the code without access to any service."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": "postgresql://troovon_app@127.0.0.1:1/troovon",
        "MAIL_URL": "outbox:",
        "DATA_DIR": str(data_dir.resolve() / "product"),
        "STRIPE_SECRET_KEY": "sk_test_nobody",
        "STRIPE_API_BASE": "http://127.0.0.1:1",
        "TROOVON_ENV": "demo",
        "DJANGO_SETTINGS_MODULE": "saas.settings",
        "PYTHONWARNINGS": "ignore::RuntimeWarning",  # that no database answers
    }
