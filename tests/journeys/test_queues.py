"""HR, a treasurer, a baker and an operator, each on a phone: all that an operator sees first.

One walk leads through the four queues of the console: spaces, councils, shops, ads. Each is worked
by taps or by keys, one answer is a refusal, and taps and fields of every way are counted.
"""

import secrets
import sys
from collections.abc import Callable

import pytest

from infra.local.processes import ROOT
from infra.screenshots.running_demo import environment
from tests.fixtures.programs import run_program
from tests.journeys import console, money, space
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.nightly  # four people walk through the whole demo
MARK = secrets.token_hex(3)
SLUG = f"tuileries-{MARK}"
HR, TREASURER = f"solene@{SLUG}.example", f"camille@{SLUG}.example"
HEADLINE = "Formule du midi"
SIREN = "552100554"  # another business than those of other walks on this stack
ANY = (1_000, 1_000)
# Taps and fields of each person until an operator has it, with nothing refused on the way.
MOST = {
    "hr asks": (1, 2),
    "treasurer submits": (2, 4),
    "baker publishes": (3, 17),
    "baker pays": (4, 9),
}
BY_TAPS, BY_TAPS_WITH_A_NOTE, BY_KEYS = (3, 0), (3, 1), (0, 0)


def test_four_people_on_phones_meet_each_queue(visitor: Callable[..., Visitor]) -> None:
    hr, treasurer, baker, operator = (visitor(size=PHONE) for _ in range(4))
    console.hire(operator, f"agathe@{MARK}.example")

    found(hr)
    hr.counted(most=ANY)
    prove_by_call(hr, operator)
    space.join(treasurer, space.invite(hr), first_name="Camille", email=TREASURER)
    elect(hr, treasurer, operator)
    publish(baker, operator)
    advertise(baker, operator)
    treasurer.open(space.address_of(treasurer, SLUG, "/neighbourhood/"))
    treasurer.see("Sponsorisé", HEADLINE).stop()


def found(hr: Visitor) -> None:
    """Found a company's space, which nobody has looked at."""
    space.ask_for_space(hr, HR)
    hr.fill(name="Les Tuileries", siren="732829320", head_count="420").press("Continuer")
    space.say_where(hr, heads=420)
    hr.fill(slug=SLUG).press("Choisir d’abord la couleur").see("Une couleur").stop()
    hr.fill(password=space.PASSWORD).press("Construire mon espace")
    space.enter_new_space(hr, SLUG)


def prove_by_call(hr: Visitor, operator: Visitor) -> None:
    """Ask for a call to the number of the SIREN; an operator notes who answered."""
    hr.open("/admin/space/proof/").see("personne n’a encore vérifié").stop()
    hr.fill(way="call", contact="Mme Maurin, le matin").press("Demander la vérification")
    hr.see("Demande reçue").stop().counted(most=MOST["hr asks"])
    console.open_row(operator, "Espaces à vérifier", "Les Tuileries")
    operator.fill(note="Mme Maurin, au standard.").press("Vérifier l’espace")
    console.answered(operator, "C’est approuvé")
    operator.counted(most=BY_TAPS_WITH_A_NOTE)
    hr.page.reload()
    hr.see("Troovon a vérifié votre espace").stop()
    settled = run_program(
        [sys.executable, ROOT / "manage.py", "settle_members", SLUG],
        env=environment(hr.stack["pids"]["web"]),
    )
    assert settled.returncode == 0, settled.stderr[-2000:]


def elect(hr: Visitor, treasurer: Visitor, operator: Visitor) -> None:
    """Submit minutes that are refused with a reason, then better ones."""
    money.name_treasurer(hr, "Camille Aubry")
    space.sign_in(treasurer, SLUG, TREASURER)
    treasurer.counted(most=ANY)
    money.submit_minutes(treasurer, secretary=HR)
    treasurer.counted(most=MOST["treasurer submits"])
    queue, row = "CSE à confirmer", "Les Tuileries"
    console.refuse_by_keys(operator, queue, row, why="La dernière page manque.")
    operator.counted(most=BY_KEYS)
    treasurer.page.reload()
    treasurer.see("La dernière page manque.").stop()
    money.submit_minutes(treasurer)
    console.approve_by_keys(operator, queue, row)
    treasurer.page.reload()
    treasurer.see("Confirmé").stop()


def publish(baker: Visitor, operator: Visitor) -> None:
    """Describe a shop; spaces see it once an operator has."""
    money.open_desk(baker, f"elodie@{MARK}.example")
    money.publish_shop(baker, f"Fournil {MARK}", siren=SIREN)
    baker.counted(most=MOST["baker publishes"])
    console.open_row(operator, "Commerces à voir", f"Fournil {MARK}")
    operator.press("Montrer aux espaces")
    console.answered(operator, "C’est approuvé")
    operator.counted(most=BY_TAPS)


def advertise(baker: Visitor, operator: Visitor) -> None:
    """Pay an ad, which runs once an operator has read it."""
    baker.counted(most=ANY)
    money.draw_up(baker, headline=HEADLINE, slug=SLUG)
    money.go_to_payment(baker)
    baker.fill(card=money.GOOD_CARD).press("Payer").see("C’est payé").stop()
    baker.counted(most=MOST["baker pays"])
    console.approve_by_keys(operator, "Annonces à relire", HEADLINE)
    operator.counted(most=BY_KEYS)
