"""The pages for demonstrations: each button simulates a failure and confirms it."""

import re

import pytest

from infra.stripe_simulator.pages.board_acts import DEEDS
from infra.stripe_simulator.pages.board_words import BOARD
from infra.stripe_simulator.pages.dashboard import PAGES
from tests.infra.stripe_simulator.conftest import Answer, Simulator

EVIL = "<script>alert(1)</script>\"' onload=x"


@pytest.fixture
def sim(sim: Simulator) -> Simulator:
    """The simulator on the wall's own time."""
    sim.lever("reset")
    return sim


def press(
    sim: Simulator, act: str, about: str = "", back: str = "", language: str = "fr"
) -> Answer:
    """Press a button and follow where it leads."""
    headers = {"Accept_Language": language, "Sec_Fetch_Site": "same-origin"}
    answer = sim.post(f"/do/{act}", {"id": about, "back": back}, **headers)
    assert answer.status == 303
    assert answer.headers["Location"].startswith(f"/{back}?said=")
    return sim.page(answer.headers["Location"], language)


def news(page: Answer) -> str:
    """Return the sentence at the top of the page."""
    found = re.search(r'role="status">([^<]*)<', page.text)
    assert found, page.text[:2000]
    return found[1]


def test_time_passes_and_what_falls_due_happens(sim: Simulator) -> None:
    sim.charge(10000)
    assert news(press(sim, "hour")) == "Une heure a passé."
    assert sim.lever("clock", "GET")["offset_seconds"] == 3600
    assert news(press(sim, "month", language="en")) == "Thirty days have passed."
    assert sim.balance() == (9825, 0)


def test_the_balance_can_be_emptied_filled_and_paid_out(sim: Simulator) -> None:
    sim.charge(10000)
    assert news(press(sim, "empty")).endswith("0,00\u00a0€.")
    assert sim.balance() == (0, 0)
    assert news(press(sim, "pay_out", language="en")).startswith("There is nothing")
    assert "€1,000.00" in news(press(sim, "fill", language="en"))
    assert "1\u202f000,00\u00a0€ partent" in news(press(sim, "pay_out"))
    payout = sim.v1.payouts.list().data[0]
    text = news(press(sim, "payout", f"{payout.id}/failed", "payouts"))
    assert text == f"Le virement {payout.id} est maintenant\u00a0: échoué."
    assert sim.balance() == (100000, 0)


def test_payouts_are_switched_for_everyone(sim: Simulator) -> None:
    press(sim, "daily")
    press(sim, "fill")
    press(sim, "day")
    assert sim.balance() == (0, 0)
    press(sim, "manual")
    press(sim, "fill")
    press(sim, "day")
    assert sim.balance() == (100000, 0)


def test_a_dispute_is_opened_and_decided(sim: Simulator) -> None:
    charge = sim.charge(24000)
    assert "Contester" in sim.page("/payments").text
    text = news(press(sim, "dispute", charge, "payments"))
    assert text == "La banque a repris 240,00\u00a0€ et des frais de 20,00\u00a0€."
    dispute = sim.v1.disputes.list().data[0]
    press(sim, "decide", f"{dispute.id}/lost", "disputes")
    page = press(sim, "decide", f"{dispute.id}/appeal_won", "disputes", "en")
    assert news(page) == f"The dispute {dispute.id} is now: won."
    assert sim.v1.disputes.retrieve(dispute.id).status == "won"


def test_an_inquiry_and_a_debit_taken_back_have_their_own_sentences(sim: Simulator) -> None:
    text = news(press(sim, "inquiry", sim.charge(), "payments"))
    taken = news(press(sim, "take_back", sim.charge(), "payments"))
    assert "Rien n’a été repris" in text
    assert "a repris" in taken
    statuses = [row.status for row in sim.v1.disputes.list().data]
    assert statuses == ["lost", "warning_needs_response"]


def test_a_refund_can_be_made_to_fail(sim: Simulator) -> None:
    refund = sim.v1.refunds.create({"charge": sim.charge()})
    page = press(sim, "fail_refund", refund.id, "payments")
    assert "reviennent sur le solde" in news(page)
    assert sim.v1.refunds.retrieve(refund.id).status == "failed"


