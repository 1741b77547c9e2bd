"""A shop for its merchant's programs: codes redeemed once, figures equal to the page's."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.merchants.actions import programs, team
from saas.catalogue.merchants.models import Membership, Merchant, ProgramToken
from saas.catalogue.merchants.rules.programs import CAMPAIGNS, CATALOGUE, CODES
from saas.catalogue.offers.models import OfferDay
from saas.catalogue.placements.models import FlightDay
from saas.catalogue.placements.rules.campaigns import today
from saas.kernel import schema
from saas.kernel.errors import NotAllowed
from tenants.spaces.models import Tenant
from tests.fixtures.people import AT, Browse, make_user
from tests.saas.catalogue.making import make_merchant, make_service, owner_of, run_campaign
from tests.saas.catalogue.offers.making import make_offer, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("going_on_from_at")]


@pytest.fixture
def shop() -> Merchant:
    return make_merchant()


def secret_of(shop: Merchant, *scopes: str, name: str = "Caisse") -> str:
    with schema.in_public():
        made = programs.make_token(
            merchant=shop, name=name, scopes=scopes, days=90, by=owner_of(shop), at=timezone.now()
        )
        return made.secret


def ask(browse: Browse, path: str, secret: str, *, key: str | None = None) -> Any:
    client, headers = browse(None, space=""), {"authorization": f"Bearer {secret}"}
    if key is None:
        return client.get(f"/api/v1/shop/{path}", headers=headers)
    return client.post(f"/api/v1/shop/{path}", headers=headers | {"idempotency-key": key})


def test_code_is_looked_up_and_redeemed_once(browse: Browse, shop: Merchant, owner: User) -> None:
    voucher, secret = take(make_offer(shop), owner), secret_of(shop, CODES)
    found = ask(browse, f"codes/{voucher.code.lower()}/", secret)
    assert (found.status_code, found.json()["title"]) == (200, "Un café offert")
    assert found.json()["used_at"] is None

    path = f"codes/{voucher.code}/redeem/"
    first, again = (ask(browse, path, secret, key="ticket-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["used_at"]
    other = ask(browse, path, secret, key="ticket-2")
    assert other.status_code == 422
    assert "déjà servi" in other.json()["detail"]
    with schema.in_public():
        assert [row.uses for row in OfferDay.objects.all()] == [1]


def test_key_of_another_code_is_refused(
    browse: Browse, shop: Merchant, owner: User, teammate: User
) -> None:
    offer, secret = make_offer(shop), secret_of(shop, CODES)
    first, second = take(offer, owner), take(offer, teammate)
    assert ask(browse, f"codes/{first.code}/redeem/", secret, key="k").status_code == 200
    refused = ask(browse, f"codes/{second.code}/redeem/", secret, key="k")
    assert refused.status_code == 422
    assert "Cette clé a déjà servi" in refused.json()["detail"]
    headers = {"authorization": f"Bearer {secret}"}
    path = f"/api/v1/shop/codes/{second.code}/redeem/"
    assert browse(None, space="").post(path, headers=headers).status_code == 400


def test_code_of_another_shop_stays_unused(browse: Browse, shop: Merchant, owner: User) -> None:
    voucher = take(make_offer(shop), owner)
    secret = secret_of(make_merchant("Ti’Zeste"), CODES)
    for answer in (
        ask(browse, f"codes/{voucher.code}/", secret),
        ask(browse, f"codes/{voucher.code}/redeem/", secret, key="k"),
    ):
        assert answer.status_code == 422
    with schema.in_public():
        voucher.refresh_from_db()
    assert voucher.used_at is None


def test_report_holds_small_counts_back(browse: Browse, shop: Merchant) -> None:
    campaign, secret = run_campaign(shop), secret_of(shop, CAMPAIGNS)
    flight = campaign.flights.get()
    day = {"day": today(AT), "gathered_at": AT}
    FlightDay.objects.create(flight=flight, views=40, clicks=3, **day)

    listed = ask(browse, "campaigns/", secret).json()["results"]
    assert [row["reference"] for row in listed] == [campaign.reference]
    report = ask(browse, f"campaigns/{campaign.reference}/report/", secret).json()
    assert (report["views"], report["clicks"]) == (40, None)
    assert report["net_cents"] == flight.net_cents
    assert [(row["views"], row["clicks"]) for row in report["places"]] == [(40, None)]
    sheet = ask(browse, f"campaigns/{campaign.reference}/days/", secret)
    assert sheet["Content-Type"].startswith("text/csv")
    assert "moins de 5" in b"".join(sheet).decode("utf-8-sig")
    foreign = secret_of(make_merchant("Ti’Zeste"), CAMPAIGNS)
    path = f"campaigns/{campaign.reference}/report/"
    assert ask(browse, path, foreign).status_code == 404


def test_catalogue_is_read_as_spaces_see_it(browse: Browse, shop: Merchant, owner: User) -> None:
    secret, offer = secret_of(shop, CATALOGUE), make_offer(shop)
    take(offer, owner)
    with schema.in_public():
        north = Tenant.objects.get(schema_name="north")
        OfferDay.objects.create(offer=offer, tenant=north, day=AT.date(), uses=3)
    near = make_service(latitude=shop.latitude, longitude=shop.longitude)
    make_service("Piscine", "piscine", latitude=shop.latitude + 1, longitude=shop.longitude)

    page = ask(browse, "page/", secret).json()
    assert (page["reference"], page["name"]) == (shop.reference, shop.name)
    assert page["hours"] == [
        {
            "weekday": row.weekday,
            "opens": f"{row.opens:%H:%M}",
            "closes": f"{row.closes:%H:%M}",
        }
        for row in shop.hours.all()
    ]
    [row] = ask(browse, "offers/", secret).json()["results"]
    assert (row["reference"], row["title"], row["uses"]) == (offer.reference, "Un café offert", 3)
    sheet = ask(browse, f"offers/{offer.reference}/days/", secret)
    assert "Espace" in b"".join(sheet).decode("utf-8-sig")
    services = ask(browse, "services/", secret).json()["results"]
    assert [row["name"] for row in services] == [near.name]


def test_catalogue_needs_its_scope_and_its_own_shop(browse: Browse, shop: Merchant) -> None:
    offer, codes = make_offer(shop), secret_of(shop, CODES)
    for path in ("page/", "offers/", "services/", f"offers/{offer.reference}/days/"):
        assert ask(browse, path, codes).status_code == 403
    foreign = secret_of(make_merchant("Ti’Zeste"), CATALOGUE)
    assert ask(browse, f"offers/{offer.reference}/days/", foreign).status_code == 404
    assert ask(browse, "offers/", foreign).json()["results"] == []


def test_token_opens_its_scopes_until_it_ends(browse: Browse, shop: Merchant) -> None:
    secret = secret_of(shop, CODES)
    assert ask(browse, "campaigns/", secret).status_code == 403
    assert ask(browse, "codes/XXXXXX/", secret).status_code == 422
    assert browse(owner_of(shop), space="").get("/api/v1/shop/campaigns/").status_code == 401
    ProgramToken.objects.update(made_at=AT - dt.timedelta(days=99), expires_at=AT)
    assert ask(browse, "codes/XXXXXX/", secret).status_code == 401

    blocked = secret_of(shop, CODES, name="Autre")
    Merchant.objects.filter(pk=shop.pk).update(state="blocked")
    assert ask(browse, "codes/XXXXXX/", blocked).status_code == 401


def test_owner_makes_and_revokes_a_token_at_the_desk(browse: Browse, shop: Merchant) -> None:
    desk = browse(owner_of(shop), space="")
    made = desk.post("/desk/programs/", {"name": "Caisse", "scopes": [CODES], "days": "90"})
    assert b"trv_shop_" in made.content
    token = ProgramToken.objects.get()
    assert b"trv_shop_" not in desk.get("/desk/programs/").content
    assert desk.post("/desk/programs/", {"name": "Caisse"}).status_code == 422
    assert desk.post(f"/desk/programs/{token.reference}/revoke/").status_code == 303
    token.refresh_from_db()
    assert token.revoked_at is not None
    stranger = browse(owner_of(make_merchant("Ti’Zeste")), space="")
    assert stranger.post(f"/desk/programs/{token.reference}/revoke/").status_code == 404


def test_tokens_of_a_removed_person_end(browse: Browse, shop: Merchant) -> None:
    with schema.in_public():
        nina = make_user("Nina", email="nina@roche.example")
        team.admit(merchant=shop, person=nina, role=Membership.Role.OWNER, at=AT)
        new: dict[str, Any] = {"merchant": shop, "name": "T", "scopes": [CODES], "days": 30}
        secret = programs.make_token(**new, by=nina, at=timezone.now()).secret
        assert ask(browse, "codes/XXXXXX/", secret).status_code == 422
        team.remove_member(merchant=shop, person=nina, by=owner_of(shop), at=timezone.now())
        assert ask(browse, "codes/XXXXXX/", secret).status_code == 401

        editor = make_user("Eva", email="eva@roche.example")
        team.admit(merchant=shop, person=editor, role=Membership.Role.EDITOR, at=AT)
        with pytest.raises(NotAllowed):
            programs.make_token(**new, by=editor, at=timezone.now())
