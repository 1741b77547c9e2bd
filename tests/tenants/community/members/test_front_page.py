"""The front page of a full space: its queries, and the rendering of its lists."""

import datetime as dt
from typing import Any

import pytest
from django.template.backends.django import Template
from django.utils import timezone

from infra.benches.request import MOST_STATEMENTS
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.members.models import Profile, Role
from tenants.community.members.queries import people as queries
from tenants.spaces import places
from tenants.spaces.actions import companies as spaces
from tenants.spaces.actors import SpaceActor
from tests.fixtures.people import Browse, Count, SpaceClient
from tests.saas.catalogue.making import make_merchant, run_campaign
from tests.tenants.community.classifieds.making import make_classified

LISTS = ["/", "/classifieds/", "/classifieds/mine/", "/neighbourhood/"]


@pytest.fixture
def full_space(owner: User, teammate: User) -> User:
    """Twenty classifieds of two people, and three placements, in the north."""
    now = timezone.now()
    for number in range(20):
        author = (owner, teammate)[number % 2]
        make_classified(author, title=f"Objet {number}", at=now - dt.timedelta(hours=number))
    for name in ("Maison Cazal", "Ti’Zeste", "Cycles Bertoux"):
        slots = ["home_feed", "neighbourhood"]
        run_campaign(make_merchant(name=name, at=now), slots=slots, at=now)
    return owner


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the templates rendered on their own, in order."""
    rendered: list[str] = []
    render = Template.render

    def recording_render(template: Template, *args: Any, **named: Any) -> str:
        rendered.append(str(template.template.name))
        return str(render(template, *args, **named))

    monkeypatch.setattr(Template, "render", recording_render)
    return rendered


def test_full_front_page_keeps_within_the_ceiling_of_statements(
    browse: Browse, full_space: User, count_queries: Count
) -> None:
    client = browse(full_space)
    statements = count_queries(client, "/")

    assert client.get("/").text.count('<article class="tile"') == 9
    assert len(statements) <= MOST_STATEMENTS
    Role.objects.create(user=full_space, role="administrator", given_at=timezone.now())
    assert len(count_queries(client, "/")) <= MOST_STATEMENTS


def test_first_front_page_of_a_new_space_keeps_within_the_ceiling(
    hers: SpaceClient, owner: User, count_queries: Count
) -> None:
    Role.objects.create(user=owner, role="administrator", given_at=timezone.now())

    assert len(count_queries(hers, "/")) <= MOST_STATEMENTS
    assert "Pour bien commencer" in hers.get("/").text


def test_page_with_a_list_of_cards_is_one_render(
    browse: Browse, full_space: User, renders: list[str]
) -> None:
    for url in LISTS:
        renders.clear()
        text = browse(full_space).get(url).text

        assert text.count('<article class="tile"') >= 3, url
        assert len(renders) == 1, url


def test_card_shows_no_value_of_its_page_nor_of_the_card_before(
    browse: Browse, owner: User
) -> None:
    """The page has a `url` and a `title` of its own; the second card has no price to show."""
    earlier = timezone.now() - dt.timedelta(hours=1)
    make_classified(owner, title="Livre", kind="give", price_cents=None, at=earlier)
    make_classified(owner, title="Perceuse", price_cents=18_000)

    text = browse(owner).get("/").text

    first, second = text.split('<article class="tile"')[1:3]
    assert "180\u00a0€" in first
    assert "€" not in second


def test_new_badge_of_a_company_shows_at_once_and_in_its_own_space_alone(
    browse: Browse, hers: SpaceClient, owner: User, stranger: User
) -> None:
    company_id = queries.company_ids()[0]
    for member, space in ((owner, "north"), (stranger, "south")):
        with schema.inside(space):
            Profile.objects.filter(user=member).update(company_id=company_id)
            make_classified(member)
    assert "<b>NRD</b>" not in hers.get("/classifieds/").text

    with schema.in_public():
        actor = SpaceActor("north", owner.reference, "Nadia B.", "administrator")
        spaces.dress_company(
            company_id=company_id, badge="NRD", colour="#0b5f63", by=actor, at=timezone.now()
        )

    assert "<b>NRD</b>" in hers.get("/classifieds/").text
    assert "<b>NRD</b>" not in browse(stranger, space="south").get("/classifieds/").text


def test_places_of_one_space_are_never_those_of_another(db: None) -> None:
    with schema.inside("north"):
        north = places.here()
    with schema.inside("south"):
        south = places.here()
    assert not set(north.sites) & set(south.sites)
    with schema.inside("north"):
        assert places.here() == north
        assert {gate.site_id for gate in north.gates} <= set(north.sites)
