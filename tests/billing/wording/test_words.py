"""Sentences about money, word for word: `words.txt` is read like a letter before it changes."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from billing.councils.rules import statements
from billing.ledger.rules import chart
from billing.models import Account, Claim, Dispute, Refund, Share, TaxPayment
from billing.papers.rules.papers import Corrected, Kind
from billing.papers.wording import mentions
from billing.wording import (
    afterwards,
    books,
    debits,
    monthly,
    notices,
    outlook,
    reasons,
    requirements,
    taxes,
)
from tests.billing.papers.files import samples
from tests.billing.wording import onward_told

DAY = dt.datetime(2026, 11, 25, 11, 15, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 12, 9, 11, 15, tzinfo=dt.UTC)
FACTS = {
    "asked": [{"what": "identity.individual"}, {"what": "relationship"}],
    "until": "2026-12-12T00:00:00+00:00",
    "because": "le règlement a changé.",
    "by": "Odile Cazal",
    "is_person": False,
    "rate_bp": 4_000,
    "begins": "2026-12-01T00:00:00+01:00",
    "number": "R2026-CO7K3M9-00001",
    "gross_cents": 12_000,
    "cents": 4_200,
    "made_at": "2026-11-25T12:00:00+01:00",
    "failure": "account_closed",
}
FAILURES = (
    "no_answer",
    "unreadable",
    "502 unreadable",
    "killed",
    "never finished",
    "made by us, not written down yet",
    "500 api_error An unknown error occurred.",
    "parameter_invalid No such thing.",
)
LETTERS = (
    "needs",
    "past_due",
    "payouts_stopped",
    "restricted",
    "rejected",
    "unsupported",
    "closed",
    "active",
    "personality",
    "offered",
    "change_asked",
    "change_confirmed",
    "change_done",
    "change_cancelled",
    "billed",
    "payout_refused",
)
ASKED = (
    "identity.attestations.terms_of_service",
    "identity.business_details.address.city",
    "identity.business_details.documents",
    "identity.business_details.id_numbers.fr_siren",
    "identity.business_details.registered_name",
    "identity.business_details.structure",
    "identity.business_details.phone",
    "identity.business_details.doing_business_as",
    "identity.country",
    "identity.entity_type",
    "identity.individual.surname",
    "relationship.representative.surname",
    "relationship.owner",
    "configuration.recipient.default_outbound_destination",
    "contact_email",
    "contact_phone",
    "defaults.profile.business_url",
    "some.new_requirement",
    "",
)
REASONS = {
    "payouts": reasons.PAYOUTS,
    "refunds": reasons.REFUNDS,
    "payments": reasons.PAYMENTS,
    "transfers": reasons.TRANSFERS,
    "reversals": reasons.REVERSALS,
}


def letters() -> Iterator[str]:
    for kind in LETTERS:
        yield f"{kind}: {' | '.join(notices.letter_of(kind, FACTS, council='CSE Nord'))}"
    bare = {"is_person": True}
    for kind in ("needs", "past_due", "personality", "change_asked", "change_cancelled"):
        yield f"{kind}: {' | '.join(notices.letter_of(kind, bare, council='CSE Nord'))}"


def disputes() -> Iterator[str]:
    for state in Dispute.State.values:
        for answered in (False, True):
            told = outlook.of_dispute(state, due_at=DAY, answered=answered, settled=False)
            yield f"{state}, {answered=}: {told}"
    yield outlook.of_dispute("lost", due_at=None, answered=True, settled=True)
    yield outlook.of_dispute("needs_response", due_at=None, answered=False, settled=False)


def why() -> Iterator[str]:
    for kind, sentences in REASONS.items():
        yield from (f"{kind}, {code}: {reasons.in_words(code, sentences)}" for code in sentences)
    yield from (f"disputes, {code}: {reasons.of_dispute(code)}" for code in reasons.DISPUTES)
    yield reasons.in_words("some_new_code", reasons.PAYOUTS)
    yield reasons.in_words("Said without a code.", reasons.REVERSALS)
    for problem in ("currency chf", "livemode True", "order é-1", "new words"):
        yield f"misfit, {problem}: {reasons.of_misfit(problem)}"
    yield reasons.of_misfit("amount 24000, not 24001")
    yield reasons.of_misfit("amount -5, not 0")
    for failure in FAILURES:
        yield f"failure, {failure}: {reasons.of_failure(failure)}"
    yield reasons.of_dispute("some_new_reason")
    yield reasons.of_dispute("")


def debited() -> Iterator[str]:
    yield debits.in_words(DAY.date())
    yield debits.in_words(None)


def refunds() -> Iterator[str]:
    nothing = {"came_back": False, "said": False, "paid_otherwise": False}
    for state in Refund.State.values:
        yield f"{state}: {outlook.of_refund(state, **nothing)}"
    for facts in ({"came_back": True}, {"came_back": True, "said": True}, {"said": True}):
        yield f"{facts}: {outlook.of_refund('failed', **(nothing | facts))}"
    yield outlook.of_refund("failed", came_back=True, said=True, paid_otherwise=True)


def shares_and_claims() -> Iterator[str]:
    for state in Share.State.values:
        yield f"{state}: {outlook.of_share(state, release_at=DAY, refusal='')}"
    yield outlook.of_share("releasable", release_at=DAY, refusal="Le solde ne suffit pas.")
    for state in Claim.State.values:
        told = outlook.of_claim(state, since=DAY, by_transfer=False, write_off_asked=False)
        yield f"{state}: {told}"
    for by_transfer in (True, False):
        for is_asked in (True, False):
            yield outlook.of_claim(
                "owed", since=DAY, by_transfer=by_transfer, write_off_asked=is_asked
            )


def what_follows() -> Iterator[str]:
    for machine, told in onward_told.ONWARD.items():
        for state in onward_told.STATES[machine]:
            yield from (f"{machine} {state}: {sentence}" for sentence in told(state))


def note_of(
    state: str,
    *,
    accepted_at: dt.datetime | None = None,
    paid_otherwise: tuple[dt.datetime, str] | None = None,
    origin: str = "",
    problem: str = "",
) -> str:
    note = afterwards.of_refund(
        state,
        cents=4_200,
        asked_at=DAY,
        accepted_at=accepted_at,
        paid_otherwise=paid_otherwise,
        origin=origin,
        problem=problem,
    )
    return f"{state}: {note.tone} {note.text}"


def notes() -> Iterator[str]:
    yield from (note_of(state) for state in Refund.State.values)
    yield from (note_of(state, accepted_at=LATER) for state in ("succeeded", *outlook.CAME_BACK))
    yield note_of("failed", origin="duplicate", problem="unknown")
    for problem in ("charge_already_refunded", "charge_disputed"):
        yield note_of("failed", origin="operator", problem=problem)
    yield note_of("failed", paid_otherwise=(LATER, "virement"))
    for state in Dispute.State.values:
        for settled_as in ("", "credit_note") if state == "lost" else ("",):
            note = afterwards.of_dispute(state, cents=4_200, opened_at=DAY, settled_as=settled_as)
            yield f"{state}: {note.tone} {note.text}"


def accounts() -> Iterator[str]:
    for account in Account:
        of_sheet = chart.is_of_balance_sheet(account)
        yield f"{account}: {' '.join(chart.CHART[account])} {of_sheet=}"
    yield " ".join(chart.PROFIT_BROUGHT_FORWARD)
    yield " ".join(chart.LOSS_BROUGHT_FORWARD)
    for kind in books.EVENTS:
        code, name = chart.journal_of(kind).value
        yield f"{kind}: {code} {name}, {chart.words_of(kind)}, {statements.words_of(kind)}"
    yield " ".join(chart.Journal.OPENING.value)


def names_in_books() -> Iterator[str]:
    yield from (f"{account}: {books.account_in_words(account)}" for account in Account)
    yield from (f"{kind}: {books.event_in_words(kind)}" for kind in (*books.EVENTS, "some_new"))


def what_stripe_asks() -> Iterator[str]:
    for what in ASKED:
        yield f"{what}: {' '.join(requirements.in_words([{'what': what}]))}"
    yield " ".join(requirements.in_words([{}]))
    for why in (*requirements.REASONS, *requirements.REASONS_OF_A_KIND, "something.new"):
        yield f"{why}: {' '.join(requirements.in_words([{'what': 'identity', 'why': why}]))}"


def sentences_of_papers() -> Iterator[str]:
    kinds = samples.EACH | {
        "a bill in a council's name": samples.self_billed()._replace(due_on=LATER.date()),
        "its credit note": samples.self_billed()._replace(
            kind=Kind.SELF_BILLED_CREDIT,
            corrects=Corrected("R2026-CO7K3M9-00001", DAY.date()),
            due_on=LATER.date(),
        ),
        "an unknown way to pay": samples.invoice(method="bank"),
        "a name alone": samples.invoice(seller=samples.ABROAD),
        "without capital": samples.invoice(seller=samples.SELLER._replace(capital="", iban="")),
        "with an account only": samples.invoice(seller=samples.BUYER._replace(iban="FR76")),
    }
    seen = set()
    for name, paper in kinds.items():
        for mention in mentions.mentions_of(paper):
            if mention not in seen:  # a sentence that another paper has already is read once
                yield f"{name}, {mention.subject}: {mention.text}"
            seen.add(mention)


def tax_of_bills() -> Iterator[str]:
    for state in TaxPayment.State.values:
        for netted_cents in (0, 300):
            tax = TaxPayment(state=state, amount_cents=1_500, netted_cents=netted_cents, due_at=DAY)
            yield f"{state}, {netted_cents=}: {taxes.in_words(tax)}"
            tax.done_at = LATER
            yield f"{state}, done, {netted_cents=}: {taxes.in_words(tax)}"


def not_taken() -> Iterator[str]:
    for wish in ("stop", "end", "resume", "reprice"):
        for next_at in (LATER, None):
            yield f"{wish}, {next_at=!s}: {monthly.not_taken(wish, next_at=next_at, cents=24_000)}"


SUBJECTS: dict[str, Callable[[], Iterator[str]]] = {
    "letters": letters,
    "disputes": disputes,
    "why": why,
    "debits": debited,
    "refunds": refunds,
    "shares and claims": shares_and_claims,
    "what follows": what_follows,
    "notes to merchants": notes,
    "accounts": accounts,
    "names in the books": names_in_books,
    "what Stripe asks": what_stripe_asks,
    "sentences of papers": sentences_of_papers,
    "tax of bills": tax_of_bills,
    "changes that Stripe did not take": not_taken,
}


def read(subject: str) -> list[str]:
    text = Path(__file__).with_name("words.txt").read_text()
    return text.partition(f"# {subject}\n")[2].partition("\n\n")[0].splitlines()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_sentence_reads_as_it_was_last_read(subject: str) -> None:
    with timezone.override("Europe/Paris"):
        assert list(SUBJECTS[subject]()) == read(subject)


def test_a_code_that_is_missing_says_nothing() -> None:
    assert not reasons.in_words("", reasons.PAYOUTS)


def test_a_refund_that_failed_or_was_cancelled_came_back() -> None:
    assert outlook.CAME_BACK == ("failed", "canceled")
    assert outlook.PROMISED == ("duplicate", "merchant", "withdrawn")


@pytest.mark.parametrize(
    ("machine", "state"),
    [(machine, state) for machine, states in onward_told.STATES.items() for state in states],
)
def test_each_state_of_each_machine_says_what_follows(machine: str, state: str) -> None:
    for sentence in onward_told.EACH[machine](state):
        assert re.fullmatch(r"[A-ZÀÉÎ].{12,}\.", sentence), sentence
        assert "%" not in sentence
