"""Codes and passwords have limits of tries; without the store each limit does as it is set."""

import datetime as dt
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.utils import timezone

from billing import forms
from billing.forms import CODES_OF_A_MERCHANT, CheckoutForm
from saas.accounts import actions as accounts
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.kernel.errors import Refused
from tenants.community.members.actions import membership as members
from tenants.community.members.models import Role
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules
from tests.billing.orders.test_offers import make_code
from tests.factories.billing import make_campaign, make_shop
from tests.fixtures.broker import kill_store
from tests.fixtures.people import AT, PASSWORD, Browse
from tests.saas.catalogue.merchants.test_signup import TYPED
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.classifieds.test_pages import form_data
from tests.tenants.spaces.wizard import PERSON

SILENT = "réessayez dans une minute"
TOO_MANY = "Trop d’essais"


def price_with(campaign: Campaign, code: str, *, by: User, network: str, at: dt.datetime) -> str:
    """Try a code on a campaign, and return the sentence of its field."""
    form = CheckoutForm({"code": code, "seen": ""})
    form.price(campaign=campaign, by=by, network=network, at=at)
    return " ".join(map(str, form.errors.get("code", [])))


def guesses(campaign: Campaign, count: int, network: str, at: dt.datetime) -> list[str]:
    by = User.objects.get(pk=campaign.merchant.owner_id)
    return [
        price_with(campaign, f"GUESS{number}", by=by, network=network, at=at)
        for number in range(count)
    ]


def test_more_guesses_of_a_promotion_code_than_twenty_are_not_answered(
    browse: Browse, shop: Merchant
) -> None:
    make_code()
    campaign = make_campaign(shop, {"north": 10_000}, at=timezone.now())
    desk = browse(campaign.merchant.owner, space="")
    url = f"/desk/checkout/{campaign.reference}/"
    answers = [
        desk.post(url, {"code": f"GUESS{number}", "preview": "1"}).content.decode()
        for number in range(CODES_OF_A_MERCHANT + 2)
    ]
    refused = [TOO_MANY in answer for answer in answers]
    assert CODES_OF_A_MERCHANT == 20
    assert refused == [False] * CODES_OF_A_MERCHANT + [True] * 2
    right = desk.post(url, {"code": "RENTREE"})
    assert TOO_MANY in right.content.decode()
    assert 'value="RENTREE"' in right.content.decode()


def test_a_code_that_the_order_has_is_no_guess(campaign: Campaign) -> None:
    make_code()
    owner = User.objects.get(pk=campaign.merchant.owner_id)
    order = CheckoutForm({"code": "RENTREE", "seen": ""}).submit(
        campaign=campaign, by=owner, at=AT, network="10.0.0.1"
    )
    assert order is not None
    for _ in range(CODES_OF_A_MERCHANT + 5):
        assert not price_with(campaign, "rentree", by=owner, network="10.0.0.1", at=AT)


def test_guesses_are_counted_by_shop_and_not_by_campaign(shop: Merchant) -> None:
    first, second = (make_campaign(shop, {"north": 10_000}, at=AT) for _ in range(2))
    guesses(first, CODES_OF_A_MERCHANT, "10.0.0.1", AT)
    assert TOO_MANY in guesses(second, 1, "10.0.0.2", AT)[0]


