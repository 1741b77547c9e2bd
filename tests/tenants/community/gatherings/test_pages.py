"""Pages of gatherings: visibility, the effect of each click, and answers to invalid input."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.gatherings import actions
from tenants.community.gatherings.models import BudgetLine, Gathering
from tenants.community.gatherings.rules import Repeat
from tenants.community.members.models import Role
from tests.fixtures.people import DAY, Browse, SameCost, SpaceClient, make_user
from tests.tenants.community.gatherings.making import make_gathering, states_of


def form_data(**changes: object) -> dict[str, object]:
    """A browser's entries for a complete form."""
    day = timezone.localdate() + dt.timedelta(days=10)
    usual: dict[str, object] = {
        "kind": "lunch",
        "title": "Pique-nique au parc",
        "day": day.isoformat(),
        "starts": "12:30",
        "ends": "13:45",
        "ends_on": "",
        "spot": "elsewhere",
        "place": "Parc des Tilleuls",
        "places": "8",
        "description": "",
        "rhythm": "",
        "repeat_until": "",
        "key": str(uuid.uuid4()),
    }
    return usual | changes


def test_three_rows_cost_what_one_costs(
    his: SpaceClient, same_cost: SameCost, owner: User, teammate: User
) -> None:
    now = timezone.now()
    first = make_gathering(owner, at=now, places=9)
    actions.join(gathering=first, by=teammate, at=now)
    urls = ("/gatherings/", "/gatherings/mine/", "/", first.get_absolute_url())
    with same_cost(his, *urls, most=16):
        for name in ("Ines", "Hugo"):
            other = make_user(name)
            actions.join(gathering=first, by=other, at=now)
            more = make_gathering(other, at=now, repeat=Repeat("weekly", (now + 30 * DAY).date()))
            actions.join(gathering=more, by=teammate, at=now)


def test_announcing_leads_to_its_page_in_the_time_of_the_space(
    browse: Browse, owner: User, teammate: User
) -> None:
    client, form = browse(owner), form_data()
    answers = [client.post("/gatherings/new/", form) for _ in range(2)]
    gathering = Gathering.objects.get()
    assert {answer["Location"] for answer in answers} == {gathering.get_absolute_url()}
    assert timezone.localtime(gathering.starts_at).time() == dt.time(12, 30)
    text = browse(teammate).get(gathering.get_absolute_url()).text
    assert "12\u00a0h\u00a030" in text
    assert "Écrire à Nadia" in text
    assert owner.email not in text


def test_series_is_announced_from_the_form_and_shows_its_next_date(hers: SpaceClient) -> None:
    day, until = (timezone.localdate() + days * DAY for days in (3, 17))
    series = {"day": day.isoformat(), "rhythm": "weekly", "repeat_until": until.isoformat()}
    hers.post("/gatherings/new/", form_data(**series))
    assert Gathering.objects.count() == 3
    text = hers.get(Gathering.objects.earliest("pk").get_absolute_url()).text
    assert "Chaque semaine" in text
    assert "Les autres dates" in text
    assert hers.get("/").text.count("Pique-nique au parc</a>") == 1
    assert hers.get("/gatherings/").text.count("Pique-nique") == 1
    assert hers.get("/gatherings/?every=on").text.count("Pique-nique") == 3


MISTAKES: list[tuple[dict[str, object], str]] = [
    ({"title": ""}, "Donnez un titre à votre activité."),
    ({"title": "x" * 10_000}, "80 caractères"),
    ({"day": "2020-01-01"}, "Ce moment est passé"),
    ({"day": "2099-01-01"}, "dans l’année qui vient"),
    ({"day": "demain"}, "date valide"),
    ({"day": ""}, "Répondez à «\u00a0Quel jour\u202f?\u00a0»"),
    ({"ends": "12:30"}, "La fin vient après le début."),
    ({"starts": "12:31"}, "choix valide"),
    ({"spot": "elsewhere", "place": ""}, "Dites où vous vous retrouvez."),
    ({"places": "1"}, "Prévoyez de 2 à 500 places"),
    ({"places": "beaucoup"}, "nombre entier"),
    ({"places": "-4"}, "Prévoyez de 2 à 500 places"),
    ({"rhythm": "weekly"}, "Dites jusqu’à quand elle revient."),
    ({"day": "2027-03-28", "starts": "02:30", "ends": "04:00"}, "Cette nuit-là, l’heure change"),
]


def test_mistake_is_shown_beside_its_field_and_what_was_typed_stays(
    hers: SpaceClient, subtests: pytest.Subtests
) -> None:
    for changes, sentence in MISTAKES:
        with subtests.test(sentence):
            text = hers.refused("/gatherings/new/", form_data(description="Rosé", **changes))
            assert sentence in text
            assert "Rosé" in text
    assert not Gathering.objects.exists()


