"""An administrator edits the sites of a space: another building, a moved gate, a new break."""

import datetime as dt

import pytest

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import NotAllowed, Refused
from tenants.spaces import places
from tenants.spaces.actions import sites as actions
from tenants.spaces.models import Change, OwnGate, OwnSite, Site
from tenants.spaces.queries import sites as queries
from tests.fixtures.people import AT, Browse
from tests.tenants.spaces.hosts.dns import administrator
from tests.tenants.spaces.wizard import SITE, words_of

GATE_2 = {"gate2_name": "Quai", "gate2_latitude": "45,1886", "gate2_longitude": "5,7246"}
VALMORIN = {**SITE, "name": "Valmorin", "head_count": "35", **GATE_2}


def gates(name: str) -> list[str]:
    pk = OwnSite.objects.get(name=name).pk
    return list(OwnGate.objects.filter(site_id=pk).values_list("name", flat=True))


def test_site_is_added_and_changed_and_the_log_names_who(camille: User, browse: Browse) -> None:
    client = browse(camille)
    assert client.post("/admin/space/sites/new/", VALMORIN).status_code == 303
    site = OwnSite.objects.get(name="Valmorin")
    assert (site.head_count, gates("Valmorin")) == (35, ["Porte Sud", "Quai"])

    url = f"/admin/space/sites/{site.pk}/"
    shown = client.get(url).content.decode()
    assert 'value="45.188600"' in shown
    assert 'name="head_count"' not in shown
    changed = {**SITE, "name": "Valmorin 2", "break_starts": "11:30", "gate_name": "Quai"}
    assert client.post(url, changed).status_code == 303
    assert places.here().sites[site.pk][1:3] == ("Valmorin 2", dt.time(11, 30))
    assert (OwnSite.objects.get(pk=site.pk).head_count, gates("Valmorin 2")) == (35, ["Quai"])
    assert "Valmorin → Valmorin 2" in words_of(client.get("/admin/space/"))
    assert "11\u00a0h\u00a030 – 13\u00a0h\u00a030" in words_of(client.get("/admin/space/sites/"))
    with schema.in_public():
        assert list(Change.objects.values_list("what", flat=True)) == ["site", "site"]


def test_gates_that_swap_their_names_keep_their_rows(camille: User, browse: Browse) -> None:
    browse(camille).post("/admin/space/sites/new/", VALMORIN)
    site = OwnSite.objects.get(name="Valmorin")
    before = list(OwnGate.objects.filter(site_id=site.pk).values_list("pk", "name"))
    swapped = {**VALMORIN, "gate_name": "Quai", "gate2_name": "Porte Sud"}
    browse(camille).post(f"/admin/space/sites/{site.pk}/", swapped)
    after = list(OwnGate.objects.filter(site_id=site.pk).values_list("pk", "name"))
    assert [name for _pk, name in after] == ["Quai", "Porte Sud"]
    assert [pk for pk, _name in after] == [pk for pk, _name in before]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "valmorin"}, "Un autre site d’ici porte déjà ce nom."),
        ({"gate2_name": "porte sud"}, "Deux entrées portent le même nom"),
        ({"break_ends": "11:00"}, "La pause se termine après avoir commencé."),
        ({"latitude": "0", "longitude": "0"}, "au milieu de l’océan"),
        ({"head_count": ""}, "Dites combien de personnes y travaillent"),
    ],
)
def test_wrong_site_is_refused_and_what_was_typed_stays(
    camille: User, browse: Browse, wrong: dict[str, str], sentence: str
) -> None:
    client = browse(camille)
    client.post("/admin/space/sites/new/", VALMORIN)
    page = client.post("/admin/space/sites/new/", {**VALMORIN, "name": "Autre", **wrong})
    assert page.status_code == 422
    assert sentence in words_of(page)
    assert 'value="Quai"' in page.content.decode() or "gate2_name" in wrong
    assert OwnSite.objects.filter(name="Autre").count() == 0


def test_site_of_another_space_is_nobody_s_business(camille: User, browse: Browse) -> None:
    with schema.in_public():
        theirs = queries.sites_of("south")[0]
    assert browse(camille).get(f"/admin/space/sites/{theirs.pk}/").status_code == 404
    assert browse(camille).post(f"/admin/space/sites/{theirs.pk}/", SITE).status_code == 404
    with schema.in_public(), pytest.raises(NotAllowed):
        actions.add_site(schema_name="south", described={}, by=administrator("north"), at=AT)


def test_site_has_short_breaks_beside_the_long_one(camille: User, browse: Browse) -> None:
    site = OwnSite.objects.earliest("pk")
    url = f"/admin/space/sites/{site.pk}/"
    client = browse(camille)
    for typed in (
        "bientôt",
        "10:15-10:00",
        "25:00-26:00",
        "9:00-9:05," * 3 + "10:00-10:05",
    ):
        answer = client.post(url, {**SITE, "more_breaks": typed})
        assert (answer.status_code, typed in answer.text) == (422, True)
    assert client.post(url, {**SITE, "more_breaks": "16h00–16h15, 9:30-9:45"}).status_code == 303
    assert 'value="09:30-09:45, 16:00-16:15"' in client.get(url).text
    here = places.here().sites[site.pk]
    lunch = (here.break_starts, here.break_ends)
    hours = (dt.time(9, 30), dt.time(9, 45)), lunch, (dt.time(16), dt.time(16, 15))
    assert here.breaks == hours
    for now, found in ((8, 0), (10, 1), (15, 2), (18, 2)):
        assert here.break_at(dt.time(now)) == hours[found]


def test_space_has_no_more_sites_than_a_form_can_show(db: None) -> None:
    with schema.in_public():
        here = queries.sites_of("north")[0]
        hours = {"break_starts": here.break_starts, "break_ends": here.break_ends}
        Site.objects.bulk_create(
            Site(tenant_id=here.tenant_id, name=f"Site {n}", head_count=1, **hours)
            for n in range(30)
        )
        with pytest.raises(Refused, match="30 sites au plus"):
            actions.add_site(
                schema_name="north", described={"head_count": 1}, by=administrator("north"), at=AT
            )
