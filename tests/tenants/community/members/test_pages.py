import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from infra.benches.request import MOST_STATEMENTS
from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.members.models import Invitation
from tenants.community.members.queries import people as queries
from tests.fixtures.people import AT, Browse, SameCost, SpaceClient, make_user

type Offer = Callable[..., None]

TILE = "components/person.html"


def tile(name: str) -> dict[str, str]:
    return {"name": name, "note": "", "url": "", "tone": "", "big": "", "more": ""}


def text_of(client: SpaceClient, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return re.sub(r"[ \n]+", " ", response.text)


def test_the_front_page_greets_at_the_hour_of_the_site(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch, offer: Offer
) -> None:
    offer(hooks.feed)
    monkeypatch.setattr(timezone, "now", lambda: AT)

    text = text_of(browse(owner), "/")

    assert "Bonne pause, Nadia" in text
    assert "Mercredi 25 novembre · pause jusqu’à 13\u00a0h\u00a030" in text
    assert "/lending/new/" in text


def test_an_empty_front_page_says_how_to_begin(
    browse: Browse, administrator: User, teammate: User, offer: Offer
) -> None:
    offer(hooks.feed)
    text = text_of(browse(teammate), "/")
    assert "Publiez la première annonce" in text
    assert "Inviter les collègues" not in text
    assert "Inviter les collègues" in text_of(browse(administrator), "/")


def test_a_placement_stands_after_the_second_thing_and_is_watched(
    browse: Browse, owner: User, offer: Offer
) -> None:
    own = [
        hooks.FeedItem(AT - dt.timedelta(hours=hour), TILE, tile(f"Objet {hour}"))
        for hour in range(8)
    ]
    placed = [hooks.Sponsored(TILE, tile(f"Enseigne {number}")) for number in range(5)]
    offer(hooks.feed, room=lambda _user, _at: own)
    offer(hooks.sponsored, room=lambda _slot, _user, _at: placed)

    text = text_of(browse(owner), "/")

    shown = re.findall(r"<b>((?:Objet|Enseigne) \d)</b>", text)
    assert shown.index("Enseigne 0") == 2
    assert len([name for name in shown if name.startswith("Enseigne")]) == 1
    assert 'data-beacon-url="/neighbourhood/seen/"' in text


def test_front_page_shows_what_the_council_got(browse: Browse, owner: User, offer: Offer) -> None:
    brief = hooks.CouncilBrief(dt.date(2026, 11, 1), "CSE north", 130508, 17, [*range(11), 130508])
    offer(hooks.council_brief, room=lambda _user, _at: brief)

    text = text_of(browse(owner), "/")

    assert "Votre CSE en novembre" in text
    assert "1\u202f305,08\u00a0€" in text
    assert "grâce à 17 commerçants" in text


def test_the_front_page_costs_the_same_with_ten_and_with_five_hundred_things(
    hers: SpaceClient, offer: Offer, same_cost: SameCost
) -> None:
    own: list[hooks.FeedItem] = []
    offer(hooks.feed, room=lambda _user, _at: own)
    own += [hooks.FeedItem(AT, TILE, tile(f"Objet {number}")) for number in range(10)]
    with same_cost(hers, "/", most=MOST_STATEMENTS):
        own *= 50


def test_the_welcome_page_leads_on(browse: Browse, administrator: User) -> None:
    text = text_of(browse(administrator), "/welcome/")

    assert "Bienvenue, Nadia" in text
    assert 'href="/admin/invitations/"' in text


def test_member_changes_their_profile_and_sees_what_others_see(hers: SpaceClient) -> None:
    form = {
        "first_name": "Nadège",
        "last_name": "Berthier",
        "company_id": str(queries.company_ids()[0]),
        "site_id": "",
        "team": "Conditionnement",
        "about": "<b>Je prête</b>",
        "language": "fr",
        "theme": "dark",
    }

    wrong = hers.refused("/me/", form | {"first_name": ""})
    assert re.search(r"<title>\s*Erreur", wrong)
    assert 'value="Conditionnement"' in wrong
    assert hers.post("/me/", form).status_code == 303

    text = text_of(hers, "/me/")
    assert "Nadège B." in text
    assert "Conditionnement" in text
    assert "&lt;b&gt;Je prête&lt;/b&gt;" in text
    assert 'data-theme="dark"' in text


def test_colleagues_see_no_address_or_full_name(hers: SpaceClient, teammate: User) -> None:
    text = text_of(hers, f"/people/{teammate.reference}/")

    assert "Karim L." in text
    assert teammate.email not in text
    assert "Lefort" not in text


def test_administrators_find_people_and_give_roles(
    browse: Browse, administrator: User, teammate: User
) -> None:
    client = browse(administrator)
    text = text_of(client, "/admin/people/?q=lefort")
    assert teammate.email in text
    assert administrator.email not in text
    url = f"/admin/people/{teammate.reference}/"

    given = client.post(url, {"verb": "give", "role": "moderator", "company_id": ""})
    twice = client.refused(url, {"verb": "give", "role": "moderator", "company_id": ""})

    assert (given.status_code, given["Location"]) == (303, url)
    assert "a déjà ce rôle" in twice
    assert "Modération" in text_of(client, url)
    client.post(url, {"verb": "take", "role": "moderator", "company_id": ""})
    assert queries.roles_of(teammate) == frozenset()


def test_the_list_of_people_costs_the_same_for_one_and_for_three(
    browse: Browse, administrator: User, same_cost: SameCost
) -> None:
    with same_cost(browse(administrator), "/admin/people/"):
        for name in ("Deux", "Trois"):
            make_user(name)


def test_administrator_makes_prints_and_ends_a_link(browse: Browse, administrator: User) -> None:
    client = browse(administrator)

    made = client.post("/admin/invitations/", {"uses": "20", "days": "30", "company_id": ""})

    invitation = Invitation.objects.get()
    url = f"/admin/invitations/{invitation.code}/"
    assert (made.status_code, made["Location"]) == (303, url)
    text = text_of(client, url)
    assert f"north.{settings.BASE_HOST}/join/{invitation.code}/" in text
    assert f"{url}poster/0-a3.pdf" in text
    printed = re.sub(r'(?s)<(p|div) class="[^"]*no-print.*?</\1>', "", text)
    assert "Il reste 20 places" in text
    assert "Il reste" not in printed
    assert printed.count(f"/join/{invitation.code}/") == 1
    drawing = client.get(f"{url}qr.svg")
    assert drawing["Content-Type"] == "image/svg+xml"
    assert b"<svg" in drawing.content
    assert client.get(f"{url}withdraw/").status_code == 405
    assert client.post(f"{url}withdraw/").status_code == 303
    assert "n’ouvre plus rien" in text_of(client, url)


def test_number_of_unread_messages_agrees_with_its_noun(in_north: None) -> None:
    for count, words in ((1, "non lu<"), (2, "non lus<")):
        values = {"counts": {"unread": count}, "nav": "home"}
        page = render_to_string("components/tabs.html", values)
        assert words in page


def test_nothing_is_counted_for_a_page_without_a_rail(
    hers: SpaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "rail_counts", None)

    assert hers.get("/admin/people/").status_code == 403


def test_administrators_take_the_list_as_a_sheet_and_members_read_it(
    browse: Browse, administrator: User, teammate: User
) -> None:
    User.objects.filter(pk=teammate.pk).update(last_name="=Lefort()")
    answer = browse(administrator).get("/admin/people.csv?q=lefort")
    assert answer["Content-Disposition"].endswith('.csv"')
    rows = b"".join(answer).decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Nom;Prénom;Adresse e-mail")
    assert rows[1].startswith(f"'=Lefort();{teammate.first_name};{teammate.email}")
    assert len(rows) == 2
    assert "Liste des membres en fichier" in text_of(browse(teammate), "/me/data/")
    assert browse(teammate).get("/admin/people.csv").status_code == 403