def test_shops_behind_one_address_share_a_limit(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert forms.CODES_OF_A_NETWORK > CODES_OF_A_MERCHANT
    monkeypatch.setattr(forms, "CODES_OF_A_NETWORK", 2 * CODES_OF_A_MERCHANT)
    shops = 2
    answers = [
        guesses(make_campaign(make_shop(), {"north": 10_000}, at=AT), CODES_OF_A_MERCHANT, "n", AT)
        for _ in range(shops + 1)
    ]
    refused = [any(TOO_MANY in answer for answer in answered) for answered in answers]
    assert refused == [False] * shops + [True]


def test_the_present_password_is_not_guessed_in_an_open_session(owner: User) -> None:
    def sentence(current: str) -> str:
        with pytest.raises(Refused) as refusal:
            accounts.choose_password(
                by=owner, password="une phrase bien longue", current=current, proven=False, at=AT
            )
        return refusal.value.sentence

    answers = [sentence(f"essai {number}") for number in range(14)]
    assert [TOO_MANY in answer for answer in answers] == [False] * 10 + [True] * 4
    assert TOO_MANY in sentence(PASSWORD)


def test_codes_of_invitations_are_counted_by_network(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    Role.objects.create(user=owner, role=Role.Kind.ADMINISTRATOR, given_at=AT)
    made = members.invite(by=owner, uses=3, days=300, company_id=None, at=AT)
    monkeypatch.setattr(rules, "CODES_OF_A_NETWORK", 3)
    stranger = browse(None)
    statuses = [stranger.get(f"/join/nothere{number}/").status_code for number in range(5)]
    assert statuses == [404, 404, 404, 422, 422]
    assert TOO_MANY in stranger.get(f"/join/{made.code}/").content.decode()
    assert 31 ** len(made.code) > 2**58, "nobody guesses it"


class Try(NamedTuple):
    """A form submission: its host, its address and its values."""

    space: str
    url: str
    typed: dict[str, Any]


JOINING = {"first_name": "A", "last_name": "B", "email": "a@north.example"}
REFUSED_IN_SILENCE = {
    "signin": Try("north", "/signin/", {"email": "a@north.example", "password": PASSWORD}),
    "link": Try("north", "/signin/link/", {"email": "a@north.example"}),
    "merchant_link": Try("", "/signin/link/", {"email": "a@shops.example"}),
    "find": Try("", "/find/", {"email": "a@north.example"}),
    "merchant_signup": Try("", "/desk/signup/", TYPED),
    "founding": Try("", "/start/", PERSON),
    "join": Try("north", "/join/", JOINING),
    "join_code": Try("north", "/join/xxxxxxxxxxxx/", {}),
}


@pytest.mark.parametrize("name", REFUSED_IN_SILENCE)
def test_signing_in_codes_and_mails_are_refused_while_the_store_is_silent(
    browse: Browse, in_north: None, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = REFUSED_IN_SILENCE[name]
    company = {"company_id": queries.company_ids()[0]} if name == "join" else {}
    kill_store(monkeypatch)
    answer = browse(None, space=refused.space).post(refused.url, refused.typed | company)
    text = answer.content.decode()
    assert answer.status_code == 422, text[:500]
    assert SILENT in text
    if refused.typed:
        assert f'value="{refused.typed["email"]}"' in text


def test_a_promotion_code_is_refused_while_the_store_is_silent_and_paying_without_is_not(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_code()
    kill_store(monkeypatch)
    by = User.objects.get(pk=campaign.merchant.owner_id)
    assert SILENT in price_with(campaign, "RENTREE", by=by, network="n", at=AT)
    assert not price_with(campaign, "", by=by, network="n", at=AT)


def test_a_password_is_not_changed_by_guessing_while_the_store_is_silent(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_store(monkeypatch)
    with pytest.raises(Refused, match=SILENT):
        accounts.choose_password(
            by=owner, password="une phrase bien longue", current=PASSWORD, proven=False, at=AT
        )


def test_a_proposal_to_another_space_waits_for_the_store(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    Role.objects.create(user=owner, role=Role.Kind.ADMINISTRATOR, given_at=AT)
    kill_store(monkeypatch)
    client = browse(owner)
    answer = client.post("/neighbours/treaties/", {"address": "south", "gives": ["loans"]})
    assert answer.status_code == 422
    assert SILENT in answer.content.decode()


def test_members_read_and_write_while_the_store_is_silent(
    browse: Browse, owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = make_classified(teammate)
    client = browse(owner)
    kill_store(monkeypatch)
    assert client.get("/classifieds/").status_code == 200
    assert client.post("/classifieds/new/", form_data()).status_code == 303
    talk = client.post(
        f"/messages/begin/classified/{offer.reference}/", {"text": "Bonjour, toujours à vendre ?"}
    )
    assert talk.status_code == 303, talk.content.decode()[:400]
    assert client.post(talk["Location"], {"text": "Je passe à midi."}).status_code == 303


def test_network_is_read_in_one_place_which_knows_the_proxy() -> None:
    """Check that the client's address is read in a single place, aware of the proxy.

    Behind a proxy, REMOTE_ADDR is the proxy's: a stranger would use up the limit of all users.
    """
    product = [
        path
        for home in ("saas", "tenants", "billing", "api")
        for path in (settings.ROOT / home).rglob("*.py")
    ]
    reading = {path.name for path in product if "REMOTE_ADDR" in path.read_text("utf-8")}
    assert reading == {"auth.py", "environ.py"}
