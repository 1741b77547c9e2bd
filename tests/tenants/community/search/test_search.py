"""The search over all rooms: its tolerance, its visibility, and its order."""

import datetime as dt

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.classifieds.models import Classified
from tenants.community.conversations.models import Block
from tenants.community.deals.models import Deal
from tenants.community.gatherings.models import Gathering
from tenants.community.lending.models import Thing
from tenants.community.members.models import Profile
from tenants.community.search import queries
from tenants.community.search.rules import Filters
from tests.fixtures.people import DAY, Browse, SameCost, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.deals.making import make_deal
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.lending.making import make_thing
from tests.tenants.community.rides.making import make_ride


def found(viewer: User, **params: object) -> list[str]:
    filters = Filters(**params)  # type: ignore[arg-type]
    results = queries.results(filters, viewer=viewer, at=timezone.now())
    return [tile.title for group in results.groups for tile in group.tiles]


@pytest.fixture
def full(owner: User, teammate: User) -> User:
    """Something in each room, seen by a teammate."""
    now = timezone.now()
    make_classified(owner, title="Vélos d’enfant", price_cents=4_000, at=now - 2 * DAY)
    make_classified(owner, title="Chaise pliante", description="Assise cannée.", at=now - DAY)
    make_classified(owner, kind="give", title="Antivol de vélo", price_cents=None, at=now)
    make_thing(owner, at=now, title="Remorque à vélo")
    make_gathering(owner, at=now, title="Sortie à vélo")
    make_deal(owner, title="Révision du vélo à moitié prix")
    make_ride(owner, at=now)
    Profile.objects.filter(user=owner).update(about="Je répare les vélos le mardi.")
    return teammate


def test_word_is_found_in_all_rooms_in_any_form(full: User) -> None:
    for words in ("vélo", "velos", "VÉLO", "« vélo »"):
        assert set(found(full, q=words)) == {
            "Vélos d’enfant",
            "Antivol de vélo",
            "Remorque à vélo",
            "Sortie à vélo",
            "Révision du vélo à moitié prix",
            "Je répare les vélos le mardi.",
        }, words


def test_typos_stems_and_names_of_rooms_are_forgiven(full: User) -> None:
    for words, title in (
        ("remorqe", "Remorque à vélo"),
        ("antivole", "Antivol de vélo"),
        ("cannées", "Chaise pliante"),
        ("annonce chaises", "Chaise pliante"),
        ("chaise plient", "Chaise pliante"),
        ("réparer", "Je répare les vélos le mardi."),
    ):
        assert found(full, q=words)[0] == title, words


def test_unknown_word_finds_nothing_and_people_are_found_by_name(full: User) -> None:
    for words in ("%", "☃", "'; DROP TABLE x", "montgolfière", "x" * 120):
        assert found(full, q=words) == [], words
    assert found(full, kind="people") == []


def test_english_words_are_found_in_either_number(owner: User, teammate: User) -> None:
    make_classified(owner, title="Two folding bikes", description="Both were serviced.")

    assert found(teammate, q="folding bike") == found(teammate, q="bikes")
    assert found(teammate, q="bike") == ["Two folding bikes"]


def test_price_and_order_are_kept_to(full: User) -> None:
    assert found(full, q="vélo", kind="classifieds", sort="price")[0] == "Antivol de vélo"
    assert found(full, q="vélo", kind="classifieds", max=3_000) == ["Antivol de vélo"]
    assert found(full, q="vélo", kind="classifieds", sort="new")[0] == "Antivol de vélo"
    assert "Révision du vélo à moitié prix" not in found(full, q="vélo", free=True)


def test_company_offer_is_found_by_its_people_alone(owner: User, teammate: User) -> None:
    Profile.objects.filter(user=owner).update(company_id=1)
    make_thing(owner, at=timezone.now(), title="Clé de notre atelier", audience="company")

    assert found(owner, q="clé atelier") == ["Clé de notre atelier"]
    assert found(teammate, q="clé atelier") == []


def test_hidden_thing_is_found_by_its_owner_alone(full: User, owner: User) -> None:
    for model in (Classified, Thing, Gathering, Deal, Profile):
        model.objects.update(hidden_at=timezone.now())

    assert found(full, q="vélo") == []
    assert "Remorque à vélo" in found(owner, q="vélo")


def test_offers_of_a_blocked_member_are_not_found(full: User, owner: User) -> None:
    Block.objects.create(blocker=full, blocked=owner, blocked_at=timezone.now())
    make_thing(make_user("Lou"), at=timezone.now(), title="Pompe à vélo")

    assert found(full, q="vélo") == ["Pompe à vélo"]
    assert "Remorque à vélo" in found(owner, q="vélo")


def test_search_costs_the_same_with_one_find_and_with_three(
    his: SpaceClient, owner: User, same_cost: SameCost
) -> None:
    make_classified(owner, title="Vélo 1")
    make_thing(owner, at=timezone.now(), title="Vélo 2")
    with same_cost(his, "/search/?q=vélo", "/search/?q=vélo&kind=classifieds"):
        for name in ("Lou", "Ana"):
            make_classified(make_user(name), title=f"Vélo de {name}")
            make_thing(make_user(name), at=timezone.now(), title=f"Vélo prêté par {name}")


def test_page_says_what_was_found_and_what_to_do_with_nothing(browse: Browse, full: User) -> None:
    client = browse(full)

    text = client.get("/search/?q=velo").text
    assert "6 résultats" in text
    assert "Enregistrer cette recherche" in text
    assert "s’en approche" in client.get("/search/?q=remorqe").text
    nothing = client.get("/search/?q=montgolfi%C3%A8re").text
    assert "kind=wanted&amp;title=montgolfi%C3%A8re" in nothing
    assert "Mes recherches gardées" not in client.get("/search/").text
    assert client.get(f"/search/?q={'a' * 300}&page=99&site=x&max=abc").status_code == 200


def test_page_after_the_last_is_the_first(hers: SpaceClient, owner: User) -> None:
    at = timezone.now() - dt.timedelta(hours=1)
    for number in range(26):
        make_classified(owner, title=f"Vélo {number}", at=at)
    second = hers.get("/search/?q=velo&kind=classifieds&page=2").text
    assert second.count('<article class="tile"') == 2
    far = hers.get("/search/?q=velo&kind=classifieds&page=9").text
    assert far.count('<article class="tile"') == 24


def test_map_has_its_own_address_and_shows_no_list(browse: Browse, full: User) -> None:
    client = browse(full)
    assert "view=map" in client.get("/search/").text
    shown = client.get("/search/?q=vélo&view=map").text
    assert "Rien à montrer sur la carte" in shown
    assert "Vélos d’enfant" not in shown
    assert 'name="view" value="map"' in shown, "a filter keeps the map"
    assert "Vélos d’enfant" in client.get("/search/?q=vélo&view=nonsense").text
