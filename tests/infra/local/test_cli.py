import os
import runpy
import socket
import sys
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from infra.local import cli, demo
from infra.local.processes import ROOT
from infra.local.words import DISK_FULL, Trouble
from tests.fixtures.programs import run_program


def run_here(_program: str, args: list[str], _environment: Any = None) -> None:
    """Run in this process the program that would replace it."""
    sys.argv = args[1:]
    if args[1] == "-m":
        sys.argv = args[2:]
        runpy.run_module(args[2], run_name="__main__", alter_sys=True)
    runpy.run_path(args[1], run_name="__main__")


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize("word", ["demo", "manage", "words", *cli.MODULES, *cli.COMMANDS])
def test_each_word_of_troovon_leads_to_its_help(
    word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setattr(os, "execv", run_here)
    monkeypatch.setattr(os, "execve", run_here)
    with pytest.raises(SystemExit) as ended:
        cli.main([word, "--help"])
    output = capsys.readouterr()
    assert (ended.value.code or 0, output.err) == (0, "")
    assert output.out.startswith("usage: ")


def test_troovon_becomes_the_program_that_it_is_asked_for() -> None:
    done = run_program(
        [sys.executable, "-m", "infra.local.cli", "drill", "--help"],
        env={**os.environ, "LANG": "en"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: ")


@pytest.mark.parametrize(
    ("words", "locale", "lang", "spoken"),
    [
        (["demo"], "fr_FR.UTF-8", "fr", "fr"),
        (["demo"], "en_GB.UTF-8", "en", "fr"),
        (["demo"], "C.UTF-8", "fr", "fr"),
        (["demo", "--lang", "fr"], "en_GB.UTF-8", "fr", "fr"),
        (["demo", "--lang=en"], "fr_FR.UTF-8", "en", "en"),
    ],
)
def test_we_speak_as_asked_then_by_the_locale_and_the_town_french_unless_asked(
    words: list[str], locale: str, lang: str, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Mock(return_value=0)
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setattr(demo, "run", run)
    assert cli.main(words) == 0
    (options,) = run.call_args.args
    assert (options.lang, options.spoken) == (lang, spoken)


@pytest.mark.parametrize(
    ("trouble", "lang", "sentence"),
    [
        (Trouble("Une phrase.", "One sentence."), "en", "One sentence."),
        (OSError(28, "No space left on device"), "fr", DISK_FULL.fr),
    ],
)
def test_trouble_or_a_full_disk_is_one_sentence_and_no_trace(
    trouble: Exception,
    lang: str,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(demo, "run", Mock(side_effect=trouble))
    assert cli.main(["demo", "--lang", lang]) == 1
    output = capsys.readouterr()
    assert (output.err.strip(), output.out) == (sentence, "")


def test_a_missing_locale_is_reported_and_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    monkeypatch.setattr(demo, "run", lambda _wishes: 0)
    assert cli.main(["demo"]) == 0
    assert capsys.readouterr().err.startswith("La locale demandée par LANG ou LC_ALL")


@pytest.mark.parametrize("words", [["demos"], ["demo", "--prot", "1"], ["demo", "--lang", "de"]])
def test_unknown_words_get_one_sentence_and_the_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("Je ne comprends pas cette commande")


def test_check_plays_the_main_job_on_a_stack_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "run", Mock(side_effect=Trouble("Non.", "No.")))
    monkeypatch.setattr(demo, "check", lambda wishes: 7 if wishes.as_json else 1)
    assert cli.main(["demo", "--check", "--json"]) == 7


def test_a_port_that_is_refused_costs_no_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "format").write_text("of an earlier demo")
    with socket.socket() as other_program:
        other_program.bind(("127.0.0.1", 0))
        other_program.listen()
        port = str(other_program.getsockname()[1])
        words = ["demo", "--reset", "--port", port, "--data-dir", str(tmp_path), "--lang", "fr"]
        assert cli.main(words) == 1
    assert capsys.readouterr().err.strip().startswith(f"Le port {port} est déjà pris")
    assert (tmp_path / "format").read_text() == "of an earlier demo"


def test_demo_of_an_older_troovon_says_what_happened_and_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "format").write_text("1 postgresql-18\n")
    (tmp_path / "seeded.json").write_text("{}")
    assert cli.main(["demo", "--data-dir", str(tmp_path), "--lang", "fr"]) == 1
    assert "un Troovon plus ancien" in capsys.readouterr().err
    assert (tmp_path / "format").read_text() == "1 postgresql-18\n"
    assert (tmp_path / "seeded.json").exists()
