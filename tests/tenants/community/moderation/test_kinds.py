"""Each kind of item: reported by its viewers, hidden from all but its owner, shown again."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures
from saas.kernel.errors import Refused
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries import pictures as picture_queries
from tenants.community.classifieds.queries import single as single_queries
from tenants.community.conversations import actions as conversations
from tenants.community.conversations.queries import talks
from tenants.community.deals import queries as deals
from tenants.community.gatherings.queries import single as gatherings
from tenants.community.lending.queries import things as lending
from tenants.community.moderation.queries import cases as queries
from tenants.community.rides.queries import single as rides
from tests.fixtures.people import AT, Browse, SpaceClient
from tests.tenants.community.classifieds.making import make_classified, make_picture
from tests.tenants.community.conversations.test_meetings import talk_about
from tests.tenants.community.deals.making import make_deal
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.lending.making import ask, make_thing, slot
from tests.tenants.community.mediastore.making import make_medium
from tests.tenants.community.moderation.making import make_moderator, report
from tests.tenants.community.rides.making import make_ride

MAKERS: dict[str, Callable[[User, dt.datetime], str]] = {
    "classified": lambda owner, at: make_classified(owner, at=at).reference,
    "thing": lambda owner, at: make_thing(owner, at=at).reference,
    "gathering": lambda owner, at: make_gathering(owner, at=at).reference,
    "ride": lambda owner, at: make_ride(owner, at=at).reference,
    "deal": lambda owner, at: make_deal(owner, at=at).reference,
    "medium": lambda owner, _at: make_medium(owner).reference,
    "profile": lambda owner, _at: owner.reference,
}
FINDERS: dict[str, Callable[[str, User], object]] = {
    "classified": lambda reference, viewer: single_queries.find(reference, viewer=viewer),
    "thing": lambda reference, viewer: lending.find(reference, viewer=viewer),
    "gathering": lambda reference, viewer: gatherings.find(reference, viewer=viewer),
    "ride": lambda reference, viewer: rides.find(reference, viewer=viewer),
    "deal": lambda reference, viewer: deals.find(reference, viewer=viewer),
}


def conceal(kind: str, reference: str, at: dt.datetime, *, hidden: bool = True) -> None:
    hooks.conceal.ask(hooks.Hiding(kind, reference, hidden), at)


def feed(viewer: User, at: dt.datetime) -> int:
    return len([one for answer in hooks.feed.ask(viewer, at) for one in answer])


@pytest.mark.parametrize("kind", MAKERS)
def test_each_kind_is_reported_and_judged_by_its_words(
    kind: str, owner: User, teammate: User
) -> None:
    reference = MAKERS[kind](owner, AT)
    case = report(kind, reference, by=teammate, at=AT)
    assert (case.kind, case.owner_id) == (kind, owner.pk)
    judged = queries.judged(kind, reference)
    assert judged is not None
    assert judged.title


@pytest.mark.parametrize("kind", FINDERS)
def test_hidden_thing_is_its_owner_s_and_comes_back(kind: str, owner: User, teammate: User) -> None:
    reference, find = MAKERS[kind](owner, AT), FINDERS[kind]
    before = feed(teammate, AT)
    conceal(kind, reference, AT)
    assert find(reference, owner)
    assert find(reference, teammate) is None
    assert feed(teammate, AT) == before - 1
    conceal(kind, reference, AT, hidden=False)
    assert find(reference, teammate)
    assert feed(teammate, AT) == before


def test_hidden_message_is_read_by_its_author_alone(owner: User, teammate: User) -> None:
    at = timezone.now()
    talk = talk_about(make_classified(owner, at=at), teammate)
    reference = talk.messages.get().reference
    case = report("message", reference, by=owner, reason="hate", at=at)
    assert (case.text, case.owner_id) == ("Bonjour", teammate.pk)
    conceal("message", reference, at)
    seen = {
        person: talks.detail(talk, viewer=person, at=at).messages[0].text
        for person in (owner, teammate)
    }
    assert seen == {owner: "", teammate: "Bonjour"}


def test_picture_is_reported_by_who_sees_it_and_hidden_from_lists_and_by_address(
    browse: Browse, owner: User, teammate: User
) -> None:
    classified = make_classified(owner, at=AT)
    picture = make_picture(owner, classified)
    case = report("picture", picture.token, by=teammate, reason="privacy", at=AT)
    assert (case.owner_id, case.title) == (owner.pk, classified.title)
    assert picture_queries.picture_named(picture.token, viewer=teammate)
    assert private_pictures.conceal(picture.token, hidden=True)
    assert picture_queries.picture_named(picture.token, viewer=teammate) is None
    page = browse(teammate).get(classified.get_absolute_url())
    assert picture.token.encode() not in page.content
    assert private_pictures.conceal(picture.token, hidden=False)
    assert picture_queries.picture_named(picture.token, viewer=teammate)


def test_hidden_medium_is_off_the_shelf_and_open_to_who_judges_it(
    browse: Browse, owner: User, teammate: User
) -> None:
    medium = make_medium(owner)
    moderator = make_moderator()
    page, chapter = medium.get_absolute_url(), f"{medium.get_absolute_url()}read/1/"
    link = f"/moderation/report/medium/{medium.reference}/"
    assert link in browse(teammate).get(page).text
    conceal("medium", medium.reference, AT)
    seen = {person: browse(person).get(page).status_code for person in (owner, teammate, moderator)}
    assert seen == {owner: 200, teammate: 404, moderator: 200}
    assert browse(teammate).get(link).status_code == 404
    assert browse(moderator).get(chapter).status_code == 200
    assert medium.title not in browse(teammate).get("/media/").text
    conceal("medium", medium.reference, AT, hidden=False)
    assert browse(teammate).get(chapter).status_code == 200


def test_thing_for_another_company_is_404_to_report(owner: User, teammate: User) -> None:
    reference = make_classified(owner, at=AT).reference
    Classified.objects.filter(reference=reference).update(audience="company", company_id=7)
    assert queries.subject("classified", reference, viewer=teammate) is None


def test_block_stops_a_request_to_borrow(owner: User, teammate: User) -> None:
    at, talk = timezone.now(), talk_about(make_classified(owner), teammate)
    conversations.block(conversation=talk, by=owner, at=at)
    with pytest.raises(Refused, match="ne reçoit pas de demande"):
        ask(make_thing(owner, at=at), teammate, slot(at), at=at)


def test_deal_message_or_old_profile_begins_no_conversation(his: SpaceClient, owner: User) -> None:
    for kind in ("deal", "profile"):
        reference = MAKERS[kind](owner, AT)
        assert his.get(f"/messages/begin/{kind}/{reference}/").status_code == 404
