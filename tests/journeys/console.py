"""Acts of an operator on a phone, in French: hired by command, then at work on queues."""

import sys

from infra.local.authenticator import Authenticator
from infra.local.processes import ROOT
from infra.screenshots.running_demo import environment
from tests.fixtures.programs import run_program
from tests.journeys.visitor import Visitor


def hire(operator: Visitor, email: str) -> Authenticator:
    """Come in by the link that the command prints, and set up the second factor first."""
    added = run_program(
        [sys.executable, ROOT / "manage.py", "operator", "add", email],
        env=environment(operator.stack["pids"]["founder"]) | {"TROOVON_PROCESS": "manage"},
    )
    assert added.returncode == 0, added.stderr[-2000:]
    operator.open(added.stdout.strip()).stop()
    operator.press("Entrer").see("lisez ce dessin").stop()
    app = Authenticator(operator.page.locator("main code").inner_text().replace(" ", ""))
    operator.fill(code=app.code()).press("Protéger mon compte").see("Vos codes de secours").stop()
    operator.follow("Je les ai gardés").see("Ce qui attend quelqu’un").stop()
    operator.counted(most=(4, 1))
    return app


def open_row(operator: Visitor, queue: str, row: str) -> None:
    """Go from the home page of the console to a row of a queue by taps."""
    operator.open("/").stop().follow(queue).see(row).stop().follow(row).stop()


def approve_by_keys(operator: Visitor, queue: str, row: str) -> None:
    """Open the first row of a queue and approve it without a tap."""
    operator.open("/").stop()
    operator.page.locator("main").get_by_role("link", name=queue).first.focus()
    operator.page.keyboard.press("Enter")
    operator.see(row).page.keyboard.press("1")
    operator.see("Approuver")
    operator.page.keyboard.press("a")
    operator.see("Décidé dernièrement", "Approuvé").stop()


def refuse_by_keys(operator: Visitor, queue: str, row: str, *, why: str) -> None:
    """Open the first row of a queue and refuse it with a reason, without a tap."""
    operator.open("/").stop()
    operator.page.locator("main").get_by_role("link", name=queue).first.focus()
    operator.page.keyboard.press("Enter")
    operator.see(row).page.keyboard.press("1")
    operator.see("Approuver")
    operator.page.keyboard.press("r")
    operator.page.keyboard.type(why)
    operator.page.keyboard.press("Enter")
    operator.see("Décidé dernièrement", why).stop()
