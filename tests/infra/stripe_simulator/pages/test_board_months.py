"""The board shows subscriptions, lets banks answer debits, and changes cards."""

from tests.infra.stripe_simulator.conftest import Simulator
from tests.infra.stripe_simulator.pages.test_board import news, press
from tests.infra.stripe_simulator.selling import BOTH, JANUARY


def test_a_subscription_stands_on_the_board_with_its_renewal(sim: Simulator) -> None:
    sim.lever("clock", now=JANUARY)
    subscription = sim.subscribe()
    page = sim.page("/months")
    for words in (subscription.id, "240,00", "par mois", "2026-02-28 10:00", "actif"):
        assert words in page.text


def test_a_button_makes_the_next_renewal_fail_and_another_one_pay(sim: Simulator) -> None:
    subscription = sim.subscribe()
    customer = subscription.customer
    bad = news(press(sim, "card", f"{customer}/declined_later", "months"))
    press(sim, "month")
    press(sim, "day")
    behind = sim.again(subscription).status
    shown = sim.page("/months").text
    good = news(press(sim, "card", f"{customer}/paid", "months", language="en"))
    press(sim, "month")
    assert bad == f"Les échéances de {customer} seront refusées par la banque."
    assert good == f"The renewals of {customer} will be paid."
    assert behind == "past_due"
    assert ">en retard<" in shown
    assert sim.again(subscription).status == "active"


def test_a_bank_answers_a_debit_at_the_press_of_a_button(sim: Simulator) -> None:
    for answer, state in (("succeeded", "réussi"), ("failed", "échoué")):
        session = sim.session(allowed_payment_method_types=BOTH)
        sim.lever(f"pay/{session.id}", outcome="sepa")
        charge = sim.v1.charges.list().data[0].id
        waiting = sim.page("/payments").text
        text = news(press(sim, "debit", f"{charge}/{answer}", "payments"))
        assert "La banque accepte" in waiting
        assert text == f"Le prélèvement {charge} est maintenant\u00a0: {state}."
        assert "La banque accepte" not in sim.page("/payments").text


def test_a_button_for_what_is_not_there_says_so(sim: Simulator) -> None:
    for act, about in (("card", "cus_nothing/paid"), ("card", "cus/x"), ("debit", "py_x/failed")):
        assert "Cela n’a pas été fait" in news(press(sim, act, about))
