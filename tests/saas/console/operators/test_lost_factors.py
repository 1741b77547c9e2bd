"""An operator removes the lost second factor of a merchant or a council member, with a proof."""

from typing import Any

from django.utils import timezone

from saas.accounts.factors import actions as factors
from saas.accounts.factors import queries, rules
from saas.accounts.models import User
from saas.console.models import FactorReset
from saas.kernel import schema
from tenants.community.members.models import Role
from tests.factories.billing import make_shop
from tests.fixtures.people import SpaceClient, make_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOTE = "Rappelée au numéro de la boutique"


def protect(person: User) -> None:
    now = timezone.now()
    code = rules.code_at(SECRET, now.timestamp())
    factors.set_up(by=person, secret=SECRET, code=code, at=now)


def typed(person: User, **changed: str) -> dict[str, Any]:
    return {"email": person.email, "proof": "call", "note": NOTE, **changed}


def test_merchant_is_reset_after_a_call(console: SpaceClient, agathe: int, db: None) -> None:
    with schema.in_public():
        shop = make_shop()
        protect(shop.owner)
        other = make_user("Paul")
    url = f"/merchants/{shop.reference}/factor/"
    assert "Jamais encore" in console.get(url).text
    assert "Personne de ce commerce" in console.post(url, typed(other)).text
    assert console.post(url, typed(shop.owner, note="")).status_code == 422
    assert console.post(url, typed(shop.owner))["Location"] == f"/merchants/{shop.reference}/"
    assert NOTE in console.get(url).text
    with schema.in_public():
        assert not queries.has_factor(shop.owner)
        row = FactorReset.objects.get()
        assert (row.by_id, row.person) == (agathe, shop.owner.reference)
        notice = (User.objects.get(pk=shop.owner_id).notices or [])[-1]
    assert (notice["kind"], notice["detail"]) == ("factor_reset", NOTE)


def test_council_member_is_reset_with_a_paper(
    console: SpaceClient, owner: User, in_north: None
) -> None:
    protect(owner)
    url = "/spaces/north/councils/factor/"
    with schema.in_public():
        assert "ni du CSE" in console.post(url, typed(owner, proof="paper")).text
    Role.objects.create(user=owner, role=Role.Kind.TREASURER, given_at=timezone.now())
    with schema.in_public():
        answer = console.post(url, typed(owner, proof="paper"))
        assert answer["Location"] == "/spaces/north/councils/people/"
        assert FactorReset.objects.get().place == "north"
    assert not queries.has_factor(owner)