def test_question_that_is_not_asked_is_answered_by_no_forged_form(hers: SpaceClient) -> None:
    hers.post("/gatherings/new/", form_data(audience="company"))
    assert Gathering.objects.get().audience == "space"  # so that nothing is hidden


def test_joining_waiting_and_leaving_by_clicks(browse: Browse, owner: User, teammate: User) -> None:
    gathering = make_gathering(owner, at=timezone.now())
    url, third = gathering.get_absolute_url(), make_user("Ines")
    client = browse(teammate)
    assert "Je participe" in client.get(url).text
    assert client.post(f"{url}join/").status_code == 303
    waits = browse(third)
    assert "M’inscrire en liste d’attente" in waits.get(url).text
    waits.post(f"{url}join/")
    assert "rang sur la liste d’attente\u00a0: 1" in waits.get(url).text
    client.post(f"{url}leave/")
    assert states_of(gathering) == {"Nadia": "coming", "Ines": "coming"}
    assert "Vous participez." in waits.get(url).text


def test_organiser_changes_and_cancels_from_its_page(
    browse: Browse, hers: SpaceClient, owner: User, teammate: User
) -> None:
    now = timezone.now()
    gathering = make_gathering(owner, at=now, repeat=Repeat("weekly", (now + 20 * DAY).date()))
    url = gathering.get_absolute_url()
    assert browse(teammate).get(f"{url}edit/").status_code == 403
    assert "Cette date et les suivantes" in hers.get(f"{url}edit/").text
    assert hers.post(f"{url}edit/", form_data(scope="following")).status_code == 303
    assert set(Gathering.objects.values_list("title", flat=True)) == {"Pique-nique au parc"}
    assert hers.post(f"{url}cancel/", {}).status_code == 422
    assert hers.post(f"{url}cancel/", {"scope": "one"}).status_code == 303
    text = hers.get(url).text
    assert "Annulée" in text
    assert "Je participe" not in text
    assert browse(teammate).post(f"{url}join/").status_code == 422


def test_council_shows_what_it_pays_and_members_read_it(
    browse: Browse, his: SpaceClient, owner: User, teammate: User
) -> None:
    gathering = make_gathering(owner, at=timezone.now())
    url = gathering.get_absolute_url()
    assert browse(owner).get(f"{url}budget/").status_code == 403
    Role.objects.create(user=teammate, role="treasurer", given_at=timezone.now())
    assert "Fixer la participation" in his.get(url).text
    refused = his.post(f"{url}budget/", {"cents": "beaucoup", "words": "Entrées"})
    assert "montant" in refused.text
    assert his.post(f"{url}budget/", {"cents": "1 200,50", "words": "Entrées"}).status_code == 303
    assert BudgetLine.objects.get().cents == 120_050
    text = browse(owner).get(url).text
    assert "1\u202f200,50\u00a0€" in text
    assert "Entrées" in text
    assert "Fixer la participation" not in text
    assert "1\u202f200,50" not in browse(owner).get("/gatherings/").text
    assert his.post(f"{url}budget/remove/").status_code == 303
    assert not BudgetLine.objects.exists()


def test_filters_stand_in_the_address_and_nonsense_is_left_out(
    hers: SpaceClient, owner: User, teammate: User
) -> None:
    now = timezone.now()
    full = make_gathering(owner, at=now, title="Course pleine")
    actions.join(gathering=full, by=teammate, at=now)
    make_gathering(owner, at=now, kind="lunch", title="Crêpes")
    assert b"pleine" not in hers.get("/gatherings/?free=on").content
    assert b"pleine" not in hers.get("/gatherings/?kind=lunch").content
    for odd in ("kind=nothing&page=-3", "page=99999999999999999999", "page=7"):
        assert b"pleine" in hers.get(f"/gatherings/?{odd}").content
    part = hers.get("/gatherings/", headers={"HX-Request": "true"}).text
    assert "<h1" not in part


def test_organiser_alone_takes_the_list_of_who_comes_along(
    browse: Browse, owner: User, teammate: User
) -> None:
    gathering = make_gathering(owner, at=timezone.now())
    actions.join(gathering=gathering, by=teammate, at=timezone.now())
    url = f"{gathering.get_absolute_url()}people.csv"
    assert url in browse(owner).get(gathering.get_absolute_url()).text
    assert url not in browse(teammate).get(gathering.get_absolute_url()).text
    sheet = b"".join(browse(owner).get(url).streaming_content).decode()  # type: ignore[attr-defined]
    assert [row.split(";")[0] for row in sheet.splitlines()[1:]] == ["Nadia B.", "Karim L."]
    assert "@" not in sheet
    assert browse(teammate).get(url).status_code == 403
