"""A merchant pays on the hosted page: well, badly, twice, too late, or not at all."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.infra.stripe_simulator.conftest import Simulator, refused
from tests.infra.stripe_simulator.forms import Form

DATA = "payment_intent_data"
DECLINED, NO_FUNDS, SECURE = "4000000000000002", "4000000000009995", "4000002760003184"


def charges(sim: Simulator) -> list[Any]:
    return list(sim.v1.charges.list({"limit": 100}).data)


def test_the_page_sent_off_as_it_is_pays_and_leads_to_the_success_page(sim: Simulator) -> None:
    session = sim.session(payment_intent_data={"transfer_group": "order_1"})
    answer = sim.submit(session.url)
    opened = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    paid = sim.v1.checkout.sessions.retrieve(session.id, opened)
    charge = paid.payment_intent.latest_charge
    assert answer.status == 303
    assert answer.headers["Location"] == f"http://localhost:8000/retour/?session_id={session.id}"
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (charge.amount_captured, charge.transfer_group) == (24000, "order_1")
    assert charge.balance_transaction.fee == 385


def test_a_declined_card_is_explained_and_another_card_then_pays(sim: Simulator) -> None:
    session = sim.session()
    refused = sim.submit(session.url, card=DECLINED)
    again = sim.page(session.url)
    poor = sim.submit(session.url, card=NO_FUNDS)
    paid = sim.submit(session.url)
    assert refused.status == 200
    assert "Le paiement a été refusé" in refused.text
    assert "Le paiement a été refusé" in again.text
    assert "provision de la carte est insuffisante" in poor.text
    assert paid.status == 303
    assert [charge.status for charge in charges(sim)] == ["succeeded", "failed", "failed"]
    assert len({charge.payment_intent for charge in charges(sim)}) == 1


def test_the_bank_may_ask_for_a_check_that_passes_or_fails(sim: Simulator) -> None:
    session = sim.session()
    request = sim.submit(session.url, card=SECURE)
    failed = sim.submit(request.headers["Location"], outcome="failed")
    after = sim.page(failed.headers["Location"])
    second_check = sim.submit(session.url, card=SECURE)
    passed = sim.submit(second_check.headers["Location"])
    assert "vérification demandée par la banque a échoué" in after.text
    assert passed.headers["Location"].endswith(session.id)
    assert [charge.status for charge in charges(sim)] == ["succeeded"]


def test_a_page_sent_off_twice_or_eight_times_at_once_charges_once(sim: Simulator) -> None:
    session = sim.session()
    form = Form(sim.page(session.url).text)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: sim.post(form.action, form.values), range(8)))
    assert {answer.status for answer in answers} == {303}
    assert {answer.headers["Location"][-10:] for answer in answers} == {session.id[-10:]}
    assert len(charges(sim)) == 1


def test_cancelling_leads_back_and_leaves_the_session_open(sim: Simulator) -> None:
    session = sim.session()
    page = sim.page(session.url)
    answer = sim.submit(session.url, outcome="cancel")
    assert 'href="http://localhost:8000/commande/"' in page.text
    assert answer.headers["Location"] == "http://localhost:8000/commande/"
    assert sim.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_paid_session_says_so_and_leads_back(sim: Simulator) -> None:
    session = sim.session()
    sim.submit(session.url)
    page = sim.page(session.url)
    assert (page.status, "<form" in page.text) == (200, False)
    assert "Ce paiement est déjà fait" in page.text
    assert f"session_id={session.id}" in page.text


def test_an_expired_session_says_so_and_cannot_be_paid(sim: Simulator) -> None:
    session = sim.session()
    form = Form(sim.page(session.url).text)
    expired = sim.v1.checkout.sessions.expire(session.id)
    page = sim.page(session.url)
    late = sim.post(form.action, form.values)
    assert expired.status == "expired"
    assert "Cette page de paiement a expiré" in page.text
    assert "Cette page de paiement a expiré" in late.text
    assert charges(sim) == []
    with refused("open"):
        sim.v1.checkout.sessions.expire(session.id)


def test_a_session_expires_by_itself_when_its_time_has_come(sim: Simulator) -> None:
    session = sim.session()
    sim.advance(hours=25)
    events = sim.v1.events.list({"type": "checkout.session.expired"}).data
    assert events[0].data.object["id"] == session.id
    assert events[0].created == session.expires_at
    assert sim.v1.checkout.sessions.retrieve(session.id).url is None


def test_the_lever_pays_like_a_person(sim: Simulator) -> None:
    good, bad, secure = sim.session(), sim.session(), sim.session()
    sim.lever(f"pay/{good.id}")
    sim.lever(f"pay/{bad.id}", outcome="declined")
    sim.lever(f"pay/{secure.id}", outcome="3ds")
    sessions = sim.v1.checkout.sessions.list().data
    assert [session.payment_status for session in sessions] == ["paid", "unpaid", "paid"]


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"mode": "weekly"}, "mode", None),
        ({"customer": "cus_nobody"}, "customer", "resource_missing"),
        ({"expires_at": 1}, "expires_at", None),
        ({"line_items": []}, "line_items", "parameter_missing"),
        ({DATA: {"application_fee_amount": 1}}, f"{DATA}[application_fee_amount]", None),
        ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
        ({"ui_mode": "hosted"}, "ui_mode", None),
        ({"ui_mode": "embedded_page"}, "ui_mode", None),
        ({"discounts": [{"coupon": "x"}]}, "discounts", None),
        ({"automatic_tax": {"enabled": True}}, "automatic_tax", None),
        ({"mode": "subscription"}, "line_items", None),
        ({DATA: {"capture_method": "manual"}}, f"{DATA}[capture_method]", None),
    ],
)
def test_a_session_that_cannot_be_is_refused(
    sim: Simulator, change: dict[str, object], param: str, code: str | None
) -> None:
    with refused(param=param, code=code):
        sim.session(**change)
    assert sim.v1.checkout.sessions.list().data == []


def test_less_than_half_a_euro_cannot_be_charged(sim: Simulator) -> None:
    with refused(code="amount_too_small"):
        sim.session(49)
    assert sim.session(50).amount_total == 50


def test_an_expiry_of_half_an_hour_to_a_day_is_taken(sim: Simulator) -> None:
    now = sim.lever("clock", "GET")["now"]
    for ahead in (31 * 60, 23 * 3600):
        assert sim.session(expires_at=now + ahead).expires_at == now + ahead
    for ahead in (20 * 60, 25 * 3600):
        with refused("expires_at"):
            sim.session(expires_at=now + ahead)
