"""A park: each company has its badge, and administrators limited to its own people."""

import datetime as dt
import re
from typing import Any

import pytest

from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.display.accent import DARK_GROUNDS, LIGHT_GROUNDS
from saas.kernel.display.contrast import worst
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.templatetags.troovon import readable
from tenants.community.gatherings import actions as gatherings
from tenants.community.members.actions import membership as actions
from tenants.community.members.forms.companies import BadgeForm
from tenants.community.members.models import Profile, Role
from tenants.community.members.queries import people as queries
from tenants.community.notifications.models import Notification
from tenants.spaces.models import Company, OwnCompany
from tests.fixtures.people import AT, DAY, Browse, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.gatherings.making import make_gathering, states_of
from tests.tenants.community.lending.making import ask as ask_for_loan
from tests.tenants.community.lending.making import make_thing, slot
from tests.tenants.community.rides.making import ask as ask_for_seat
from tests.tenants.community.rides.making import make_ride


def works_at(user: User, name: str) -> int:
    company = OwnCompany.objects.get(name=name)
    Profile.objects.filter(user=user).update(company_id=company.pk)
    return company.pk


@pytest.fixture
def foreman(teammate: User) -> User:
    """Return a colleague with the administrator role of their own company alone."""
    mine = works_at(teammate, "North Un")
    Role.objects.create(user=teammate, role="administrator", company_id=mine, given_at=AT)
    return teammate


@pytest.fixture
def elsewhere(in_north: None) -> User:
    """A colleague of the other company."""
    person = make_user("Ines", last_name="Dalmas")
    works_at(person, "North Deux")
    return person


