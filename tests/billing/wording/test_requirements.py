"""Requirements of Stripe for an account, as a treasurer reads them."""

import datetime as dt

import pytest

from billing.stripe.gateway import shapes
from billing.wording import requirements


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("relationship.representative.given_name", "l’identité du représentant"),
        ("configuration.recipient.default_outbound_destination", "le RIB du CSE"),
        ("identity.business_details.id_numbers.fr_siren", "le SIREN du CSE"),
        ("identity.business_details.phone", "le téléphone du CSE"),
        (
            "something.new",
            "une information de plus («\N{NO-BREAK SPACE}something.new\N{NO-BREAK SPACE}»)",
        ),
    ],
)
def test_each_thing_has_a_name(what: str, words: str) -> None:
    assert requirements.in_words([{"what": what, "status": "currently_due"}]) == [words]


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("verification_document_not_readable", " (le document est illisible)"),
        ("verification_document_of_tomorrow", " (le document n’a pas été accepté)"),
        ("verification_extraneous_directors", " (Stripe n’a pas pu le vérifier)"),
        ("invalid_url_format", " (ce qui a été donné n’est pas valable)"),
        ("unresolvable_ip_address", ""),
        ("", ""),
    ],
)
def test_rejected_requirement_says_why(why: str, words: str) -> None:
    rows = [{"what": "identity.business_details.documents", "status": "past_due", "why": why}]
    assert requirements.in_words(rows) == [f"un justificatif de l’existence du CSE{words}"]


def test_requirement_in_parts_gives_its_first_reason() -> None:
    parts = [
        ("given_name", ""),
        ("surname", "verification_failed_name_match"),
        ("dob", "invalid_x"),
    ]
    rows = [{"what": f"relationship.representative.{part}", "why": why} for part, why in parts]
    assert requirements.in_words(rows) == [
        "l’identité du représentant (le nom n’est pas celui des registres)"
    ]


def test_requirement_in_parts_is_named_once() -> None:
    rows = [
        {"what": f"relationship.representative.{part}", "status": "past_due"}
        for part in ("given_name", "surname", "address.city")
    ]
    assert requirements.in_words(rows) == ["l’identité du représentant"]
    assert requirements.in_words(None) == []


def test_an_account_lists_requirements_of_its_persons_and_their_deadline() -> None:
    def entry(what: str, who: str) -> dict[str, object]:
        deadline = {"status": "currently_due"}
        impact = {"restricts_capabilities": [{"deadline": deadline}]}
        errors = [{"code": "verification_document_expired", "description": "Expired."}]
        return {
            "description": what,
            "awaiting_action_from": who,
            "impact": impact,
            "errors": errors if what.endswith("x") else None,
        }

    snapshot = shapes.account(
        {
            "id": "acct_1",
            "requirements": {
                "entries": [entry("identity.x", "user"), entry("identity.y", "stripe")],
                "summary": {
                    "minimum_deadline": {
                        "status": "currently_due",
                        "time": "2026-12-12T00:00:00.000Z",
                    }
                },
            },
        }
    )
    assert [(one.what, one.status, one.why) for one in snapshot.requirements] == [
        ("identity.x", "currently_due", "verification_document_expired")
    ]
    assert snapshot.deadline_at == dt.datetime(2026, 12, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("time", [None, "", "soon"])
def test_a_deadline_without_a_day_is_none(time: object) -> None:
    shape = {"id": "a", "requirements": {"summary": {"minimum_deadline": {"time": time}}}}
    assert shapes.account(shape).deadline_at is None
