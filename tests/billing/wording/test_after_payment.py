"""Sentences for a merchant about their money after a payment."""

import datetime as dt
from typing import Any

import pytest

from billing.models import Dispute, Refund, states
from billing.wording import after_payment
from tests.billing.wording.sentences import SPACE, all_different, in_both

NOVEMBER = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
DECEMBER = dt.datetime(2026, 12, 9, 9, 0, tzinfo=dt.UTC)


def refund(state: str, **facts: Any) -> after_payment.Note:
    plain = {"accepted_at": None, "paid_otherwise": None, "origin": "operator", "problem": ""}
    return after_payment.of_refund(state, cents=4_200, asked_at=NOVEMBER, **(plain | facts))


def refund_text(state: str, **facts: Any) -> str:
    return refund(state, **facts).text


def dispute(state: str, *, settled_as: str = "") -> after_payment.Note:
    return after_payment.of_dispute(state, cents=4_200, opened_at=NOVEMBER, settled_as=settled_as)


@pytest.mark.parametrize("state", Refund.State.values)
def test_each_state_of_a_refund_has_a_sentence_with_the_amount(state: str) -> None:
    assert "42,00\u00a0€" in refund(state).text


def test_returned_refund_warns_until_it_is_paid_otherwise() -> None:
    came_back = refund("failed", accepted_at=NOVEMBER)
    assert came_back.tone == "warn"
    assert came_back.text.startswith("Votre banque a renvoyé 42,00\u00a0€.")
    paid = refund("failed", paid_otherwise=(DECEMBER, "virement"))
    assert paid.tone == "ok"
    assert paid.text == "42,00\u00a0€ vous ont été rendus le 09/12/2026\u00a0: virement."


@pytest.mark.parametrize("state", ["failed", "canceled"])
@pytest.mark.parametrize(
    ("origin", "problem", "tone", "words"),
    [
        ("operator", "", "warn", "écrivez-nous si vous l’attendez"),
        ("dashboard", "unknown", "warn", "écrivez-nous si vous l’attendez"),
        ("duplicate", "", "warn", "une personne de Troovon s’en occupe"),
        ("withdrawn", "unknown", "warn", "une personne de Troovon s’en occupe"),
        ("merchant", "", "warn", "une personne de Troovon s’en occupe"),
        ("operator", "charge_already_refunded", "", "tout vous avait déjà été rendu"),
        ("duplicate", "charge_disputed", "", "votre banque conteste ce paiement"),
    ],
)
def test_refund_never_made_did_not_come_back_from_a_bank(
    state: str, origin: str, problem: str, tone: str, words: str
) -> None:
    note = refund(state, origin=origin, problem=problem)
    assert note.text.startswith("Le remboursement de 42,00\u00a0€ du 25/11/2026 n’")
    assert words in note.text
    assert note.tone == tone


@pytest.mark.parametrize("state", Dispute.State.values)
def test_each_state_of_a_dispute_says_what_follows(state: str) -> None:
    tones = {"won": "ok", "warning_closed": "ok", "prevented": "ok", "lost": "bad"}
    assert dispute(state).tone == tones.get(state, "warn")


def test_a_bank_that_only_asks_has_taken_nothing() -> None:
    assert "Rien n’est repris" in dispute("warning_needs_response").text
    assert "a repris 42,00\u00a0€" in dispute("needs_response").text


def test_an_appeal_says_of_no_campaign_that_it_goes_on() -> None:
    assert "l’annonce continue" in dispute("under_review").text
    assert "l’annonce" not in dispute("appeal_under_review").text


def test_a_lost_dispute_with_a_credit_note_leaves_nothing_to_pay() -> None:
    assert "vous ne nous devez rien" in dispute("lost", settled_as="credit_note").text
    assert "nous reste due" in dispute("lost", settled_as="bad_debt").text


def test_a_merchant_reads_where_each_refund_is() -> None:
    texts = {state: in_both(refund_text, state)[0] for state in Refund.State.values}
    assert texts["approved"] == texts["sending"] == texts["pending"]
    del texts["approved"], texts["sending"], texts["canceled"]
    assert all_different([*texts.values()])
    for state in ("requested", "rejected", "succeeded", "failed", "canceled"):
        assert "25/11/2026" in refund(state).text
    assert "09/12/2026" in refund("succeeded", accepted_at=DECEMBER).text
    waits = in_both(refund_text, "pending", problem="waits_for_funds")[0]
    assert "dès que notre compte chez lui le permet" in waits
    assert refund("sending", problem="waits_for_funds") == refund("sending")
    assert {state for state in texts if refund(state).tone == "ok"} == {"succeeded"}


def test_a_merchant_reads_what_their_bank_did() -> None:
    def sentence_of(state: str, settled_as: str = "") -> str:
        return dispute(state, settled_as=settled_as).text

    for state in Dispute.State.values:
        in_both(sentence_of, state)
    in_both(sentence_of, "lost", "credit_note")
    assert "25/11/2026" in sentence_of("warning_needs_response")
    assert f"25/11/2026 et a repris 42,00{SPACE}€" in sentence_of("under_review")


def test_each_state_of_a_paper_has_its_own_sentence() -> None:
    next_step = [in_both(after_payment.of_paper, s)[0] for s in states.InvoiceState.values]
    assert all_different(next_step)
