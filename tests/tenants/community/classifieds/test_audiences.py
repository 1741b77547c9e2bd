"""Internal posts of a park's company are invisible to others, at every address."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from tenants.community.classifieds import actions, forms
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries import board, pictures, shared, single
from tenants.community.members.models import Profile, Role
from tenants.spaces.models import OwnCompany
from tests.fixtures.people import AT, Browse, make_user
from tests.tenants.community.classifieds.making import make_classified, make_picture, offer

SECRET = "Tondeuse de l’atelier"


def works_at(user: User, name: str) -> User:
    company = OwnCompany.objects.get(name=name)
    Profile.objects.filter(user=user).update(company_id=company.pk)
    return user


@pytest.fixture
def author(owner: User) -> User:
    return works_at(owner, "North Un")


@pytest.fixture
def outsider(teammate: User) -> User:
    """Return a colleague of the other company, with its administrator role and the space's too."""
    works_at(teammate, "North Deux")
    company = OwnCompany.objects.get(name="North Deux")
    for company_id in (company.pk, None):
        Role.objects.create(user=teammate, role="administrator", company_id=company_id, given_at=AT)
    return teammate


@pytest.fixture
def insider(in_north: None) -> User:
    return works_at(make_user("Lou"), "North Un")


@pytest.fixture
def secret(author: User) -> Classified:
    classified = make_classified(author, title=SECRET, audience="company")
    make_picture(author, classified)
    make_classified(author, title="Vélo pour tous")
    return classified


def pages(client: Client, *urls: str) -> str:
    return "".join(client.get(url).text for url in urls)


LISTS = ("/", "/classifieds/", "/classifieds/?q=tondeuse", "/api/v1/classifieds/")


def test_a_colleague_of_another_company_finds_it_in_no_list(
    browse: Browse, outsider: User, insider: User, secret: Classified
) -> None:
    for url in LISTS:
        assert SECRET not in pages(browse(outsider), url)
        assert secret.reference not in pages(browse(outsider), url)
        assert secret.reference in pages(browse(insider), url)


def test_picture_of_a_company_classified_is_closed_to_others(
    outsider: User, insider: User, secret: Any
) -> None:
    token = pictures.pictures_of(secret)[0].token
    assert pictures.picture_named(token, viewer=outsider) is None
    assert pictures.picture_named(token, viewer=insider) is not None


def test_company_classified_is_not_counted_nor_suggested_outside(
    author: User, outsider: User, insider: User, secret: Classified
) -> None:
    now = timezone.now()
    public = make_classified(author, title="Tondeuse à gazon")
    shown = [board.board(board.Filters(), viewer=one, at=now).total for one in (outsider, insider)]
    assert shown == [2, 3]
    near = board.similar_to(public, viewer=outsider, at=now)
    assert secret.pk not in {row.pk for row in near}
    widened = board.board(board.Filters(q="tondeuse", free=True), viewer=outsider, at=now)
    assert [tuple(one) for one in widened.widenings] == [("free", 1)]
    assert not any(hooks.subject.ask("classified", secret.reference, outsider))
    assert shared.offered_items(now) == []


def test_author_finds_it_among_their_own(browse: Browse, author: User, secret: Any) -> None:
    page = pages(browse(author), "/classifieds/mine/")
    assert SECRET in page
    assert "Une entreprise seulement" in page


def test_company_classified_stays_with_its_company(
    author: User, insider: User, outsider: User, secret: Classified
) -> None:
    works_at(author, "North Deux")
    assert single.find(secret.reference, viewer=author) == secret
    assert single.find(secret.reference, viewer=insider) == secret
    assert single.find(secret.reference, viewer=outsider) is None
    terms = offer(title="Tondeuse révisée", audience="company")
    actions.edit(classified=secret, offer=terms, pictures=[], by=author, at=timezone.now())
    assert single.find(secret.reference, viewer=outsider) is None
    for audience in ("space", "company"):
        terms = offer(title="Tondeuse révisée", audience=audience)
        actions.edit(classified=secret, offer=terms, pictures=[], by=author, at=timezone.now())
    assert single.find(secret.reference, viewer=outsider) == secret
    assert single.find(secret.reference, viewer=insider) is None


def test_audience_is_asked_where_there_is_a_choice(author: User, stranger: User) -> None:
    assert "audience" in forms.PostForm(person=author).fields
    with schema.inside("south"):
        assert "audience" not in forms.PostForm(person=stranger).fields


def test_audience_that_an_author_lacks_is_refused(owner: User) -> None:
    with pytest.raises(Refused, match="qui voit votre annonce"):
        make_classified(owner, audience="company")
    works_at(owner, "North Un")
    with pytest.raises(Refused, match="qui voit votre annonce"):
        make_classified(owner, audience="neighbours")


def test_a_form_keeps_who_sees_it(browse: Browse, author: User, outsider: User) -> None:
    data = {"kind": "give", "title": SECRET, "spot": "elsewhere", "place": "Hall B", "days": "30"}
    answer = browse(author).post("/classifieds/new/", {**data, "audience": "company"})
    assert answer.status_code == 303
    assert Classified.objects.get(title=SECRET).audience == "company"
    assert browse(outsider).get(answer["Location"]).status_code == 404
    shown = pages(browse(author), f"{answer['Location']}edit/")
    assert re.search(r'value="company"[^>]*checked', shown)
