"""Several shops of one merchant, and several people of a shop, each within their role."""

import re
from typing import Any

import pytest

from billing.models import Subscription
from billing.orders.queries import desk as order_desk
from billing.orders.queries.needs import needs_of
from saas.accounts.models import User
from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.actions import team as actions
from saas.catalogue.merchants.models import Invitation, Membership, Merchant
from saas.catalogue.merchants.queries import team
from saas.catalogue.merchants.rules import joining
from saas.catalogue.offers import actions as offers
from saas.catalogue.offers.models import Till
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tests.fixtures.months import make_subscription
from tests.fixtures.people import AT, DAY, Browse, make_user
from tests.saas.catalogue.making import draw_up, make_merchant, owner_of
from tests.saas.catalogue.merchants.test_pages import typed

pytestmark = pytest.mark.django_db
ACCOUNT = {"name": "Nina Roche", "password": "un-bon-mot-de-passe"}


@pytest.fixture
def shop() -> Merchant:
    return make_merchant()


@pytest.fixture
def owner(shop: Merchant) -> User:
    with schema.in_public():
        return owner_of(shop)


@pytest.fixture
def desk(browse: Browse, owner: User) -> Any:
    return browse(owner, space="")


def colleague(shop: Merchant, role: str, name: str = "Nina") -> User:
    with schema.in_public():
        person = make_user(name, email=f"{name.lower()}@roche.example")
        actions.admit(merchant=shop, person=person, role=role, at=AT)
        return person


def link_in(mailoutbox: list[Any]) -> str:
    for invitation in Invitation.objects.filter(mailed_at=None):
        tasks.mail_invitation(invitation.pk)
    found = re.search(r"/desk/invitation/[^\s\"<]+", mailoutbox[-1].body)
    assert found
    return found.group()


def test_second_shop_is_added_with_the_same_business(
    desk: Any, shop: Merchant, owner: User
) -> None:
    page = desk.get("/desk/shops/new/").content.decode()
    assert 'value="732829320"' in page
    assert "rue des Bateliers" not in page

    answer = desk.post("/desk/shops/new/", typed(name="Cazal du port", street="8 quai du Nord"))

    assert answer.status_code == 303
    assert [row.shop.name for row in team.shops_of(owner)] == ["Cazal du port", shop.name]
    assert "Cazal du port" in desk.get("/desk/page/").content.decode()
    assert Merchant.objects.get(pk=shop.pk).name == shop.name


def test_desk_shows_the_chosen_shop(desk: Any, shop: Merchant, owner: User) -> None:
    other = make_merchant("Cazal du port", owner=owner, street="8 quai du Nord")
    assert desk.post(f"/desk/shops/{shop.reference}/choose/").status_code == 303
    current = team.shop_of(owner)
    assert current is not None
    assert current.pk == shop.pk
    stranger = make_merchant("Ailleurs", street="1 rue du Four")
    assert desk.post(f"/desk/shops/{stranger.reference}/choose/").status_code == 404
    assert other.reference in desk.get("/desk/shops/").content.decode()


def test_unpaid_month_of_one_shop_is_named_at_the_other(
    desk: Any, shop: Merchant, owner: User
) -> None:
    campaign = draw_up(shop)
    other = make_merchant("Cazal du port", owner=owner, street="8 quai du Nord")
    with schema.in_public():
        unpaid = make_subscription(campaign, at=AT, stripe_id="sub_1")
        Subscription.objects.filter(pk=unpaid.pk).update(state=Subscription.State.PAST_DUE)
        (need,) = needs_of(owner)
        assert need.text.startswith(f"{shop.name}\u00a0: ")
        orders, _page = order_desk.own_orders(owner, number="1")
        assert not orders
    assert need.text.partition("«")[0] in desk.get("/desk/").content.decode()
    assert desk.get(need.url).status_code == 200
    assert desk.get("/desk/campaigns/new/").status_code == 200
    with schema.in_public():
        actions.choose_shop(merchant=shop, by=owner, at=AT)
        (need,) = needs_of(owner)
        assert not need.text.startswith(shop.name)
        assert other.pk in {row.shop.pk for row in team.shops_of(owner)}


def test_invited_stranger_makes_an_account_and_joins(
    desk: Any, browse: Browse, shop: Merchant, mailoutbox: list[Any]
) -> None:
    answer = desk.post("/desk/people/invite/", {"email": "Nina@Roche.example", "role": "editor"})
    assert answer.status_code == 303
    link = link_in(mailoutbox)
    visitor = browse(None, space="")
    assert shop.name in visitor.get(link).content.decode()
    refused = visitor.post(link, ACCOUNT | {"password": "court"})
    assert refused.status_code == 422
    assert "Erreur" in refused.content.decode()

    assert visitor.post(link, ACCOUNT).status_code == 303

    member = Membership.objects.select_related("person").get()
    assert (member.person.email, member.role) == ("nina@roche.example", "editor")
    assert visitor.get("/desk/page/").status_code == 200
    assert browse(None, space="").get(link).status_code == 404


def invite(shop: Merchant, owner: User, email: str) -> Invitation:
    with schema.in_public():
        return actions.invite(
            merchant=shop, email=email, role="editor", language="fr", by=owner, at=AT
        )


def test_stranger_is_not_flooded_by_invitations_made_again(shop: Merchant, owner: User) -> None:
    for _time in range(joining.MOST_TO_ADDRESS_A_DAY):
        made = invite(shop, owner, "lea@else.example")
        with schema.in_public():
            actions.withdraw_invitation(invitation=made, by=owner, at=AT)
    with pytest.raises(Refused, match="Trop d’essais"):
        invite(shop, owner, "lea@else.example")


