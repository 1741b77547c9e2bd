"""Labels of states in both languages: each exists, with the next step and its date."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.db.models import TextChoices
from django.utils import timezone

from billing.models import Claim, Dispute, Refund, Share, TaxPayment, states
from billing.transitions.machines import MACHINES, Machine
from billing.wording import debits, outlook
from billing.wording import taxes as tax_words
from tests.billing.wording import next_steps
from tests.billing.wording.sentences import SPACE, all_different, in_both

DAY = dt.datetime(2026, 11, 25, 11, 15, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 12, 9, 11, 15, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _here() -> Iterator[None]:
    with timezone.override("Europe/Paris"):
        yield


ENUMS = [one for one in vars(states).values() if isinstance(one, type) and one is not TextChoices]


@pytest.mark.parametrize("enum", ENUMS, ids=lambda one: one.__name__)
def test_each_state_has_a_word_of_its_own_in_both_languages(enum: type[TextChoices]) -> None:
    words = [in_both(str, state.label) for state in enum]
    assert all_different([french for french, _english in words])
    assert all_different([english for _french, english in words])
    for state, (french, _english) in zip(enum, words, strict=True):
        assert french.lower() != state.value


def test_each_machine_has_its_words() -> None:
    assert {type(next(iter(machine))) for machine in MACHINES.values()} == {*ENUMS}


@pytest.mark.parametrize(
    ("machine", "state"),
    [(machine, state) for machine, states in next_steps.STATES.items() for state in states],
)
def test_each_state_of_each_machine_says_what_follows(machine: Machine, state: str) -> None:
    def next_step(number: int) -> str:
        return [*next_steps.EACH[machine](state)][number]

    for number, _sentence in enumerate(next_steps.EACH[machine](state)):
        for sentence in in_both(next_step, number):
            assert re.fullmatch(r"[A-ZÀÉÎ].{8,}\.", sentence), sentence


@pytest.mark.parametrize(
    ("machine", "state", "number", "fact"),
    [
        ("order", "priced", 0, "02/12/2026"),
        ("payment", "opened", 0, "25/11/2026 à 12"),
        ("payment", "succeeded", 1, "deux fois"),
        ("payment", "succeeded", 2, "ne correspond pas"),
        ("tax", "due", 0, "25/11/2026"),
        ("tax", "owed", 1, "l’abandon"),
        ("council", "no_legal_personality", 1, "25/11/2026"),
        ("council", "restricted", 1, "25/11/2026"),
        ("subscription", "active", 0, "25/11/2026"),
        ("subscription", "ending", 0, "25/11/2026"),
        ("subscription", "past_due", 0, "26/11/2026"),
        ("subscription", "past_due", 1, "ne réessaie plus"),
        ("subscription", "active", 1, "quand celui-ci est fini"),
        ("call", "pending", 1, "Prochain essai à 12"),
        ("call", "unknown", 1, "Prochain essai à 12"),
        ("call", "in_flight", 1, "Prochain essai à 12"),
        ("change", "asked", 0, "25/12/2026"),
        ("change", "confirmed", 0, "25/12/2026"),
        ("share", "held", 0, "25/11/2026"),
    ],
)
def test_next_step_names_its_day(machine: Machine, state: str, number: int, fact: str) -> None:
    assert fact in [*next_steps.EACH[machine](state)][number]


@pytest.mark.parametrize("state", Dispute.State.values)
def test_a_dispute_names_the_day_while_an_answer_is_waited_for(state: str) -> None:
    def sentence_of(due_at: dt.datetime | None = DAY, *, answered: bool = False) -> str:
        return outlook.of_dispute(state, due_at=due_at, answered=answered, settled=False)

    in_both(sentence_of)
    in_both(sentence_of, answered=True)
    waits = state.endswith("needs_response")
    assert ("25/11/2026" in sentence_of()) == waits
    assert ("le ?" in sentence_of(None)) == waits
    assert "25/11/2026" not in sentence_of(answered=True)
    if waits:
        assert "La banque a la réponse" in sentence_of(answered=True)


def test_waiting_for_an_answer_says_what_is_at_stake() -> None:
    waits = ["warning_needs_response", "needs_response", "appeal_needs_response"]
    texts = [
        outlook.of_dispute(state, due_at=DAY, answered=False, settled=False) for state in waits
    ]
    stakes = ("rien n’est repris", "le litige est perdu", "Un appel est possible")
    assert all(stake in text for stake, text in zip(stakes, texts, strict=True))


def test_a_lost_dispute_is_settled_once() -> None:
    lost = [
        in_both(outlook.of_dispute, "lost", due_at=None, answered=True, settled=settled)[0]
        for settled in (False, True)
    ]
    assert "À régler" in lost[0]
    assert lost[1].startswith("Réglé.")


def refund(state: str, **facts: bool) -> str:
    plain = {
        "came_back": False,
        "is_confirmed": False,
        "paid_otherwise": False,
        "lacks_funds": False,
    }
    return outlook.of_refund(state, **(plain | facts))


def test_each_state_of_a_refund_has_its_own_sentence() -> None:
    assert all_different([in_both(refund, s)[0] for s in Refund.State.values])


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"came_back": True}, "payez-le par un autre moyen"),
        ({"came_back": True, "is_confirmed": True}, "Une autre personne confirme"),
        ({"is_confirmed": True}, "Il n’a pas abouti"),
        (
            {"came_back": True, "is_confirmed": True, "paid_otherwise": True},
            "Payé par un autre moyen",
        ),
        ({"lacks_funds": True}, "Il n’a pas abouti"),
    ],
)
def test_a_refund_that_failed_says_what_is_to_be_done(facts: dict[str, bool], words: str) -> None:
    assert words in in_both(refund, "failed", **facts)[0]


def test_a_refund_that_our_balance_does_not_cover_says_so_while_it_waits() -> None:
    assert "Alimentez le solde" in in_both(refund, "pending", lacks_funds=True)[0]


def test_a_refund_that_failed_or_was_cancelled_came_back() -> None:
    assert outlook.CAME_BACK == ("failed", "canceled")
    assert outlook.PROMISED == (
        "dark",
        "duplicate",
        "ended",
        "merchant",
        "part",
        "refused",
        "withdrawn",
    )


def test_each_state_of_a_share_has_its_own_sentence() -> None:
    def sentence_of(state: str, refusal: str = "") -> str:
        return outlook.of_share(state, release_at=DAY, refusal=refusal)

    plain = [in_both(sentence_of, state)[0] for state in Share.State.values]
    assert all_different(plain)
    no = "Le solde ne suffit pas."
    for state, words in zip(Share.State.values, plain, strict=True):
        assert (no in sentence_of(state, no)) == (state == "releasable")
        assert (sentence_of(state, no) == words) == (state != "releasable")


def test_claim_says_whether_it_is_asked_for_or_set_off() -> None:
    def sentence_of(state: str, *, by_transfer: bool = False, write_off: bool = False) -> str:
        return outlook.of_claim(
            state, since=DAY, by_transfer=by_transfer, write_off_requested=write_off
        )

    plain = [in_both(sentence_of, state)[0] for state in Claim.State.values]
    assert all_different(plain)
    for state, words in zip(Claim.State.values, plain, strict=True):
        owed = state == "owed"
        assert ("25/12/2026" in in_both(sentence_of, state, by_transfer=True)[0]) == owed
        assert ("l’abandon" in in_both(sentence_of, state, write_off=True)[0]) == owed
        assert ("l’abandon" in sentence_of(state, by_transfer=True, write_off=True)) == owed
        assert (sentence_of(state, by_transfer=True) == words) == (not owed)


@pytest.mark.parametrize("state", TaxPayment.State.values)
def test_the_tax_of_a_bill_says_how_much_and_where_it_is(state: str) -> None:
    tax = TaxPayment(state=state, amount_cents=1_500, netted_cents=0, due_at=DAY)
    sentence_of = in_both(tax_words.in_words, tax)[0]
    assert f"15,00{SPACE}€" in sentence_of
    assert ("25/11/2026" in sentence_of) == (state in {"due", "done"})
    tax.netted_cents, tax.done_at = 300, LATER
    sentence_of = in_both(tax_words.in_words, tax)[0]
    assert (f"3,00{SPACE}€ compensés" in sentence_of) == (state == "done")
    assert ("09/12/2026" in sentence_of) == (state in {"due", "done"})


def test_a_debit_says_by_when_the_bank_answers() -> None:
    dated, undated = in_both(debits.in_words, DAY.date())[0], in_both(debits.in_words, None)[0]
    assert "02/12/2026, parfois jusqu’au 15/12/2026" in dated
    assert "cinq jours ouvrés" in undated


@pytest.mark.parametrize(
    ("debited_on", "usual", "latest"),
    [
        (dt.date(2026, 11, 25), dt.date(2026, 12, 2), dt.date(2026, 12, 15)),
        (dt.date(2026, 11, 27), dt.date(2026, 12, 4), dt.date(2026, 12, 17)),
        (dt.date(2026, 11, 28), dt.date(2026, 12, 4), dt.date(2026, 12, 17)),
        (dt.date(2026, 11, 29), dt.date(2026, 12, 4), dt.date(2026, 12, 17)),
    ],
)
def test_weekends_are_no_working_days(debited_on: dt.date, usual: dt.date, latest: dt.date) -> None:
    assert debits.answer_of(debited_on) == (usual, latest)
