"""The command `troovon`: a word for each task of a developer in the checkout."""

import argparse
import errno
import importlib.util
import itertools
import locale
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from infra.local import demo, interruption, manage
from infra.local.processes import ROOT
from infra.local.words import DISK_FULL, Sentence, Trouble

LANGUAGES = ("fr", "en")
WRONG_USE = 2
# Words of separate programs; the remaining arguments are passed on.
MODULES = {
    "bench": "infra.benches",
    "code": "infra.local.authenticator",
    "drill": "infra.drills",
    "image": "infra.local.shipping.image",
    "pins": "infra.pins",
    "screenshots": "infra.screenshots",
    "stripe-simulator": "infra.stripe_simulator",
}
COMMANDS = {
    "addresses": "addresses",
    "companies": "companies",
    "migrate": "prepare",
    "space": "space",
    "staff": "staff",
    "streets": "streets",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; report an expected error in a sentence, without a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    lang = _language(words)
    try:
        return _dispatch(words, lang)
    except Trouble as trouble:
        return _refuse(trouble.sentence, lang)
    except interruption.Interrupted:
        return interruption.EXIT_CODE
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _refuse(DISK_FULL, lang)


def _dispatch(words: list[str], lang: str) -> int:
    first = words[0] if words else ""
    if first in MODULES and importlib.util.find_spec(MODULES[first]):
        return _run([sys.executable, "-m", MODULES[first], *words[1:]])
    if first in COMMANDS:
        return _run([sys.executable, str(ROOT / "manage.py"), COMMANDS[first], *words[1:]])
    if first == "manage":
        return _manage(words[1:], lang)
    if first == "words":
        return _manage(words, lang)
    return _demo(words or ["--help"], lang)


def _manage(words: list[str], lang: str) -> NoReturn:
    """Become `manage.py`, with the environment of the demo that runs."""
    own, passed = manage.split(words)
    parser = _Parser(lang, prog="troovon manage", usage="troovon manage [options] COMMAND …")
    parser.add_argument("-h", "--help", action="help", help=parser.say("cette aide", "this help"))
    _add_data_dir(parser)
    parser.add_argument(
        "--as-owner",
        action="store_true",
        help=parser.say("avec les droits du propriétaire", "with the owner’s rights"),
    )
    parsed = parser.parse_args(own)
    passed = passed or ["help"]
    env = manage.environment_for(passed, data_dir=parsed.data_dir, as_owner=parsed.as_owner)
    args = [sys.executable, str(ROOT / "manage.py"), *passed]
    os.execve(args[0], args, env)  # noqa: S606 - our own interpreter and our own module


def _run(args: list[str]) -> NoReturn:
    """Become the program that does it: its keys, signals and exit code are its own."""
    os.chdir(ROOT)
    os.execv(args[0], args)  # noqa: S606 - our own interpreter and our own module


def _demo(words: list[str], lang: str) -> int:
    parsed = _parser(lang).parse_args(words)
    _note_missing_locale(lang)
    options = demo.DemoOptions(
        port=parsed.port,
        data_dir=parsed.data_dir,
        lang=lang,
        reset=parsed.reset,
        as_json=parsed.json,
        reload=parsed.reload,
        spoken=parsed.lang or "fr",  # pages are French unless --lang is given
        cells=parsed.cells,
    )
    return demo.check(options) if parsed.check else demo.run(options)


class _Parser(argparse.ArgumentParser):
    """Options in the person's language, and a single sentence if they are wrong."""

    def __init__(self, lang: str, *, prog: str = "troovon", usage: str | None = None) -> None:
        self.lang = lang
        super().__init__(prog=prog, usage=usage, add_help=False)

    def say(self, fr: str, en: str) -> str:
        """Choose the language of a help text."""
        return Sentence(fr, en).in_(self.lang)

    def error(self, message: str) -> NoReturn:
        """Exit with the usage and an error for wrong arguments."""
        prefix = self.say("Je ne comprends pas cette commande", "I do not understand this command")
        sys.stderr.write(f"{prefix} ({message}).\n{self.format_usage()}")
        raise SystemExit(WRONG_USE)


def _parser(lang: str) -> argparse.ArgumentParser:
    parser = _Parser(lang)
    say = parser.say
    parser.add_argument("-h", "--help", action="help", help=say("cette aide", "this help"))
    words = "demo, " + ", ".join(sorted([*_modules(), *COMMANDS, "manage", "words"]))
    parser.add_argument("command", choices=["demo"], metavar="command", help=words)
    parser.add_argument(
        "--port",
        type=int,
        help=say("port du site (8000 ou le suivant)", "port of the site (8000 or the next)"),
    )
    _add_data_dir(parser)
    flags = {
        "--reset": say("effacer les données et repartir de zéro", "erase the data, start anew"),
        "--json": say("une ligne JSON pour les programmes", "one JSON line for programs"),
        "--check": say("jouer le parcours principal et vérifier", "do the main job and check it"),
        "--reload": say("relancer le site quand le code change", "restart when the code changes"),
    }
    for flag, text in flags.items():
        parser.add_argument(flag, action="store_true", help=text)
    parser.add_argument("--lang", choices=LANGUAGES, help="fr, en")
    parser.add_argument(
        "--cells",
        type=int,
        choices=(1, 2),
        default=1,
        help=say("serveurs PostgreSQL des espaces", "PostgreSQL servers that hold the spaces"),
    )
    return parser


def _add_data_dir(parser: _Parser) -> None:
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=ROOT / ".troovon",
        help=parser.say("dossier des données (.troovon)", "data folder (.troovon)"),
    )


def _modules() -> list[str]:
    return [word for word, module in MODULES.items() if importlib.util.find_spec(module)]


def _language(words: Sequence[str]) -> str:
    """Choose the language before anything can go wrong: asked for, or the locale's, or French."""
    for word, following in itertools.pairwise([*words, ""]):
        if word == "--lang" and following in LANGUAGES:
            return following
        if word.startswith("--lang=") and word[7:] in LANGUAGES:
            return word[7:]
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return "en" if spoken.startswith("en") else "fr"


def _note_missing_locale(lang: str) -> None:
    """Warn of a missing locale; the demo works without it."""
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        note = Sentence(
            "La locale demandée par LANG ou LC_ALL n’est pas installée : la démo s’en passe.",
            "The locale that LANG or LC_ALL asks for is not installed: the demo does without it.",
        )
        sys.stderr.write(f"{note.in_(lang)}\n")


def _refuse(sentence: Sentence, lang: str) -> int:
    sys.stderr.write(f"\n{sentence.in_(lang)}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
