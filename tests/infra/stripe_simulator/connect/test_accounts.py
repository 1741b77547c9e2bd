"""A council gets an account: asked, onboarded on a hosted page, decided on, closed."""

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import Form, Simulator

INCLUDE = ["configuration.recipient", "requirements", "identity", "defaults"]


def status(simulator: Simulator, account: str) -> str:
    found = simulator.client().v2.core.accounts.retrieve(account, {"include": INCLUDE})
    return str(found.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status)


def test_fields_not_included_are_null(simulator: Simulator) -> None:
    account, accounts = simulator.account(), simulator.client().v2.core.accounts

    plain = accounts.retrieve(account)
    full = accounts.retrieve(account, {"include": INCLUDE})

    for name in ("configuration", "identity", "requirements", "defaults", "future_requirements"):
        assert getattr(plain, name) is None
    assert full.configuration.merchant is None
    assert full.identity.entity_type == "non_profit"
    assert full.defaults.responsibilities.requirements_collector == "stripe"
    assert plain.applied_configurations == ["recipient"]


def test_a_number_that_was_typed_is_not_shown_again(simulator: Simulator) -> None:
    number = {"type": "fr_siren", "value": "123456789"}
    details = {"registered_name": "CSE", "id_numbers": [number]}
    account = simulator.account(identity={"country": "fr", "business_details": details})

    answer = simulator.api("GET", f"/v2/core/accounts/{account}", {"include": ["identity"]})

    assert "123456789" not in answer.text
    assert answer.json["identity"]["business_details"]["id_numbers"] == [{"type": "fr_siren"}]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("complete", "active"),
        ("unfinished", "pending"),
        ("restricted", "restricted"),
        ("rejected", "rejected"),
    ],
)
def test_onboarding_ends_in_one_of_four_ways(
    simulator: Simulator, outcome: str, state: str
) -> None:
    account = simulator.account("pending")

    answer = simulator.submit(simulator.onboarding(account), outcome=outcome)

    assert (answer.status, answer.headers["Location"]) == (303, "http://localhost:8000/b/")
    assert status(simulator, account) == state


def test_the_onboarding_page_sent_off_as_it_is_completes(simulator: Simulator) -> None:
    account = simulator.account("pending")

    simulator.submit(simulator.onboarding(account))

    assert status(simulator, account) == "active"


def test_a_link_opens_once_and_then_leads_back_for_a_new_one(simulator: Simulator) -> None:
    url = simulator.onboarding(simulator.account("pending"))

    simulator.send("HEAD", url)
    first, second = simulator.page(url), simulator.page(url)

    assert first.status == 200
    assert "CSE Les Trois-Moulins" in first.text
    assert (second.status, second.headers["Location"]) == (303, "http://localhost:8000/r/")


def test_a_link_does_not_last(simulator: Simulator) -> None:
    url = simulator.onboarding(simulator.account("pending"))

    simulator.lever("clock/advance", seconds=301)

    assert simulator.page(url).headers["Location"] == "http://localhost:8000/r/"


def test_a_link_of_one_account_does_not_open_another(simulator: Simulator) -> None:
    mine, other = simulator.account("pending"), simulator.account("pending")
    url = simulator.onboarding(mine).replace(mine, other)

    assert simulator.page(url).status == 404


def test_onboarding_sent_off_twice_counts_once(simulator: Simulator) -> None:
    account = simulator.account("pending")
    form = Form(simulator.page(simulator.onboarding(account)).text)

    simulator.post(form.action, form.values)
    again = simulator.post(form.action, form.values | {"outcome": "rejected"})

    events = simulator.client().v2.core.events.list({"types": ["v2.core.account_link.returned"]})
    assert again.status == 303
    assert status(simulator, account) == "active"
    assert len(events.data) == 1


def test_requirements_say_what_is_missing_and_how_urgent_it_is(simulator: Simulator) -> None:
    account = simulator.account("pending")

    def deadlines() -> set[str]:
        found = simulator.client().v2.core.accounts.retrieve(account, {"include": INCLUDE})
        return {
            entry.impact.restricts_capabilities[0].deadline.status
            for entry in found.requirements.entries
        }

    assert deadlines() == {"currently_due"}
    simulator.lever(f"account/{account}/restricted")
    assert deadlines() == {"past_due"}
    simulator.lever(f"account/{account}/active")
    assert deadlines() == set()


def test_an_account_with_money_is_not_closed(simulator: Simulator) -> None:
    account, accounts = simulator.account(), simulator.client().v2.core.accounts
    simulator.lever("balance", account=account, available=1)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        accounts.close(account, {"applied_configurations": ["recipient"]})
    simulator.lever("balance", account=account, available=0)

    assert refusal.value.code == "cannot_delete_account_with_balance"
    assert accounts.close(account, {"applied_configurations": ["recipient"]}).closed
    assert [row.id for row in accounts.list({"closed": True}).data] == [account]
    assert accounts.list().data == []


def test_the_way_to_the_accounts_own_page_opens_after_onboarding(simulator: Simulator) -> None:
    account, client = simulator.account("pending"), simulator.client()
    with pytest.raises(stripe.InvalidRequestError, match="onboarding"):
        client.v1.accounts.login_links.create(account)

    simulator.lever(f"account/{account}/active")
    url = client.v1.accounts.login_links.create(account).url

    assert "Votre compte de versement" in simulator.page(url).text


def test_an_account_that_asked_for_nothing_can_ask_later(simulator: Simulator) -> None:
    accounts = simulator.client().v2.core.accounts
    account = accounts.create({"display_name": "CSE", "include": INCLUDE})
    capability = {"stripe_balance": {"stripe_transfers": {"requested": True}}}

    updated = accounts.update(
        account.id,
        {"configuration": {"recipient": {"capabilities": capability}}, "include": INCLUDE},
    )

    assert account.configuration.recipient is None
    assert account.applied_configurations == []
    assert updated.applied_configurations == ["recipient"]
    assert status(simulator, account.id) == "pending"
    assert updated.requirements.entries


def test_details_of_an_account_can_be_changed(simulator: Simulator) -> None:
    account = simulator.account()

    changed = simulator.client().v2.core.accounts.update(
        account,
        {
            "contact_email": "nouveau@example.com",
            "metadata": {"troovon_id": "7"},
            "include": ["identity"],
        },
    )

    assert changed.contact_email == "nouveau@example.com"
    assert changed.to_dict()["metadata"] == {"troovon_id": "7"}
    assert changed.identity.country == "fr"
