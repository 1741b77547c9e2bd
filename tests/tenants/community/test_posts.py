"""Posts of all rooms alike: words stay words, a company's are its own, a talk begins at each."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from django.utils.html import escape

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.members.models import Profile
from tenants.spaces.models import OwnCompany
from tests.fixtures.people import Browse, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.deals.making import make_deal
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.lending.making import make_thing
from tests.tenants.community.rides.making import STATION, make_ride

type Make = Callable[..., Any]

BOARDS: dict[Make, str] = {
    make_classified: "classifieds",
    make_thing: "lending",
    make_gathering: "gatherings",
    make_ride: "rides",
    make_deal: "deals",
}
SHARED = (make_classified, make_thing, make_gathering, make_ride)
WORDS = (
    "<script>alert(1)</script>{{ 7|add:7 }}",
    "كرة القدم مساء الخميس \u202e abc",
    "👩‍👩‍👧‍👦🏃🏽‍♀️ course",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte",
)


def post(make: Make, author: User, words: str, **changes: Any) -> Any:
    """Post something of these words."""
    written: dict[str, Any] = {"title": words, "description": words}
    if make is make_ride:
        written = {"spot": STATION._replace(place=words), "note": words}
    return make(author, at=timezone.now(), **written, **changes)


def talk_from(client: SpaceClient, page: str) -> str:
    """The address at which the page of a post lets its reader write to the author."""
    found = re.search(r'(?:href|action)="(/messages/(?:about|begin)/[^"]+)"', client.get(page).text)
    assert found is not None
    return urlsplit(found[1]).path


@pytest.mark.parametrize("make", BOARDS)
def test_words_of_any_kind_are_shown_as_words(his: SpaceClient, owner: User, make: Make) -> None:
    board = f"/{BOARDS[make]}/"
    for words in WORDS:
        url = post(make, owner, words).get_absolute_url()
        assert escape(words) in his.get(url).text
    for url in ("/", board, f"{board}?q={WORDS[0]}"):
        assert "<script>alert" not in his.get(url).text


@pytest.mark.parametrize("make", SHARED)
def test_post_for_one_company_is_there_for_nobody_else(
    browse: Browse, owner: User, teammate: User, make: Make
) -> None:
    colleague, company_id = make_user("Ines"), OwnCompany.objects.all()[0].pk
    Profile.objects.filter(user__in=[owner, colleague]).update(company_id=company_id)
    secret = post(make, owner, "Rendez-vous discret", audience="company")
    url, board = secret.get_absolute_url(), BOARDS[make]
    begin = talk_from(browse(colleague), url)
    for page in ("/", f"/{board}/", f"/api/v1/{'things' if board == 'lending' else board}/"):
        assert "discret" not in browse(teammate).get(page).text, page
        assert "discret" in browse(colleague).get(page).text, page
    for page in (url, begin):
        assert browse(teammate).get(page).status_code == 404, page


@pytest.mark.parametrize("make", SHARED)
def test_conversation_is_begun_from_the_page(
    browse: Browse, owner: User, teammate: User, make: Make
) -> None:
    client, made = browse(teammate), post(make, owner, "Entre nous")
    url = talk_from(client, made.get_absolute_url())
    assert client.post(url, {"text": "Est-ce que je peux venir à deux ?"}).status_code == 303
    kind = type(made).__name__.lower()
    (subject,) = filter(None, hooks.subject.ask(kind, made.reference, teammate))
    assert (subject.owner_id, subject.open) == (owner.pk, True)


def test_boards_speak_english_to_whoever_reads_it(browse: Browse, in_north: None) -> None:
    reader = make_user("Ann", language="en")
    make_gathering(reader, at=timezone.now())
    make_ride(reader, at=timezone.now())
    gatherings, rides = (browse(reader).get(url).text for url in ("/gatherings/", "/rides/"))
    for text, words in (
        (gatherings, ("1 person is coming", "1 place left")),
        (rides, ("Seats free",)),
    ):
        assert all(word in text for word in words)
    assert "2 places left" in rides