def test_withdrawn_invitations_count_by_person_and_day(shop: Merchant, owner: User) -> None:
    for number in range(joining.MOST_A_DAY):
        made = invite(shop, owner, f"somebody{number}@else.example")
        with schema.in_public():
            actions.withdraw_invitation(invitation=made, by=owner, at=AT)
    with pytest.raises(Refused, match="Trop d’essais"):
        invite(shop, owner, "another@else.example")


def test_mail_of_an_invitation_stops_all_of_them_for_ever(
    browse: Browse, shop: Merchant, owner: User, mailoutbox: list[Any]
) -> None:
    invite(shop, owner, "lea@else.example")
    link_in(mailoutbox)
    [path] = re.findall(r"/[^\s\"]*invitations/stop/[^\s\"<]+", mailoutbox[-1].body)
    browse(None, space="").post(path)
    with pytest.raises(Refused, match="ne veut plus d’invitations"):
        invite(shop, owner, "lea@else.example")


def test_name_that_is_a_link_is_mailed_to_no_stranger(shop: Merchant, owner: User) -> None:
    shop.name = "Gagnez sur www.evil.example"
    with schema.in_public():
        shop.save(update_fields=["name"])
    with pytest.raises(Refused, match="ni lien"):
        invite(shop, owner, "lea@else.example")


def test_invitation_is_for_its_address_alone(
    desk: Any, browse: Browse, mailoutbox: list[Any]
) -> None:
    desk.post("/desk/people/invite/", {"email": "nina@roche.example", "role": "owner"})
    link = link_in(mailoutbox)
    with schema.in_public():
        other = make_user("Paul", email="paul@ailleurs.example")
    assert browse(other, space="").post(link).status_code == 403
    assert not Membership.objects.exists()


def test_withdrawn_invitation_ends_its_link(
    desk: Any, browse: Browse, mailoutbox: list[Any]
) -> None:
    desk.post("/desk/people/invite/", {"email": "nina@roche.example", "role": "owner"})
    link, invitation = link_in(mailoutbox), Invitation.objects.get()
    desk.post(f"/desk/people/invitations/{invitation.reference}/withdraw/")
    assert browse(None, space="").get(link).status_code == 404


def test_till_role_opens_the_till_and_nothing_else(browse: Browse, shop: Merchant) -> None:
    clerk = browse(colleague(shop, "till"), space="")
    assert clerk.get("/desk/")["Location"] == "/till/"
    assert shop.name in clerk.get("/till/").content.decode()
    for path in ("page/", "people/", "campaigns/", "campaigns/new/", "offers/", "offers/new/"):
        assert clerk.get(f"/desk/{path}").status_code == 403, path
    assert clerk.post("/desk/page/", typed()).status_code == 403
    for path in ("orders/", "invoices/", "subscriptions/"):
        assert shop.name not in clerk.get(f"/desk/{path}").content.decode()


def test_editor_runs_the_shop_and_leaves_its_people_alone(browse: Browse, shop: Merchant) -> None:
    editor = colleague(shop, "editor")
    page = browse(editor, space="")
    assert page.get("/desk/page/").status_code == 200
    assert "Inviter par e-mail" not in page.get("/desk/people/").content.decode()
    assert page.post("/desk/people/invite/", {"email": "x@y.fr", "role": "till"}).status_code == 403
    with schema.in_public(), pytest.raises(NotAllowed):
        actions.remove_member(merchant=shop, person=owner_of(shop), by=editor, at=AT)


def test_removed_person_loses_access_at_once(
    desk: Any, browse: Browse, shop: Merchant, owner: User
) -> None:
    editor = colleague(shop, "editor")
    page = browse(editor, space="")
    assert page.get("/desk/people/").status_code == 200
    with schema.in_public():
        offers.open_till(by=owner, at=AT)

    assert desk.post(f"/desk/people/{editor.reference}/remove/").status_code == 303

    assert shop.name not in page.get("/desk/").content.decode()
    assert not team.runs(shop.pk, editor)
    assert not Till.objects.exists()


def test_last_owner_stays_and_the_next_one_follows(shop: Merchant, owner: User) -> None:
    with schema.in_public():
        with pytest.raises(Refused, match="dernier responsable"):
            actions.remove_member(merchant=shop, person=owner, by=owner, at=AT)
        with pytest.raises(Refused, match="dernier responsable"):
            actions.change_role(merchant=shop, person=owner, role="till", by=owner, at=AT)
    heir = colleague(shop, "owner")
    with schema.in_public():
        actions.remove_member(merchant=shop, person=owner, by=heir, at=AT + DAY)
        assert Merchant.objects.get(pk=shop.pk).owner_id == heir.pk
        assert not team.runs(shop.pk, owner)
        with pytest.raises(Refused, match="dernier responsable"):
            actions.remove_member(merchant=shop, person=heir, by=heir, at=AT + DAY)


def test_owner_changes_a_role_by_page(desk: Any, shop: Merchant, owner: User) -> None:
    editor = colleague(shop, "editor")
    answer = desk.post(f"/desk/people/{editor.reference}/role/", {"role": "till"})
    assert answer.status_code == 303
    assert Membership.objects.get().role == "till"
    wrong = desk.post(f"/desk/people/{owner.reference}/role/", {"role": "till"})
    assert wrong.status_code == 422
    assert "dernier responsable" in wrong.content.decode()
