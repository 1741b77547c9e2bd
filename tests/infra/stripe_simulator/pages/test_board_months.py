"""The board shows what is subscribed to, lets banks answer debits, and changes cards."""

from tests.infra.stripe_simulator.conftest import Simulator
from tests.infra.stripe_simulator.pages.test_board import news, press
from tests.infra.stripe_simulator.selling import BOTH, JANUARY, again, subscribe


def test_a_subscription_stands_on_the_board_with_its_renewal(simulator: Simulator) -> None:
    simulator.lever("clock", now=JANUARY)
    subscription = subscribe(simulator)

    page = simulator.page("/months")

    for words in (subscription.id, "240,00", "par mois", "2026-02-28 10:00", "actif"):
        assert words in page.text


def test_a_button_makes_the_next_renewal_fail_and_another_one_pay(simulator: Simulator) -> None:
    subscription = subscribe(simulator)
    customer = subscription.customer

    bad = news(press(simulator, "card", f"{customer}/declined_later", "months"))
    press(simulator, "month")
    press(simulator, "day")
    behind = again(simulator, subscription).status
    shown = simulator.page("/months").text
    good = news(press(simulator, "card", f"{customer}/paid", "months", language="en"))
    press(simulator, "month")

    assert bad == f"Les échéances de {customer} seront refusées par la banque."
    assert good == f"The renewals of {customer} will be paid."
    assert behind == "past_due"
    assert ">en retard<" in shown
    assert again(simulator, subscription).status == "active"


def test_a_bank_answers_a_debit_at_the_press_of_a_button(simulator: Simulator) -> None:
    for answer, state in (("succeeded", "réussi"), ("failed", "échoué")):
        session = simulator.session(allowed_payment_method_types=BOTH)
        simulator.lever(f"pay/{session.id}", outcome="sepa")
        charge = simulator.client().v1.charges.list().data[0].id
        waiting = simulator.page("/payments").text

        text = news(press(simulator, "debit", f"{charge}/{answer}", "payments"))

        assert "La banque accepte" in waiting
        assert text == f"Le prélèvement {charge} est maintenant\u00a0: {state}."
        assert "La banque accepte" not in simulator.page("/payments").text


def test_a_button_for_what_is_not_there_says_so(simulator: Simulator) -> None:
    for act, about in (("card", "cus_nothing/paid"), ("card", "cus/x"), ("debit", "py_x/failed")):
        assert "Cela n’a pas été fait" in news(press(simulator, act, about))
