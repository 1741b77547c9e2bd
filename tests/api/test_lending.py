"""Things and loans for programs: the same rules and sentences as on the pages."""

import datetime as dt
import json
import uuid

import pytest

from saas.accounts.models import User
from tenants.community.lending.models import LendingPicture, Loan, Thing, WaitingListEntry
from tenants.community.members.models import Role
from tests.api.test_screens import post
from tests.fixtures.people import AT, HOUR, Browse, Count, make_user
from tests.tenants.community.classifieds.making import upload
from tests.tenants.community.lending.making import ask, make_loan_out, make_thing, slot

THINGS, LOANS = "/api/v1/things/", "/api/v1/loans/"


pytestmark = pytest.mark.usefixtures("going_on_from_at")


@pytest.fixture
def drill(owner: User) -> Thing:
    return make_thing(owner, at=AT)


def span(at: dt.datetime, **changes: object) -> dict[str, object]:
    wanted = slot(at)
    return {
        "starts_at": wanted.starts_at.isoformat(),
        "ends_at": wanted.ends_at.isoformat(),
    } | changes


def test_member_finds_borrows_and_brings_back(
    browse: Browse, drill: Thing, owner: User, teammate: User
) -> None:
    client, lender = browse(teammate), browse(owner)
    listed = client.get(THINGS, {"q": "perceuze", "free": "true"}).json()
    assert [row["reference"] for row in listed["results"]] == [drill.reference]
    assert listed["results"][0]["free"] is True
    key = str(uuid.uuid4())
    for _ in range(2):
        code, loan = post(client, f"{THINGS}{drill.reference}/borrow/", **span(AT, key=key))
        assert (code, loan["state"]) == (201, "requested")
    assert Loan.objects.count() == 1
    url = f"{LOANS}{loan['reference']}/step/"
    for who, verb, state in (
        (lender, "accept", "accepted"),
        (client, "hand_over", "out"),
        (lender, "give_back", "returned"),
        (client, "thank", "returned"),
    ):
        assert post(who, url, verb=verb)[1]["state"] == state
    assert client.get(LOANS).json()["results"][0]["returned_at"]


def test_refusals_are_those_of_the_pages(browse: Browse, drill: Thing, teammate: User) -> None:
    client = browse(teammate)
    loan = ask(drill, make_user("Ines"), slot(AT), at=AT)
    code, body = post(client, f"{THINGS}{drill.reference}/borrow/", **span(AT))
    assert (code, body["field"]) == (422, "starts")
    assert "vient d’être pris" in str(body["detail"])
    code, entry = post(client, f"{THINGS}{drill.reference}/wait/", **span(AT))
    assert (code, entry["thing"]) == (201, drill.reference)
    assert client.get(f"{LOANS}waiting/").json() == [entry]
    assert browse(make_user("Hugo")).get(f"{LOANS}waiting/").json() == []
    for _twice in range(2):
        assert post(client, f"{THINGS}{drill.reference}/stop-waiting/")[0] == 200
    assert WaitingListEntry.objects.get().state == "left"
    assert post(client, f"{LOANS}{loan.reference}/step/", verb="accept")[0] == 404
    mine = ask(drill, teammate, slot(AT, after=HOUR), at=AT)
    assert post(client, f"{LOANS}{mine.reference}/step/", verb="accept")[0] == 403
    assert post(client, f"{LOANS}{mine.reference}/step/", verb="fly")[0] == 400
    never = "9999-12-31T23:45:00Z"
    assert post(client, f"{LOANS}{mine.reference}/step/", verb="extend", until=never)[0] == 400
    assert post(client, f"{THINGS}{drill.reference}/borrow/", **span(AT, starts_at=never))[0] == 400
    for moment in (never, "0001-01-01", "0001-01-01T00:00:00+14:00"):
        assert client.get(THINGS, {"starts_at": moment}).status_code == 400
    code, body = post(client, f"{LOANS}{mine.reference}/step/", verb="extend")
    assert (code, body["field"]) == (422, "until")


def test_code_that_the_other_shows_hands_over_and_brings_back_once(
    browse: Browse, drill: Thing, owner: User, teammate: User
) -> None:
    borrower, lender = browse(teammate), browse(owner)
    loan = ask(drill, teammate, slot(AT), at=AT)
    url = f"{LOANS}{loan.reference}/handover/"
    assert lender.get(url).json() == {"step": "", "code": "", "url": "", "may_tap": False}
    post(lender, f"{LOANS}{loan.reference}/step/", verb="accept")
    for step, state in (("pickup", "out"), ("return", "returned")):
        answer = lender.get(url)
        shown = answer.json()
        assert shown["step"] == step
        assert "no-store" in answer["Cache-Control"]
        assert borrower.get(borrower.on(shown["url"])).status_code == 200
        code, refused = post(lender, url, code=shown["code"])
        assert (code, refused["field"]) == (422, "code")
        assert post(borrower, url, code=shown["code"])[1]["state"] == state
        assert post(borrower, url, code=shown["code"])[0] == 422
    assert browse(make_user("Ines")).get(url).status_code == 404


