"""The pages of lending: visibility, the effect of each click, and answers to invalid input."""

import datetime as dt
import re
import uuid

from saas.accounts.models import User
from tenants.community.lending.actions import times as actions
from tenants.community.lending.models import LendingPicture, Loan, Thing, WaitingListEntry
from tenants.community.lending.queries import pictures as queries
from tenants.community.members.models import Role
from tenants.community.notifications.models import Notification
from tenants.spaces.spots import sites
from tests.fixtures.people import AT, DAY, HOUR, QUARTER, Browse, SameCost, SpaceClient, make_user
from tests.tenants.community.classifieds.making import upload
from tests.tenants.community.lending.making import (
    ask,
    make_loan_out,
    make_thing,
    make_thing_picture,
    slot,
)


def form_data(**changes: object) -> dict[str, object]:
    """A browser's entries for a complete form of a thing."""
    usual: dict[str, object] = {
        "title": "Pompe à pied",
        "condition": "good",
        "whereabouts": "desk",
        "spot": f"site:{sites()[0].pk}",
        "place": "",
        "longest_minutes": "1440",
        "description": "",
        "deposit": "",
        "key": str(uuid.uuid4()),
    }
    return usual | changes


def wanted(at: dt.datetime, **changes: object) -> dict[str, object]:
    """A browser's entries for an hour from the quarter at hand on."""
    starts = slot(at).starts_at.isoformat()
    return {"starts": starts, "minutes": "60", "verb": "book", "key": str(uuid.uuid4())} | changes


def test_thing_is_posted_with_pictures_and_one_key_posts_once(browse: Browse, owner: User) -> None:
    client, form = browse(owner), form_data()
    for _ in range(2):
        response = client.post("/lending/new/", form | {"pictures": [upload()]})
        assert response.status_code == 303
    thing = Thing.objects.get()
    assert response["Location"] == thing.get_absolute_url()
    assert (thing.owner_id, thing.place, thing.longest_minutes) == (owner.pk, sites()[0].name, 1440)
    assert LendingPicture.objects.filter(thing=thing).count() == 1


def test_bad_picture_gets_its_sentence_and_the_good_one_stays(browse: Browse, owner: User) -> None:
    files = {"pictures": [upload(), upload(b"GIF89a", "mauvaise.jpg")]}
    response = browse(owner).refused("/lending/new/", form_data() | files)
    for words in ("illisible", "mauvaise.jpg", "Votre photo est gardée", 'value="Pompe à pied"'):
        assert words in response


def test_title_that_says_nothing_or_too_much_is_refused(hers: SpaceClient) -> None:
    for title in ("", "  ", "\u200b", "x" * 10_000):
        form = form_data(title=title, deposit="Rendue chargée")
        assert "Rendue chargée" in hers.refused("/lending/new/", form)
    assert not Thing.objects.exists()


def test_thing_is_booked_for_the_break_in_one_tap(his: SpaceClient, drill: Thing) -> None:
    page = his.get(drill.get_absolute_url()).text
    assert "Emprunter à la pause, 12\u00a0h\u00a015 – 13\u00a0h\u00a030" in page
    fields = dict(re.findall(r'name="(starts|ends|key)"\s+value="([^"]+)"', page)[:3])
    hidden = re.findall(r'type="hidden"\s+name="(starts|ends)"\s+value="([^"]+)"', page)
    response = his.post(drill.get_absolute_url(), fields | dict(hidden) | {"verb": "book"})
    assert response.status_code == 303
    loan = Loan.objects.get()
    assert loan.starts_at == slot(AT).starts_at
    assert loan.ends_at - loan.starts_at == 5 * QUARTER


def test_slot_that_somebody_took_a_second_before_is_refused_and_choices_stay(
    browse: Browse, drill: Thing, teammate: User
) -> None:
    ask(drill, make_user("Ines"), slot(AT), at=AT)
    text = browse(teammate).refused(drill.get_absolute_url(), wanted(AT, minutes="30"))
    assert "Ce créneau vient d’être pris" in text
    assert re.search(r'value="30"\s+selected', text)


def test_slot_that_makes_no_sense_is_refused(his: SpaceClient, drill: Thing) -> None:
    for changes, sentence in (
        ({"starts": "2020-01-01T10:00:00+00:00"}, "Ce moment est passé"),
        ({"starts": "nonsense"}, "Choisissez une heure de la liste"),
        ({"starts": "9999-12-31T23:45:00+00:00", "minutes": "15"}, "entre 2000 et 2100"),
        ({"starts": ""}, "Choisissez une heure de début"),
        ({"minutes": ""}, "Choisissez pour combien de temps"),
        ({"minutes": "5"}, "15"),
    ):
        assert sentence in his.refused(drill.get_absolute_url(), wanted(AT, **changes)), changes
    assert not Loan.objects.exists()


def test_free_in_this_break_leaves_out_what_is_taken(
    his: SpaceClient, drill: Thing, owner: User, teammate: User
) -> None:
    make_thing(owner, at=AT, title="Tente 4 places")
    ask(drill, teammate, slot(AT), at=AT)
    both = his.get("/lending/").text
    assert both.index("Tente 4 places") < both.index("Perceuse-visseuse")
    free = his.get("/lending/?free=break").text
    assert "Tente 4 places" in free
    assert "Perceuse-visseuse" not in free
    for odd in ("free=x&page=-3", "page=99999999999999999999", "where=%07&q=%0B", "council=maybe"):
        assert his.get(f"/lending/?{odd}").status_code == 200


