"""The bench of the front page runs the same models on plain Django, which must take them."""

import os
import sys

from infra.local import environment
from tests.fixtures.programs import run_program

ERRORS = """
import django; django.setup()
from django.core import checks
found = checks.run_checks(tags=["models"], databases=["default"])
print(*(error.id for error in found if error.level >= checks.ERROR))
"""


def test_plain_django_finds_no_error_in_our_models() -> None:
    known = {name: os.environ[name] for name in environment.NAMES if name in os.environ}
    done = run_program(
        [sys.executable, "-c", ERRORS],
        env={
            "PATH": os.environ["PATH"],
            **known,
            "DJANGO_SETTINGS_MODULE": "infra.benches.settings.single_schema",
        },
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