@pytest.mark.parametrize(
    ("act", "state"),
    [
        ("restricted", "restreint"),
        ("rejected", "refusé"),
        ("closed", "fermé"),
        ("disconnected", "déconnecté"),
    ],
)
def test_an_account_is_decided_on(sim: Simulator, act: str, state: str) -> None:
    account = sim.account()
    page = press(sim, "account", f"{account}/{act}", "accounts")
    assert news(page) == f"Le compte {account} est maintenant\u00a0: {state}."


def test_an_account_is_asked_for_a_document_and_reactivated(sim: Simulator) -> None:
    account = sim.account()
    page = press(sim, "account", f"{account}/requirement", "accounts")
    again = press(sim, "account", f"{account}/active", "accounts")
    assert "sous 14 jours" in news(page)
    assert "proof_of_registration" in page.text
    assert "proof_of_registration" not in again.text


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        ("lose", "drop_event"),
        ("twice", "duplicate_event"),
        ("late", "delay_event"),
        ("break", "error_before"),
        ("break_after", "error_after"),
        ("limit", "rate_limit"),
    ],
)
def test_the_next_events_and_calls_meet_a_fault_until_it_is_cleared(
    sim: Simulator, act: str, kind: str
) -> None:
    page = press(sim, act)
    ordered = sim.lever("faults", "GET")["data"]
    assert [(row["kind"], row["times"]) for row in ordered] == [(kind, 3)]
    assert kind in page.text
    assert news(press(sim, "clear")) == "Toutes les pannes sont arrêtées."
    assert sim.lever("faults", "GET")["data"] == []


def test_impossible_action_says_why_and_changes_nothing(sim: Simulator) -> None:
    page = press(sim, "dispute", "ch_nobody", "payments")
    assert news(page) == "Cela n’a pas été fait. No such charge: &#x27;ch_nobody&#x27;"
    assert sim.v1.disputes.list().data == []


def test_the_buttons_do_not_obey_pages_from_elsewhere(sim: Simulator) -> None:
    sim.lever("balance", available=500)
    for strange in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        answer = sim.send("POST", "/do/empty", "", strange)
        assert "ne marchent que" in sim.page(answer.headers["Location"]).text
    assert sim.balance() == (500, 0)
    assert sim.page("/do/empty").status == 404
    assert sim.send("POST", "/do/nothing", "").status == 404


def test_a_button_never_leads_away_and_sentences_are_shown_by_buttons_only(sim: Simulator) -> None:
    answer = sim.post("/do/retry", {"back": "//evil.example/"})
    assert answer.headers["Location"].startswith("/?said=")
    assert 'role="status"' not in sim.page(f"/?said={EVIL[:8]}").text


def test_each_page_of_the_board_is_safe_in_both_languages(sim: Simulator) -> None:
    charge = sim.charge(description=EVIL)
    sim.account(display_name=EVIL)
    sim.lever(f"dispute/{charge}")
    for place in ("", *PAGES):
        french, english = sim.page(f"/{place}"), sim.page(f"/{place}", "en")
        for page in (french, english):
            assert page.status == 200, place
            assert "<script" not in page.text, place
            assert "style=" not in page.text, place
            assert page.headers["Content-Security-Policy"].endswith("form-action 'self'"), place
        assert "aucun argent ne circule" in french.text, place
        assert "no money moves" in english.text, place


def test_every_button_has_its_word_and_every_word_both_languages() -> None:
    through_objects = {"decide", "payout", "account", "debit", "card"}
    assert {f"do_{name}" for name in DEEDS if name not in through_objects} <= set(BOARD)
    assert all(french and english for french, english in BOARD.values())
    assert not [key for key, (french, _) in BOARD.items() if "'" in french or "..." in french]


def test_a_form_that_makes_no_sense_gets_a_page_that_says_so(sim: Simulator) -> None:
    answer = sim.post("/do/dispute", {"id": "1", "id[a]": "2"})
    assert answer.status == 400
    assert "makes no sense" in answer.text or "incompréhensible" in answer.text