def test_damage_is_reported_in_words_and_pictures_while_it_is_fresh(
    browse: Browse, drill: Thing, owner: User, teammate: User
) -> None:
    borrower, lender = browse(teammate), browse(owner)
    early = ask(drill, teammate, slot(AT, after=HOUR), at=AT)
    assert post(lender, f"{LOANS}{early.reference}/damages/", text="Rayée")[0] == 422
    loan = make_loan_out(drill, teammate, slot(AT), at=AT)
    url = f"{LOANS}{loan.reference}/damages/"
    assert post(borrower, url, text=" ")[0] == 400
    assert post(borrower, url, text="Rayée", pictures=["a"])[0] == 400
    assert post(lender, url, text="Rayée")[0] == 201
    shown = {"text": "Du jeu", "pictures": [upload(), upload()]}
    assert borrower.post(url, shown).status_code == 201
    LendingPicture.objects.update(state="ready", width=640, height=480)
    read = lender.get(url).json()
    shown_notes = [(one["text"], one["author"], len(one["pictures"])) for one in read]
    assert shown_notes == [("Rayée", owner.short_name, 0), ("Du jeu", teammate.short_name, 2)]
    assert browse(make_user("Ines")).get(url).status_code == 404


def test_thing_is_lent_and_read_with_the_times_at_which_it_is_taken(
    browse: Browse, owner: User, teammate: User
) -> None:
    code, _made = post(browse(owner), THINGS, title="Tente 4 places", place="Hall B")
    assert code == 201
    thing = Thing.objects.get()
    loan = ask(thing, teammate, slot(AT), at=AT)
    read = browse(teammate).get(f"{THINGS}{thing.reference}/").json()
    assert read["owner"]["name"] == "Nadia B."
    assert owner.email not in json.dumps(read)
    (taken,) = read["taken"]
    assert dt.datetime.fromisoformat(taken["starts_at"]) == loan.starts_at
    assert post(browse(owner), THINGS, title="", place="")[0] == 400


def test_council_lends_through_its_own_people_alone(browse: Browse, owner: User) -> None:
    tent = {"title": "Barnum", "place": "Hall B", "of_council": True}
    assert post(browse(owner), THINGS, **tent)[0] == 403
    for company_id in (None, 7):
        person = make_user(f"Ines{company_id}")
        Role.objects.create(user=person, role="council", company_id=company_id, given_at=AT)
        assert post(browse(person), THINGS, **tent, council_company_id=9)[0] == 403
        code, made = post(browse(person), THINGS, **tent)
        assert (code, made["of_council"], made["owner"]) == (201, True, None)
    assert list(Thing.objects.order_by("pk").values_list("company_id", flat=True)) == [None, 7]


def test_lists_cost_the_same_with_more_rows(
    browse: Browse, count_queries: Count, drill: Thing, teammate: User
) -> None:
    client = browse(teammate)
    ask(drill, teammate, slot(AT), at=AT)
    before = {url: len(count_queries(client, url)) for url in (THINGS, LOANS)}
    for name in ("Ines", "Hugo"):
        ask(make_thing(make_user(name), at=AT), teammate, slot(AT), at=AT)
    after = {url: len(count_queries(client, url)) for url in (THINGS, LOANS)}
    assert after == before


def test_lender_describes_shows_withdraws_and_lends_again(
    browse: Browse, drill: Thing, owner: User, teammate: User
) -> None:
    lender, other, url = browse(owner), browse(teammate), f"{THINGS}{drill.reference}/"
    described = {"title": "Perceuse 18 V", "place": "Hall B"}
    assert post(other, f"{url}edit/", **described)[0] == 403
    assert post(lender, f"{url}edit/", **described)[1]["title"] == "Perceuse 18 V"
    assert other.post(f"{url}pictures/", {"picture": upload()}).status_code == 403
    assert lender.post(f"{url}pictures/", {"picture": upload()}).status_code == 201
    assert drill.pictures.count() == 1
    drill.pictures.update(state="ready")
    assert post(lender, f"{url}edit/", **described, pictures=["x"])[0] == 400
    assert post(lender, f"{url}edit/", **described, pictures=[])[1]["pictures"] == []
    assert not drill.pictures.exists()
    assert post(other, f"{url}withdraw/")[0] == 403
    assert post(lender, f"{url}withdraw/")[1]["withdrawn"] is True
    assert post(lender, f"{url}lend-again/")[1]["withdrawn"] is False
