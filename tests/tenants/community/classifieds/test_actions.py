"""Actions on classifieds, their refusals and the texts of these."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.classifieds import actions, rules
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries import pictures as queries
from tenants.community.classifieds.queries import single
from tenants.community.notifications.models import Notification
from tests.fixtures.people import AT, DAY, make_user
from tests.tenants.community.classifieds.making import make_classified, make_picture, offer


def test_a_classified_stays_for_the_days_that_its_author_asked(owner: User) -> None:
    classified = make_classified(owner, at=AT, days=30)
    assert classified.expires_at == AT + 30 * DAY
    assert rules.is_open(classified, at=AT + 29 * DAY)
    assert not rules.is_open(classified, at=AT + 30 * DAY)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"kind": "give", "price_cents": 500}, "price_cents", "Un don ou un troc"),
        ({"kind": "swap", "price_cents": 500}, "price_cents", "Un don ou un troc"),
        (
            {"kind": "sell", "price_cents": 0},
            "price_cents",
            "Pour 0\u00a0€, choisissez «\u00a0À donner",
        ),
        ({"kind": "sell", "price_cents": None}, "price_cents", "ou choisissez «\u00a0À donner"),
        ({"kind": "rent", "price_cents": None}, "price_cents", "prêtez-le"),
        ({"site_id": 999_999_999}, "site_id", "Choisissez un lieu de la liste."),
        ({"title": "\u200b"}, "title", "Donnez un titre"),
        ({"title": "\u202e \u00ad"}, "title", "Donnez un titre"),
        ({"days": 0}, "days", "entre 1 et 90 jours"),
        ({"days": -1}, "days", "entre 1 et 90 jours"),
        ({"days": 91}, "days", "entre 1 et 90 jours"),
    ],
)
def test_nonsense_is_refused_beside_its_field(
    owner: User, changes: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        make_classified(owner, **changes)
    assert refusal.value.field == field
    assert not Classified.objects.exists()


def test_a_price_by_the_hour_is_for_rents_and_services_only(owner: User) -> None:
    bike = make_classified(owner, price_unit="hour")
    lesson = make_classified(owner, kind="service", price_unit="hour")
    assert (bike.price_unit, lesson.price_unit) == ("whole", "hour")


def test_more_open_classifieds_than_anybody_needs_are_neither_posted_nor_renewed(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_OPEN", 3)
    old, later = make_classified(owner, at=AT, days=1), AT + 2 * DAY
    posted = [make_classified(owner, at=later) for _ in range(rules.MOST_OPEN)]
    with pytest.raises(Refused, match="annonces ouvertes"):
        make_classified(owner, at=later)
    with pytest.raises(Refused, match="annonces ouvertes"):
        actions.renew(classified=old, by=owner, at=later)
    actions.close(classified=posted[0], outcome="none", by=owner, at=later)
    make_classified(owner, at=later)


def test_only_the_author_changes_it(owner: User, teammate: User) -> None:
    classified = make_classified(owner, at=AT)
    acts: list[Callable[[], object]] = [
        lambda: actions.close(classified=classified, outcome="here", by=teammate, at=AT),
        lambda: actions.renew(classified=classified, by=teammate, at=AT),
        lambda: actions.edit(classified=classified, offer=offer(), pictures=[], by=teammate, at=AT),
    ]
    for act in acts:
        with pytest.raises(NotAllowed, match="Seule la personne"):
            act()


@pytest.mark.parametrize("outcome", ["here", "elsewhere"])
def test_closing_keeps_how_it_ended_and_with_which_colleague(
    owner: User, teammate: User, outcome: str
) -> None:
    classified = make_classified(owner, at=AT)
    actions.close(classified=classified, outcome=outcome, closed_with=teammate, by=owner, at=AT)
    classified.refresh_from_db()
    assert classified.outcome == outcome
    assert classified.closed_with_id == (teammate.pk if outcome == "here" else None)
    assert rules.state_of(classified, at=AT) == "Vendu"


@pytest.mark.parametrize(
    ("outcome", "with_them", "notices"), [("here", True, 0), ("here", False, 1), ("none", True, 1)]
)
def test_colleague_is_notified_that_a_reserved_classified_is_gone(
    owner: User, teammate: User, outcome: str, *, with_them: bool, notices: int
) -> None:
    classified = make_classified(owner, at=AT)
    Classified.objects.update(reserved_for=teammate)
    taker = teammate if with_them else make_user("Ines")
    actions.close(classified=classified, outcome=outcome, closed_with=taker, by=owner, at=AT)
    news = Notification.objects.filter(person=teammate, title__contains="plus gardée pour vous")
    assert news.count() == notices


def test_closing_says_how_it_ended_and_twice_is_once(owner: User) -> None:
    classified = make_classified(owner, at=AT)
    with pytest.raises(Refused, match="comment cela s’est terminé"):
        actions.close(classified=classified, outcome="expired", by=owner, at=AT)
    actions.close(classified=classified, outcome="here", by=owner, at=AT)
    again = actions.close(classified=classified, outcome="here", by=owner, at=AT + DAY)
    assert again.closed_at == AT
    with pytest.raises(Refused, match="n’est plus en ligne"):
        actions.close(classified=classified, outcome="none", by=owner, at=AT + DAY)


def test_a_month_more_is_given_in_the_last_two_weeks(owner: User) -> None:
    classified = make_classified(owner, at=AT, days=30)
    with pytest.raises(Refused, match="dans ses deux dernières semaines"):
        actions.renew(classified=classified, by=owner, at=AT + 10 * DAY)
    renewed = actions.renew(classified=classified, by=owner, at=AT + 20 * DAY)
    assert renewed.expires_at == AT + 60 * DAY
    with pytest.raises(Refused):
        actions.renew(classified=classified, by=owner, at=AT + 20 * DAY)


def test_classified_that_is_renewed_while_the_clock_closes_others_stays(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    classified = make_classified(owner, at=AT)
    late = classified.expires_at + dt.timedelta(minutes=1)
    real = single.to_expire

    def renewed_meanwhile(*, at: dt.datetime) -> Any:
        rows = real(at=at)
        list(rows)
        monkeypatch.setattr(single, "to_expire", real)
        actions.renew(classified=classified, by=owner, at=late)
        return rows

    monkeypatch.setattr(single, "to_expire", renewed_meanwhile)
    actions.expire(at=late)
    assert Classified.objects.get().closed_at is None


def test_expired_classified_is_renewed_for_a_month(owner: User) -> None:
    classified = make_classified(owner, at=AT, days=10)
    late = AT + 20 * DAY
    assert actions.expire(at=late) == 1
    classified.refresh_from_db()
    assert (classified.outcome, classified.closed_at) == ("expired", AT + 10 * DAY)
    renewed = actions.renew(classified=classified, by=owner, at=late)
    assert rules.is_open(renewed, at=late + 29 * DAY)
    assert renewed.outcome == ""


def test_the_clock_closes_some_at_once(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_AT_ONCE", 2)
    for _ in range(3):
        make_classified(owner, at=AT, days=1)
    assert [actions.expire(at=AT + DAY) for _ in range(3)] == [2, 1, 0]


def test_editing_says_it_anew_and_drops_the_pictures_left_out(owner: User) -> None:
    classified = make_classified(owner, at=AT)
    first, second = make_picture(owner, classified), make_picture(owner, classified, position=1)
    draft = make_picture(owner)
    actions.edit(
        classified=classified,
        offer=offer(title="Vélo pliant, presque neuf"),
        pictures=[draft, second],
        by=owner,
        at=AT,
    )
    classified.refresh_from_db()
    assert classified.title == "Vélo pliant, presque neuf"
    assert queries.pictures_of(classified) == [draft, second]
    assert not type(first).objects.filter(pk=first.pk).exists()


def test_six_pictures_at_most(owner: User) -> None:
    drafts = [make_picture(owner) for _ in range(7)]
    with pytest.raises(Refused, match="6 photos au plus") as refusal:
        actions.post(offer=offer(), days=60, pictures=drafts, by=owner, at=AT)
    assert refusal.value.field == "pictures"


def test_ended_classified_is_not_edited_nor_renewed_where_its_author_closed_it(owner: User) -> None:
    over, closed = (make_classified(owner, at=AT, days=1) for _ in range(2))
    with pytest.raises(Refused, match="n’est plus en ligne"):
        actions.edit(classified=over, offer=offer(), pictures=[], by=owner, at=AT + 2 * DAY)
    actions.close(classified=closed, outcome="here", by=owner, at=AT)
    with pytest.raises(Refused, match="publiez-en une nouvelle"):
        actions.renew(classified=closed, by=owner, at=AT)
