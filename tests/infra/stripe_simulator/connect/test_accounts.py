"""A council gets an account: asked, onboarded on a hosted page, decided on, closed."""

import pytest

from tests.infra.stripe_simulator.conftest import Simulator, refused
from tests.infra.stripe_simulator.forms import Form

AGAIN = "http://localhost:8000/r/"  # leads back for a new link
INCLUDE = ["configuration.recipient", "requirements", "identity", "defaults"]


def status(sim: Simulator, account: str) -> str:
    found = sim.v2.core.accounts.retrieve(account, {"include": INCLUDE})
    return str(found.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status)


def test_fields_not_included_are_null(sim: Simulator) -> None:
    account, accounts = sim.account(), sim.v2.core.accounts
    plain = accounts.retrieve(account)
    full = accounts.retrieve(account, {"include": INCLUDE})
    for name in ("configuration", "identity", "requirements", "defaults", "future_requirements"):
        assert getattr(plain, name) is None
    assert full.configuration.merchant is None
    assert full.identity.entity_type == "non_profit"
    assert full.defaults.responsibilities.requirements_collector == "stripe"
    assert plain.applied_configurations == ["recipient"]


def test_a_number_that_was_typed_is_not_shown_again(sim: Simulator) -> None:
    number = {"type": "fr_siren", "value": "123456789"}
    details = {"registered_name": "CSE", "id_numbers": [number]}
    account = sim.account(identity={"country": "fr", "business_details": details})
    answer = sim.api("GET", f"/v2/core/accounts/{account}", {"include": ["identity"]})
    assert "123456789" not in answer.text
    assert answer.json["identity"]["business_details"]["id_numbers"] == [{"type": "fr_siren"}]


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        pytest.param({}, "active", id="sent off as it is"),
        ({"outcome": "complete"}, "active"),
        ({"outcome": "unfinished"}, "pending"),
        ({"outcome": "restricted"}, "restricted"),
        ({"outcome": "rejected"}, "rejected"),
    ],
)
def test_onboarding_ends_in_one_of_four_ways(
    sim: Simulator, answers: dict[str, str], state: str
) -> None:
    account = sim.account("pending")
    answer = sim.submit(sim.onboarding(account), **answers)
    assert (answer.status, answer.headers["Location"]) == (303, "http://localhost:8000/b/")
    assert status(sim, account) == state


def test_a_link_opens_once_within_five_minutes_for_its_own_account(sim: Simulator) -> None:
    account, other = sim.account("pending"), sim.account("pending")
    url, late = sim.onboarding(account), sim.onboarding(account)
    sim.send("HEAD", url)
    stolen, first, second = map(sim.page, (url.replace(account, other), url, url))
    sim.advance(seconds=301)
    assert (stolen.status, first.status) == (404, 200)
    assert "CSE Les Trois-Moulins" in first.text
    for refused_page in (second, sim.page(late)):
        assert (refused_page.status, refused_page.headers["Location"]) == (303, AGAIN)


def test_onboarding_sent_off_twice_counts_once(sim: Simulator) -> None:
    account = sim.account("pending")
    form = Form(sim.page(sim.onboarding(account)).text)
    sim.post(form.action, form.values)
    again = sim.post(form.action, form.values | {"outcome": "rejected"})
    events = sim.v2.core.events.list({"types": ["v2.core.account_link.returned"]})
    assert again.status == 303
    assert status(sim, account) == "active"
    assert len(events.data) == 1


def test_requirements_say_what_is_missing_and_how_urgent_it_is(sim: Simulator) -> None:
    account = sim.account("pending")

    def deadlines() -> set[str]:
        found = sim.v2.core.accounts.retrieve(account, {"include": INCLUDE})
        impacts = [entry.impact for entry in found.requirements.entries]
        return {impact.restricts_capabilities[0].deadline.status for impact in impacts}

    assert deadlines() == {"currently_due"}
    sim.lever(f"account/{account}/restricted")
    assert deadlines() == {"past_due"}
    sim.lever(f"account/{account}/active")
    assert deadlines() == set()


def test_an_account_with_money_is_not_closed(sim: Simulator) -> None:
    account, accounts = sim.account(), sim.v2.core.accounts
    ending = {"applied_configurations": ["recipient"]}
    sim.lever("balance", account=account, available=1)
    with refused(code="cannot_delete_account_with_balance"):
        accounts.close(account, ending)
    sim.lever("balance", account=account, available=0)
    assert accounts.close(account, ending).closed
    assert [row.id for row in accounts.list({"closed": True}).data] == [account]
    assert accounts.list().data == []


def test_the_way_to_the_accounts_own_page_opens_after_onboarding(sim: Simulator) -> None:
    account = sim.account("pending")
    with refused("onboarding"):
        sim.v1.accounts.login_links.create(account)
    sim.lever(f"account/{account}/active")
    url = sim.v1.accounts.login_links.create(account).url
    assert "Votre compte de versement" in sim.page(url).text


def test_an_account_that_asked_for_nothing_can_ask_later(sim: Simulator) -> None:
    accounts = sim.v2.core.accounts
    account = accounts.create({"display_name": "CSE", "include": INCLUDE})
    capability = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
    recipient = {"recipient": {"capabilities": capability}}
    updated = accounts.update(account.id, {"configuration": recipient, "include": INCLUDE})
    assert account.configuration.recipient is None
    assert account.applied_configurations == []
    assert updated.applied_configurations == ["recipient"]
    assert status(sim, account.id) == "pending"
    assert updated.requirements.entries


def test_details_of_an_account_can_be_changed(sim: Simulator) -> None:
    details = {"contact_email": "nouveau@example.com", "metadata": {"troovon_id": "7"}}
    changed = sim.v2.core.accounts.update(sim.account(), details | {"include": ["identity"]})
    assert changed.contact_email == "nouveau@example.com"
    assert changed.to_dict()["metadata"] == {"troovon_id": "7"}
    assert changed.identity.country == "fr"
