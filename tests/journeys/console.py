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


def answered(operator: Visitor, words: str) -> None:
    """Wait until the page of the next row, or the list, says how the last one was answered."""
    operator.page.get_by_text(words).first.wait_for()
    operator.stop()


def approve_by_keys(operator: Visitor, queue: str, row: str) -> None:
    """Open a row of a queue by its number and approve it, without a tap."""
    _open_by_keys(operator, queue, row)
    operator.page.keyboard.press("a")
    answered(operator, "C’est approuvé")


def refuse_by_keys(operator: Visitor, queue: str, row: str, *, why: str) -> None:
    """Open a row of a queue by its number and refuse it with a reason, without a tap."""
    _open_by_keys(operator, queue, row)
    operator.page.keyboard.press("r")
    operator.page.keyboard.type(why)
    operator.page.keyboard.press("Enter")
    answered(operator, "C’est refusé")


def _open_by_keys(operator: Visitor, queue: str, row: str) -> None:
    operator.open("/").stop()
    operator.page.locator("main").get_by_role("link", name=queue).last.focus()
    operator.page.keyboard.press("Enter")
    operator.see(row)
    numbered = operator.page.locator("main a[data-key]").filter(has_text=row).first
    operator.page.keyboard.press(numbered.get_attribute("data-key") or "")
    operator.see("Refuser").stop()
