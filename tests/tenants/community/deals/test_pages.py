"""The pages of deals: visibility for each reader, and the effect of each click."""

import json
from typing import Any

from django.utils import timezone

from saas.accounts.models import User
from tenants.community.deals.models import Deal
from tests.fixtures.people import Browse, SameCost, SpaceClient, make_user
from tests.tenants.community.deals.making import make_deal, voted


def form_data(**changes: str) -> dict[str, str]:
    """A browser's entries for a complete form."""
    usual = {"category": "food", "title": "Menu à 9 €", "description": "Avant midi et quart."}
    return usual | changes


def test_three_deals_cost_what_one_costs_and_many_votes_what_none_do(
    his: SpaceClient, same_cost: SameCost, owner: User
) -> None:
    deal = make_deal(owner)
    page = same_cost(his, deal.get_absolute_url(), most=12)
    with page, same_cost(his, "/deals/", "/", "/api/v1/deals/", most=16):
        voted(deal, yes=3, no=1)
        for name in ("Ines", "Hugo"):
            voted(make_deal(make_user(name)), yes=2)


def test_posting_leads_to_the_page_and_a_month_is_the_usual_end(hers: SpaceClient) -> None:
    mistaken = hers.refused("/deals/new/", form_data(link="http://menu.example"))
    for words in ("commence par https", "http://menu.example", "Avant midi et quart."):
        assert words in mistaken
    response = hers.post("/deals/new/", form_data())
    deal = Deal.objects.get()
    assert (response.status_code, response["Location"]) == (303, deal.get_absolute_url())
    assert (deal.ends_on - timezone.localdate()).days == 30


def test_link_is_shown_with_its_host_and_leads_out_without_a_word_of_us(
    browse: Browse, owner: User, teammate: User
) -> None:
    text = browse(teammate).get(make_deal(owner).get_absolute_url()).text
    assert 'href="https://www.cinema.example/reserver"' in text
    assert 'rel="noopener noreferrer nofollow"' in text
    assert "Ouvrir cinema.example" in text
    assert 'value="LOGE2"' in text


def test_colleague_votes_changes_their_mind_and_thanks(his: SpaceClient, owner: User) -> None:
    deal = make_deal(owner)
    url = deal.get_absolute_url()
    assert his.post(f"{url}vote/", {"works": "maybe"}).status_code == 422
    for word in ("no", "yes"):
        assert his.post(f"{url}vote/", {"works": word}).status_code == 303
    his.post(f"{url}thank/")
    text = his.get(url).text
    assert "1 collègue dit oui" in text
    assert "0 dit non" in text
    assert "Vous avez dit merci." in text
    assert "1 merci reçu" in his.get(f"/people/{owner.reference}/").text


def test_author_corrects_and_ends_it(hers: SpaceClient, his: SpaceClient, owner: User) -> None:
    deal = make_deal(owner)
    url = deal.get_absolute_url()
    assert his.get(f"{url}edit/").status_code == 403
    assert "LOGE2" in hers.get(f"{url}edit/").text
    assert hers.post(f"{url}edit/", form_data(title="Menu à 10 €")).status_code == 303
    assert hers.post(f"{url}close/").status_code == 303
    text = his.get(url).text
    assert "Menu à 10" in text
    assert "Terminé" in text
    assert "Une voix chacun" not in text


def test_filters_stand_in_the_address_and_nonsense_is_left_out(browse: Browse, owner: User) -> None:
    make_deal(owner)
    client = browse(owner)
    assert b"deux places" in client.get("/deals/?q=cinema&category=outings&page=7").content
    for odd in ("category=x&sort=y&page=-3", f"q={'x' * 500}", "mine=maybe&over=1e9"):
        assert client.get(f"/deals/?{odd}").status_code == 200


def test_second_page_goes_on_from_the_first(browse: Browse, owner: User) -> None:
    for number in range(25):
        make_deal(owner, title=f"Plan {number:02}")
    text = browse(owner).get("/deals/?page=2").text
    assert "Plan 00" in text
    assert "Plan 24" not in text
    assert "Page précédente" in text


def send(client: SpaceClient, method: str, url: str, data: object) -> Any:
    """Let a program send JSON."""
    return client.generic(method.upper(), url, json.dumps(data), content_type="application/json")


def test_program_does_what_pages_do(browse: Browse, owner: User, teammate: User) -> None:
    client, other = browse(owner), browse(teammate)
    made = send(client, "post", "/api/v1/deals/", form_data()).json()
    url = f"/api/v1/deals/{made['reference']}/"
    assert send(other, "post", f"{url}vote/", {"works": False}).json()["failing_count"] == 1
    assert other.post(f"{url}thank/").status_code == 204
    assert send(other, "post", f"{url}edit/", form_data()).status_code == 403
    assert send(client, "post", f"{url}edit/", form_data(code="NEUF")).json()["failing_count"] == 0
    assert send(client, "post", "/api/v1/deals/", form_data(link="ftp://x")).status_code == 422
    assert send(client, "post", "/api/v1/deals/", form_data(category="x")).status_code == 400
    listed = other.get("/api/v1/deals/?limit=1").json()
    assert (listed["next"], listed["results"][0]["reference"]) == (None, made["reference"])
    assert listed["results"][0]["author"]["reference"] == owner.reference
    assert client.post(f"{url}close/").json()["open"] is False
    assert other.get("/api/v1/deals/").json()["results"] == []
    assert other.get(url).json()["open"] is False
    assert browse(None).get("/api/v1/deals/").status_code == 401


def test_offers_of_merchants_have_a_page_of_their_own(browse: Browse, owner: User) -> None:
    page = browse(owner).get("/deals/offers/").text
    assert "Aucune offre aujourd’hui" in page
    for tab in ("/neighbourhood/", "/deals/", "/deals/offers/"):
        assert f'href="{tab}"' in page
