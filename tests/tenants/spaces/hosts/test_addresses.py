"""A space moves to another subdomain: the old subdomain redirects, and is never reassigned."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tenants.spaces import hosts
from tenants.spaces.actions import addresses
from tenants.spaces.models import Change, Domain, Tenant
from tenants.spaces.queries import addresses as queries
from tests.fixtures.people import AT, Browse, SpaceClient, make_user
from tests.fixtures.together import at_once
from tests.tenants.spaces.hosts.dns import administrator
from tests.tenants.spaces.wizard import Wizard, words_of


def moved(slug: str, *, at: dt.datetime, space: str = "north") -> Tenant:
    with schema.in_public():
        return addresses.rename(schema_name=space, slug=slug, by=administrator(space), at=at)


def on(slug: str) -> SpaceClient:
    return SpaceClient(f"{slug}.{settings.BASE_HOST}")


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_old_address_leads_on_with_path_and_query(db: None, method: str) -> None:
    moved("helvane", at=AT)
    path = "/classifieds/caf%C3%A9/?q=perseuse%20bleue&page=2"
    response = getattr(on("north"), method)(path)
    assert response.status_code == 301
    assert response["Location"] == hosts.space_url("helvane", path)
    assert "public" not in response["Cache-Control"]  # the space may go back to where it was
    assert on("helvane").get("/signin/").status_code == 200


@pytest.mark.parametrize("path", ["//evil.example/", "/%2F/evil.example", "/\\evil.example"])
def test_the_old_address_leads_to_the_new_one_and_nowhere_else(db: None, path: str) -> None:
    moved("helvane", at=AT)
    response = on("north").get("/", PATH_INFO=path)
    assert response["Location"].startswith(hosts.space_url("helvane", "/"))


def test_form_sent_to_the_old_address_is_answered_with_the_new_one(db: None) -> None:
    moved("helvane", at=AT)
    response = on("north").post("/preferences/", {"language": "en"})
    assert response.status_code == 410
    assert "n’a pas été enregistré" in words_of(response)
    assert hosts.space_url("helvane").encode() in response.content
    assert "Location" not in response


def test_a_chain_of_moves_leads_to_its_end_and_may_go_back_to_where_it_began(db: None) -> None:
    moved("helvane", at=AT)
    moved("brisson", at=AT)
    for old in ("north", "helvane"):
        assert on(old).get("/me/")["Location"] == hosts.space_url("brisson", "/me/")
    moved("north", at=AT)
    assert on("north").get("/signin/").status_code == 200
    assert on("helvane").get("/")["Location"] == hosts.space_url("north")
    assert Domain.objects.filter(tenant__slug="north", is_primary=True).count() == 1


def test_nobody_takes_an_address_that_another_space_has_left(db: None) -> None:
    moved("helvane", at=AT)
    with pytest.raises(Refused, match="Cette adresse est prise"):
        moved("north", at=AT, space="south")
    with pytest.raises(Refused, match="ressemble trop"):
        moved("n0rth", at=AT, space="south")


def test_no_founding_takes_what_a_space_left_and_no_space_what_a_founding_keeps(db: None) -> None:
    moved("moulins", at=AT)
    wizard = Wizard().described()
    page = wizard.post("address", {"slug": "north"})
    assert page.status_code == 422
    assert "Cette adresse est prise." in words_of(page)
    wizard.post("address", {"slug": "sillage"})
    with pytest.raises(Refused, match="Cette adresse est prise"):
        moved("sillage", at=AT)


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("north", "déjà l’adresse de votre espace"),
        ("south", "Cette adresse est prise"),
        ("stripe", "réservée au fonctionnement"),
        ("adm1n", "réservée au fonctionnement"),
        ("a" * 41, "de 3 à 40 signes"),
        ("a" * 63, "de 3 à 40 signes"),
        ("a" * 64, "de 3 à 40 signes"),
        ("xn--caf-dma", "sans accent"),
        ("caf\u00e9", "sans accent"),
        ("helv\u0430ne", "sans accent"),
        ("nor\u200bth", "sans accent"),
        ("hel.vane", "ni espace"),
        ("hel/vane", "ni espace"),
        ("hel\0vane", "ni espace"),
        ("hel\nvane", "ni espace"),
        ("\uff53\uff4f\uff55\uff54\uff48", "Cette adresse est prise"),
    ],
)
def test_refused_address_says_why_and_moves_nothing(db: None, slug: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        moved(slug, at=AT)
    assert Tenant.objects.filter(slug="north").exists()
    assert not Change.objects.exists()


def test_a_fourth_move_within_a_month_is_refused(db: None) -> None:
    for slug in ("helvane", "brisson", "helvane"):
        moved(slug, at=AT)
    with pytest.raises(Refused, match="trois fois en 30 jours"):
        moved("brisson", at=AT + dt.timedelta(days=29))
    assert moved("brisson", at=AT + dt.timedelta(days=31)).slug == "brisson"


def test_race_of_two_spaces_for_one_address_refuses_one(own_database: None) -> None:
    def move_there(space: str) -> str:
        try:
            return moved("helvane", at=AT, space=space).slug
        except Refused as refusal:
            return refusal.sentence

    answers = at_once(move_there, ("north", "south"))
    assert sorted(answers) == ["Cette adresse est prise.", "helvane"]
    assert Domain.objects.filter(domain=hosts.subdomain("helvane")).count() == 1
    assert Tenant.objects.filter(slug="helvane").count() == 1


def test_database_decides_after_an_early_check(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "names_of_others", lambda _tenant: set[str]())
    with pytest.raises(Refused, match="vient d’être prise"):
        moved("south", at=AT)
    assert Domain.objects.filter(domain=hosts.subdomain("north"), kind="subdomain").exists()


def test_only_who_administers_the_space_or_the_house_moves_it(db: None) -> None:
    with schema.in_public():
        for by in (administrator("south"), administrator()._replace(role="treasurer")):
            with pytest.raises(NotAllowed):
                addresses.rename(schema_name="north", slug="helvane", by=by, at=AT)
        operator = make_user("Odile")
        addresses.rename(schema_name="north", slug="helvane", by=operator, at=AT)
    change = Change.objects.get()
    assert (change.before, change.after) == ("north", "helvane")
    assert change.by == f"Troovon ({operator.display_name})"


def test_administrator_who_moves_crosses_by_one_press(camille: User, browse: Browse) -> None:
    response = browse(camille).post("/admin/space/address/", {"slug": "helvane"})
    assert response.status_code == 200
    there = hosts.space_url("helvane", "")
    assert response["Referrer-Policy"] == "strict-origin"
    assert f"form-action 'self' {there};" in response["Content-Security-Policy"]
    button = re.search(rf'action="{re.escape(there)}(/enter/[^"]+)"\s+method="post"', response.text)
    assert button is not None
    guest = SpaceClient(f"helvane.{settings.BASE_HOST}", enforce_csrf_checks=True)
    assert camille.first_name in words_of(guest.get(button[1]))
    for origin in (hosts.public_url(""), hosts.space_url("south", ""), "null"):
        assert guest.post(button[1], headers={"origin": origin}).status_code == 403
    entered = guest.post(button[1], headers={"origin": hosts.space_url("north", "")})
    assert (entered.status_code, entered["Location"]) == (303, "/admin/space/")
    assert "helvane" in words_of(guest.get("/admin/space/"))


def test_the_page_of_an_address_judges_while_one_types(camille: User, browse: Browse) -> None:
    client, page, headers = browse(camille), "/admin/space/address/", {"HX-Request": "true"}
    part = client.get(f"{page}available/", {"slug": "south"}, headers=headers)
    assert b"<html" not in part.content
    assert "Cette adresse est prise." in words_of(part)
    assert words_of(part).count("slug=") == 0
    assert part.content.count(b"?slug=") == 3
    assert "est libre" in words_of(client.get(page, {"slug": "helvane"}))
    refused = client.post(page, {"slug": "a" * 63})
    assert refused.status_code == 422
    assert "Une adresse compte de 3 à 40 signes." in words_of(refused)
    assert refused.content.count(b"?slug=") == 3
    assert client.post(page, {"slug": "a" * 10_000}).status_code == 422


def test_name_and_colour_are_changed_and_the_log_names_who(camille: User, browse: Browse) -> None:
    client = browse(camille)
    done = client.post("/admin/space/", {"name": "Helvane et nous", "accent": "#7b3fa0"})
    assert done.status_code == 303
    page = client.get("/admin/space/")
    assert "Helvane et nous" in words_of(page)
    assert camille.reference in words_of(page)
    with schema.in_public():
        tenant = Tenant.objects.get(slug="north")
        assert (tenant.name, tenant.accent) == ("Helvane et nous", "#7b3fa0")
        assert set(Change.objects.values_list("what", flat=True)) == {"name", "accent"}


def test_a_wrong_name_or_colour_changes_nothing(camille: User, browse: Browse) -> None:
    client = browse(camille)
    for answers in (
        {"name": "", "accent": "#7b3fa0"},
        {"name": "x" * 81, "accent": "#7b3fa0"},
        {"name": "Helvane", "accent": "red"},
        {"name": "Helvane", "accent": "own", "own": "javasc"},
    ):
        assert client.post("/admin/space/", answers).status_code == 422, answers
    with schema.in_public():
        assert not Change.objects.exists()


def test_the_same_place_is_kept_when_two_found_at_the_same_moment(own_database: None) -> None:
    founders, pages = [Wizard(), Wizard()], list[str]()
    for founder, name in zip(founders, ("Helvane", "Loge"), strict=True):
        pages.append(founder.described(name).url("address"))

    def move_there(number: int) -> Any:
        return founders[number].client.post(pages[number], {"slug": "sillage"})

    answers = at_once(move_there, (0, 1))
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (303, 422)
    assert 'value="sillage"' in lost.content.decode()
    assert lost.content.count(b"?slug=") == 3
