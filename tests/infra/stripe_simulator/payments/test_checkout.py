"""A merchant pays on the hosted page: well, badly, twice, too late, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Form, Simulator

DECLINED, NO_FUNDS, SECURE = "4000000000000002", "4000000000009995", "4000002760003184"


def charges(simulator: Simulator) -> list[Any]:
    return list(simulator.client().v1.charges.list({"limit": 100}).data)


def test_the_page_sent_off_as_it_is_pays_and_leads_to_the_success_page(
    simulator: Simulator,
) -> None:
    session = simulator.session(payment_intent_data={"transfer_group": "order_1"})

    answer = simulator.submit(str(session.url))

    paid = simulator.client().v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    )
    charge = paid.payment_intent.latest_charge
    assert answer.status == 303
    assert answer.headers["Location"] == f"http://localhost:8000/retour/?session_id={session.id}"
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (charge.amount_captured, charge.transfer_group) == (24000, "order_1")
    assert charge.balance_transaction.fee == 385


def test_a_declined_card_keeps_the_page_with_a_reason_and_another_card_then_pays(
    simulator: Simulator,
) -> None:
    session = simulator.session()

    refused = simulator.submit(str(session.url), card=DECLINED)
    again = simulator.page(str(session.url))
    poor = simulator.submit(str(session.url), card=NO_FUNDS)
    paid = simulator.submit(str(session.url))

    assert refused.status == 200
    assert "Le paiement a été refusé" in refused.text
    assert "Le paiement a été refusé" in again.text
    assert "provision de la carte est insuffisante" in poor.text
    assert paid.status == 303
    assert [charge.status for charge in charges(simulator)] == ["succeeded", "failed", "failed"]
    assert len({charge.payment_intent for charge in charges(simulator)}) == 1


def test_the_bank_may_ask_for_a_check_that_passes_or_fails(simulator: Simulator) -> None:
    session = simulator.session()

    request = simulator.submit(str(session.url), card=SECURE)
    failed = simulator.submit(request.headers["Location"], outcome="failed")
    after = simulator.page(failed.headers["Location"])
    second_check = simulator.submit(str(session.url), card=SECURE)
    passed = simulator.submit(second_check.headers["Location"])

    assert "vérification demandée par la banque a échoué" in after.text
    assert passed.headers["Location"].endswith(session.id)
    assert [charge.status for charge in charges(simulator)] == ["succeeded"]


def test_a_page_sent_off_twice_or_eight_times_at_once_charges_once(simulator: Simulator) -> None:
    session = simulator.session()
    form = Form(simulator.page(str(session.url)).text)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: simulator.post(form.action, form.values), range(8)))

    assert {answer.status for answer in answers} == {303}
    assert {answer.headers["Location"][-10:] for answer in answers} == {session.id[-10:]}
    assert len(charges(simulator)) == 1


def test_cancelling_leads_back_and_leaves_the_session_open(simulator: Simulator) -> None:
    session = simulator.session()

    page = simulator.page(str(session.url))
    answer = simulator.submit(str(session.url), outcome="cancel")

    assert 'href="http://localhost:8000/commande/"' in page.text
    assert answer.headers["Location"] == "http://localhost:8000/commande/"
    assert simulator.client().v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_paid_session_says_so_and_leads_back(simulator: Simulator) -> None:
    session = simulator.session()
    simulator.submit(str(session.url))

    page = simulator.page(str(session.url))

    assert page.status == 200
    assert "Ce paiement est déjà fait" in page.text
    assert f"session_id={session.id}" in page.text
    assert "<form" not in page.text


def test_an_expired_session_says_so_and_cannot_be_paid(simulator: Simulator) -> None:
    session = simulator.session()
    form = Form(simulator.page(str(session.url)).text)
    expired = simulator.client().v1.checkout.sessions.expire(session.id)

    page = simulator.page(str(session.url))
    late = simulator.post(form.action, form.values)

    assert expired.status == "expired"
    assert "Cette page de paiement a expiré" in page.text
    assert "Cette page de paiement a expiré" in late.text
    assert charges(simulator) == []
    with pytest.raises(stripe.InvalidRequestError, match="open"):
        simulator.client().v1.checkout.sessions.expire(session.id)


def test_a_session_expires_by_itself_when_its_time_has_come(simulator: Simulator) -> None:
    session = simulator.session()
    simulator.lever("clock/advance", hours=25)

    events = simulator.client().v1.events.list({"type": "checkout.session.expired"}).data

    assert events[0].data.object["id"] == session.id
    assert events[0].created == session.expires_at
    assert simulator.client().v1.checkout.sessions.retrieve(session.id).url is None


def test_the_lever_pays_like_a_person(simulator: Simulator) -> None:
    good, bad, secure = simulator.session(), simulator.session(), simulator.session()

    simulator.lever(f"pay/{good.id}")
    simulator.lever(f"pay/{bad.id}", outcome="declined")
    simulator.lever(f"pay/{secure.id}", outcome="3ds")

    sessions = simulator.client().v1.checkout.sessions.list().data
    assert [session.payment_status for session in sessions] == ["paid", "unpaid", "paid"]


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"mode": "weekly"}, "mode", None),
        ({"customer": "cus_nobody"}, "customer", "resource_missing"),
        ({"expires_at": 1}, "expires_at", None),
        ({"line_items": []}, "line_items", "parameter_missing"),
        ({"payment_intent_data": {"application_fee_amount": 1}}, None, None),
        ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
        ({"ui_mode": "hosted"}, "ui_mode", None),
        ({"ui_mode": "embedded_page"}, "ui_mode", None),
        ({"discounts": [{"coupon": "x"}]}, "discounts", None),
        ({"automatic_tax": {"enabled": True}}, "automatic_tax", None),
        ({"mode": "subscription"}, "line_items", None),
        ({"payment_intent_data": {"capture_method": "manual"}}, None, None),
    ],
)
def test_a_session_that_cannot_be_is_refused(
    simulator: Simulator, change: dict[str, object], param: str | None, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        simulator.session(**change)

    assert refusal.value.code == code
    assert param is None or refusal.value.param == param
    assert simulator.client().v1.checkout.sessions.list().data == []


def test_less_than_half_a_euro_cannot_be_charged(simulator: Simulator) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        simulator.session(49)

    assert refusal.value.code == "amount_too_small"
    assert simulator.session(50).amount_total == 50


def test_an_expiry_of_half_an_hour_to_a_day_is_taken(simulator: Simulator) -> None:
    now = simulator.lever("clock", "GET")["now"]

    for ahead in (31 * 60, 23 * 3600):
        assert simulator.session(expires_at=now + ahead).expires_at == now + ahead
    for ahead in (20 * 60, 25 * 3600):
        with pytest.raises(stripe.InvalidRequestError, match="expires_at"):
            simulator.session(expires_at=now + ahead)