def test_lender_answers_on_the_loans_page(
    browse: Browse, requested: Loan, owner: User, teammate: User
) -> None:
    Thing.objects.update(deposit="Rendue chargée.")
    client, url = browse(owner), requested.get_absolute_url()
    assert "D’accord, je le prête" in client.get(url).text
    assert "1" in client.get("/lending/loans/").text
    assert client.post(url, {"verb": "accept"}).status_code == 303
    assert "chargée.." not in browse(teammate).get(url).text
    assert client.post(url, {"verb": "fly"}).status_code == 422
    assert client.post(url, {"verb": "withdraw", "reason": "Cassée."}).status_code == 303
    requested.refresh_from_db()
    assert (requested.state, requested.reason) == ("withdrawn", "Cassée.")
    assert "Cassée." in browse(teammate).get(url).text


def test_waiting_list_is_joined_and_left_on_the_things_page(
    browse: Browse, his: SpaceClient, drill: Thing
) -> None:
    ask(drill, make_user("Ines"), slot(AT), at=AT)
    assert his.post(drill.get_absolute_url(), wanted(AT, verb="wait")).status_code == 303
    entry = WaitingListEntry.objects.get()
    page = his.get(drill.get_absolute_url()).text
    assert "sur la liste d’attente" in page
    twice = his.post(drill.get_absolute_url(), wanted(AT, verb="wait"))
    assert "déjà sur la liste" in twice.text
    assert browse(make_user("Hugo")).post(f"/lending/waiting/{entry.pk}/leave/").status_code == 404
    assert his.post(f"/lending/waiting/{entry.pk}/leave/").status_code == 303
    entry.refresh_from_db()
    assert entry.state == "left"


def test_damage_is_reported_with_a_picture_that_only_the_two_see(
    browse: Browse, his: SpaceClient, out: Loan, owner: User, teammate: User
) -> None:
    url = f"{out.get_absolute_url()}damage/"
    assert "Votre photo est gardée" in his.refused(url, {"text": "", "pictures": [upload()]})
    done = his.post(url, {"text": "Le mandrin a du jeu.", "pictures": [upload()]})
    assert done.status_code == 303
    picture = LendingPicture.objects.get(damage_note__isnull=False)
    LendingPicture.objects.filter(pk=picture.pk).update(state="ready", width=640, height=480)
    shown = browse(owner).get(out.get_absolute_url()).text
    assert "Le mandrin a du jeu." in shown
    assert picture.token in shown
    found = [
        queries.picture_named(picture.token, viewer=person) is not None
        for person in (owner, teammate, make_user("Ines"))
    ]
    assert found == [True, True, False]


def test_council_tools_are_added_by_its_people(browse: Browse, owner: User, teammate: User) -> None:
    Role.objects.create(user=owner, role="council", given_at=AT)
    assert "Qui prête" in browse(owner).get("/lending/new/").text
    assert "Qui prête" not in browse(teammate).get("/lending/new/").text
    assert browse(owner).post("/lending/new/", form_data(lender="0")).status_code == 303
    thing = Thing.objects.get()
    assert (thing.of_council, thing.owner_id) == (True, None)
    page = browse(teammate).get("/lending/?council=on").text
    assert "Le CSE" in page


def test_three_rows_cost_what_one_costs(
    his: SpaceClient, same_cost: SameCost, out: Loan, owner: User, teammate: User
) -> None:
    make_thing_picture(out.thing, owner, at=AT)
    Notification.objects.update(read_at=AT)
    urls = ("/lending/loans/", out.thing.get_absolute_url(), out.get_absolute_url())
    with same_cost(his, "/lending/", most=8), same_cost(his, *urls, most=12):
        for days, name in enumerate(("Ines", "Hugo"), 1):
            person = make_user(name)
            thing = make_thing(person, at=AT)
            make_thing_picture(thing, person, at=AT)
            make_loan_out(thing, teammate, slot(AT), at=AT)
            ask(out.thing, person, slot(AT, after=days * DAY), at=AT)
            actions.report_damage(loan=out, text="Rayée.", pictures=[], by=owner, at=AT)
        Notification.objects.update(read_at=AT)


def test_overdue_loan_comes_first_and_says_so(
    browse: Browse, drill: Thing, owner: User, teammate: User
) -> None:
    loan = make_loan_out(drill, teammate, slot(AT - HOUR, lasts=2 * QUARTER), at=AT - HOUR)
    for person in (teammate, owner):
        page = browse(person).get("/lending/loans/").text
        assert page.index("À faire") < page.index("En retard")
        assert "L’heure du retour est passée" in browse(person).get(loan.get_absolute_url()).text


def test_borrower_of_a_leaver_confirms_the_return_alone(
    browse: Browse, out: Loan, owner: User, teammate: User
) -> None:
    client, url = browse(teammate), out.get_absolute_url()
    assert "C’est rendu" not in client.get(f"{url}handover/").text
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert "C’est rendu" in client.get(f"{url}handover/").text
    assert "Nadia B." in client.get("/lending/loans/").text
    assert client.post(url, {"verb": "give_back"}).status_code == 303


def test_search_of_the_board_leads_on_to_what_is_lent(his: SpaceClient, drill: Thing) -> None:
    page = his.get("/classifieds/?q=perceuze").text
    assert 'href="/lending/?q=perceuze"' in page
    assert "Perceuse-visseuse" in his.get("/lending/?q=perceuze").text
