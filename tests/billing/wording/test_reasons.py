"""Codes of Stripe, failures and mismatches each have a text, and unknown codes are shown."""

import pytest

from billing.wording import reasons, requirements
from tests.billing.wording import stripe_codes
from tests.billing.wording.sentences import SPACE, all_different, in_both

CODES = {
    "payouts": (reasons.PAYOUTS, stripe_codes.PAYOUTS),
    "refunds": (reasons.REFUNDS, stripe_codes.REFUNDS),
    "payments": (reasons.PAYMENTS, stripe_codes.PAYMENTS),
    "transfers": (reasons.TRANSFERS, stripe_codes.TRANSFERS),
    "reversals": (reasons.REVERSALS, stripe_codes.TRANSFERS),
    "calls": (reasons.CALLS, stripe_codes.CALLS),
}


@pytest.mark.parametrize("kind", CODES)
def test_each_code_that_stripe_documents_has_a_sentence(kind: str) -> None:
    sentences, codes = CODES[kind]
    for code in codes:
        sentence_of = in_both(reasons.in_words, code, sentences)[0]
        assert "Raison donnée par Stripe" not in sentence_of, code
        assert sentence_of.endswith(".")
    assert {*sentences} == {*codes}, "Stripe documents no such code"


def test_a_thief_learns_no_more_than_that_the_bank_refused() -> None:
    sentence_of = {reasons.in_words(code, reasons.PAYMENTS) for code in stripe_codes.PLAIN_REFUSALS}
    assert sentence_of == {"La banque a refusé cette carte sans dire pourquoi\u00a0: appelez-la."}


def test_a_new_code_is_named_and_none_says_nothing() -> None:
    assert "«\u00a0some_new_code\u00a0»." in reasons.in_words("some_new_code", reasons.PAYOUTS)
    assert "«\u00a0Said plainly\u00a0»." in reasons.in_words("Said plainly.", reasons.PAYOUTS)
    assert not reasons.in_words("", reasons.PAYOUTS)


def test_each_reason_of_a_dispute_has_words() -> None:
    words = [in_both(reasons.of_dispute, code) for code in stripe_codes.DISPUTES]
    assert all_different([french for french, _english in words])
    assert not [french for french, _english in words if "autre raison" in french]
    assert {*reasons.DISPUTES} == {*stripe_codes.DISPUTES}
    assert "some_new" in reasons.of_dispute("some_new")
    assert "«\u00a0?\u00a0»" in reasons.of_dispute("")


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("no_answer", "Stripe n’a pas répondu."),
        ("unreadable", "rien de lisible"),
        ("502 unreadable", "rien de lisible"),
        ("killed", "interrompu"),
        ("never finished", "Aucun essai"),
        ("made by us, not written down yet", "C’est à nous"),
        ("400 It must not exceed the source amount.\nSee more.", "D’autres virements"),
    ],
)
def test_a_failure_of_our_work_is_put_in_words(failure: str, words: str) -> None:
    assert words in in_both(reasons.of_failure, failure)[0]


@pytest.mark.parametrize(
    "failure", ["500 api_error An unknown error.", "parameter_invalid No such thing."]
)
def test_unknown_failure_stays_in_stripe_s_words(failure: str) -> None:
    assert reasons.of_failure(failure) == failure


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("currency chf", "(chf)"),
        ("livemode True", "L’autre mode de Stripe"),
        ("order é-1", "«\u00a0é-1\u00a0»"),
        ("amount 24000, not 24001", f"dit 240,00{SPACE}€, alors que la commande demande 240,01"),
        ("amount -5, not 0", f"0,05{SPACE}€"),
    ],
)
def test_a_payment_that_does_not_fit_its_order_says_how(problem: str, words: str) -> None:
    assert words in in_both(reasons.of_mismatch, problem)[0]


def test_a_mismatch_without_words_is_shown_as_it_is() -> None:
    assert reasons.of_mismatch("new words") == "new words"


def requirement_words(what: str) -> str:
    return requirements.in_words([{"what": what}])[0]


def test_each_thing_that_stripe_asks_of_an_account_has_a_name() -> None:
    for what in stripe_codes.REQUIRED_FIELDS:
        [sentence_of] = requirements.in_words([{"what": what}])
        assert "information de plus" not in sentence_of, what
        in_both(requirement_words, what)
    assert all_different(
        [requirements.in_words([{"what": what}])[0] for what in stripe_codes.REQUIRED_FIELDS[:9]]
    )
    assert requirements.in_words([{}]) == ["une information de plus"]


def test_each_reason_to_ask_again_has_words_of_its_own() -> None:
    def sentence_of(why: str) -> str:
        return requirements.in_words([{"what": "contact_email", "why": why}])[0]

    kinds = {
        sentence_of(f"{kind}of_tomorrow") for kind in ("verification_document_", "verification_")
    }
    kinds |= {sentence_of("invalid_of_tomorrow"), sentence_of("of_tomorrow")}
    assert len(kinds) == 4
    for why in stripe_codes.REQUIREMENTS:
        assert in_both(sentence_of, why)[0] not in kinds, why
    assert {*requirements.REASONS} == {*stripe_codes.REQUIREMENTS}
