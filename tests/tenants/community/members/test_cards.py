"""Cards of members: the visibility of each field, a picture, and recent arrivals."""

import datetime as dt

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.members import tasks
from tenants.community.members.actions import card as actions
from tenants.community.members.models import Portrait, Profile
from tenants.community.members.queries import cards
from tenants.community.members.rules import membership as rules
from tests.fixtures.people import AT, Browse, SpaceClient
from tests.tenants.community.classifieds.making import make_classified, picture_bytes, run, upload

Seen = Profile.Seen


@pytest.mark.parametrize(
    ("seen", "own", "same_company", "shown"),
    [
        (Seen.SPACE, False, False, True),
        (Seen.COMPANY, False, True, True),
        (Seen.COMPANY, False, False, False),
        (Seen.NOBODY, False, True, False),
        (Seen.NOBODY, True, True, True),
    ],
)
def test_field_is_shown_to_whom_its_member_chose(
    seen: str, *, own: bool, same_company: bool, shown: bool
) -> None:
    profile = Profile(about_seen=seen)
    fields = rules.fields_shown(profile, own=own, same_company=same_company)
    assert ("about" in fields) is shown


def test_hidden_profile_shows_others_no_words() -> None:
    profile = Profile(hidden_at=AT, team="Atelier 2")
    assert rules.fields_shown(profile, own=False, same_company=True) == {"site", "offers", "thanks"}
    assert "about" in rules.fields_shown(profile, own=True, same_company=True)
    assert rules.team_on_cards(profile) == ""


def test_member_chooses_field_by_field_on_a_page(
    browse: Browse, owner: User, teammate: User
) -> None:
    Profile.objects.filter(user=owner).update(team="Qualité", about="Boutures et vélo.")
    make_classified(owner)
    url = f"/people/{owner.reference}/"
    before = browse(teammate).get(url).text
    assert "Boutures" in before
    assert "Vélo pliant" in before
    data = {f"{name}_seen": "space" for name in rules.FIELDS}
    data |= {"about_seen": "nobody", "offers_seen": "nobody", "team_seen": "nobody"}
    answer = browse(owner).post("/me/card/", {**data, "languages": "français, polonais"})
    assert answer.status_code == 303
    after = browse(teammate).get(url).text
    assert "polonais" in after
    for word in ("Boutures", "Vélo pliant", "Qualité"):
        assert word not in after
    assert "Boutures" in browse(owner).get(url).text
    assert hooks.cards_of([owner.pk])[owner.pk].team == ""


def test_picture_replaces_the_one_before_and_is_for_whom_it_is_shown(
    browse: Browse, owner: User, teammate: User
) -> None:
    client, data = browse(owner), {f"{name}_seen": "space" for name in rules.FIELDS}
    bad = upload(b"no picture", "notes.jpg")
    assert "breton" in client.refused("/me/card/", {**data, "languages": "breton", "pictures": bad})
    for _ in range(2):
        assert client.post("/me/card/", {**data, "pictures": upload()}).status_code == 303
    portrait = Portrait.objects.get()
    assert portrait.profile_id is not None
    Portrait.objects.update(state="ready", width=640, height=480)
    assert cards.portrait_named(portrait.token, viewer=teammate)
    Profile.objects.filter(user=owner).update(picture_seen="nobody")
    assert cards.portrait_named(portrait.token, viewer=teammate) is None
    assert cards.portrait_named(portrait.token, viewer=owner)


def test_owner_alone_reads_that_a_portrait_is_unreadable(
    browse: Browse, owner: User, teammate: User
) -> None:
    client, url = browse(owner), f"/people/{owner.reference}/"
    data = {f"{name}_seen": "space" for name in rules.FIELDS}
    broken = upload(picture_bytes("PNG")[:400])
    assert client.post("/me/card/", {**data, "pictures": broken}).status_code == 303
    assert "Votre photo se prépare" in client.get(url).text
    run(tasks.prepare_portrait, Portrait.objects.get().pk)
    for page in (url, "/me/card/"):
        assert "Votre photo n’a pas pu être lue" in client.get(page).text
    assert "pu être lue" not in browse(teammate).get(url).text


def test_newcomer_is_on_the_home_page_and_can_be_written_to(his: SpaceClient, owner: User) -> None:
    begin = f"/messages/begin/profile/{owner.reference}/"
    assert his.get(begin).status_code == 404
    Profile.objects.filter(user=owner).update(joined_at=timezone.now())
    assert f"/people/{owner.reference}/" in his.get("/").text
    assert begin in his.get(f"/people/{owner.reference}/").text
    assert his.post(begin, {"text": "Bienvenue !"}).status_code == 303


def test_drafts_that_nobody_came_back_to_are_forgotten(owner: User) -> None:
    actions.receive_portrait(upload=upload(), by=owner, at=AT)
    assert actions.forget_drafts(at=AT + dt.timedelta(days=1)) == 0
    assert actions.forget_drafts(at=AT + dt.timedelta(days=3)) == 1