def text(client: SpaceClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return str(answer.text)


def test_company_administrator_lists_only_its_people(
    browse: Browse, foreman: User, elsewhere: User
) -> None:
    mate = make_user("Lou")
    works_at(mate, "North Un")
    page = text(browse(foreman), "/admin/people/")
    assert mate.email in page
    assert elsewhere.email not in page
    assert elsewhere.email not in text(browse(foreman), "/admin/people/?q=Dalmas")
    counts = queries.count_for_administrators(foreman, dt.datetime.now(dt.UTC))
    assert counts == {"people": 2, "administers_all": 0}


def test_administrator_of_a_company_has_no_say_over_people_of_another(
    browse: Browse, foreman: User, elsewhere: User
) -> None:
    client, mine = browse(foreman), queries.company_of(foreman)
    address = f"/admin/people/{elsewhere.reference}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"verb": "give", "role": "moderator"}).status_code == 404
    assert client.post(f"{address}move/", {"company_id": mine}).status_code == 404
    with pytest.raises(NotAllowed, match="une autre entreprise"):
        actions.give_role(by=foreman, to=elsewhere, role="moderator", company_id=mine, at=AT)
    assert not Role.objects.filter(user=elsewhere).exists()
    own = f"/admin/people/{foreman.reference}/"
    assert "North Deux" not in text(client, own)
    theirs = {"company_id": queries.company_of(elsewhere)}
    assert client.post(f"{own}move/", theirs).status_code == 403
    assert queries.company_of(foreman) == mine


def test_the_links_of_others_are_not_there(browse: Browse, owner: User, foreman: User) -> None:
    Role.objects.create(user=owner, role="administrator", given_at=AT)
    theirs = OwnCompany.objects.get(name="North Deux").pk
    links = [actions.invite(by=owner, uses=1, days=1, company_id=c, at=AT) for c in (None, theirs)]
    mine = queries.company_of(foreman)
    own = actions.invite(by=foreman, uses=1, days=1, company_id=mine, at=AT)
    client = browse(foreman)
    listed = text(client, "/admin/invitations/")
    assert own.code in listed
    for link in links:
        assert link.code not in listed
        for tail in ("", "qr.svg"):
            assert client.get(f"/admin/invitations/{link.code}/{tail}").status_code == 404
        assert client.post(f"/admin/invitations/{link.code}/withdraw/").status_code == 404


def test_member_does_not_change_their_own_company(elsewhere: User) -> None:
    data: dict[str, Any] = {
        "first_name": "Ines",
        "last_name": "Dalmas",
        "site_id": None,
        "team": "Métrologie",
        "about": "",
        "language": "fr",
        "theme": "system",
        "at": AT,
    }
    other = OwnCompany.objects.get(name="North Un").pk
    with pytest.raises(Refused, match="demandez à l’administration") as caught:
        actions.describe_oneself(by=elsewhere, company_id=other, **data)
    assert caught.value.field == "company_id"
    profile = actions.describe_oneself(by=elsewhere, company_id=None, **data)
    assert profile.company_id == queries.company_of(elsewhere)


def test_move_to_another_company_ends_the_roles_in_the_old_one(owner: User, foreman: User) -> None:
    Role.objects.create(user=owner, role="administrator", given_at=AT)
    Role.objects.create(user=foreman, role="moderator", given_at=AT)
    new = OwnCompany.objects.get(name="North Deux").pk
    with pytest.raises(NotAllowed):
        actions.move(by=foreman, of=foreman, company_id=new, at=AT)
    actions.move(by=owner, of=foreman, company_id=new, at=AT)
    assert queries.company_of(foreman) == new
    assert queries.duties_of(foreman) == {hooks.Duty("moderator", None)}


def test_move_ends_what_was_joined_of_the_former_company_alone(
    owner: User, foreman: User, teammate: User, going_on_from_at: None
) -> None:
    host = make_user("Solène")
    works_at(host, "North Un")
    Role.objects.create(user=owner, role="administrator", given_at=AT)
    private, for_all = (
        make_gathering(host, at=AT, audience=audience, places=9)
        for audience in ("company", "space")
    )
    ride = make_ride(host, at=AT, audience="company")
    drill = make_thing(host, at=AT, audience="company", lends_at_once=True)
    for gathering in (private, for_all):
        gatherings.join(gathering=gathering, by=foreman, at=AT)
    seat = ask_for_seat(ride, foreman, at=AT)
    loan = ask_for_loan(drill, foreman, slot(AT, after=DAY), at=AT)
    new = OwnCompany.objects.get(name="North Deux").pk
    actions.move(by=owner, of=foreman, company_id=new, at=AT)
    assert [len(states_of(one)) for one in (private, for_all)] == [1, 2]
    for one in (seat, loan):
        one.refresh_from_db()
        assert one.state == "cancelled"
    assert "North Deux" in Notification.objects.get(person=foreman, kind="duties").title


def test_a_company_chooses_its_badge_and_everybody_sees_it(
    browse: Browse, foreman: User, elsewhere: User
) -> None:
    mine = queries.company_of(foreman)
    make_classified(foreman, title="Perceuse")
    data = {"badge": " N1 ", "colour": "#FFD400"}
    assert browse(foreman).post(f"/admin/companies/{mine}/", data).status_code == 303
    own = OwnCompany.objects.get(name="North Un")
    assert own.pk == mine
    assert (own.badge, own.colour) == ("N1", "#ffd400")
    for url in ("/classifieds/", f"/people/{foreman.reference}/"):
        page = text(browse(elsewhere), url)
        assert re.search(
            r'<span class="company" title="North Un"><svg[^>]*><circle[^>]*fill="light-dark', page
        )
        assert "<b>N1</b>" in page


def dress(by: User, company_id: int, at: dt.datetime, *, colour: str = "") -> None:
    form = BadgeForm({"badge": "X", "colour": colour})
    assert form.is_valid()
    form.perform(by=by, company_id=company_id, at=at)


def test_a_badge_is_not_that_of_another_company_nor_another_s_to_choose(
    browse: Browse, foreman: User
) -> None:
    mine = queries.company_of(foreman)
    other = OwnCompany.objects.get(name="North Deux").pk
    with schema.in_public():
        Company.objects.filter(pk=other).update(badge="Orsel")
    answer = browse(foreman).refused(f"/admin/companies/{mine}/", {"badge": "ORSEL"})
    assert "porte déjà cet insigne" in answer
    assert browse(foreman).post(f"/admin/companies/{other}/", {"badge": "X"}).status_code == 404
    with pytest.raises(NotAllowed):
        dress(foreman, other, AT)
    with schema.inside("south"):
        foreign = OwnCompany.objects.get().pk
    Role.objects.create(user=foreman, role="administrator", given_at=AT)
    with pytest.raises(NotAllowed, match="pas de votre espace"):
        dress(foreman, foreign, AT)
    with pytest.raises(Refused, match="Une couleur"):
        dress(foreman, mine or 0, AT, colour="red")


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffd400", "#00ff00", "#0000ff"])
def test_company_colour_is_readable_in_both_themes(colour: str) -> None:
    light, dark = re.findall(r"#[0-9a-f]{6}", readable(colour))
    assert worst(light, LIGHT_GROUNDS) >= 4.5
    assert worst(dark, DARK_GROUNDS) >= 4.5
