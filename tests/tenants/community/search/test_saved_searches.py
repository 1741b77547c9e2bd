"""Saved searches, the clock's matches and the alerts about them; favourites."""

import datetime as dt

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.classifieds.actions import close, conceal
from tenants.community.notifications.models import Notification
from tenants.community.search import actions, clock, queries, rules
from tenants.community.search.models import Favourite, SavedSearch, SearchHit
from tenants.community.search.rules import Filters
from tests.fixtures.people import DAY, Browse, SpaceClient, make_user
from tests.tenants.community.classifieds.making import make_classified, run
from tests.tenants.community.lending.making import make_thing

BIKES = Filters(q="vélo")


def save(person: User, *, filters: Filters = BIKES, rhythm: str = "at_once") -> SavedSearch:
    then = timezone.now() - DAY
    return actions.save_search(filters=filters, words="vélo", rhythm=rhythm, by=person, at=then)


def repeat(search: SavedSearch) -> list[str]:
    filters = rules.filters_at(search.address)
    actions.repeat(search_id=search.pk, filters=filters, at=timezone.now())
    return list(search.hits.values_list("title", flat=True))


def test_clock_finds_what_came_later_of_others_once(owner: User, teammate: User) -> None:
    now = timezone.now()
    make_classified(owner, title="Vélo d’avant", at=now - 2 * DAY)
    search = save(teammate)
    make_classified(owner, title="Vélo pliant", at=now - DAY / 2)
    make_classified(teammate, title="Vélo à moi", at=now - DAY / 2)
    make_thing(owner, at=now, title="Remorque à vélo")

    assert sorted(repeat(search)) == ["Remorque à vélo", "Vélo pliant"]
    assert len(repeat(search)) == 2


def test_same_search_again_changes_its_rhythm(owner: User) -> None:
    first = save(owner)
    again = save(owner, filters=BIKES._replace(sort="price"), rhythm="weekly")

    assert again.pk == first.pk
    assert SavedSearch.objects.get().rhythm == "weekly"


def test_empty_search_and_too_many_are_not_saved(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="un mot ou un filtre"):
        save(owner, filters=Filters(sort="new"))
    monkeypatch.setattr(rules, "MOST_SEARCHES", 1)
    save(owner)
    with pytest.raises(Refused, match="supprimez-en une"):
        save(owner, filters=Filters(q="tente"))


def test_search_of_another_is_nobodys_business(owner: User, teammate: User) -> None:
    search = save(owner)
    assert queries.find(search.reference, person=teammate) is None
    with pytest.raises(NotAllowed):
        actions.forget(search=search, by=teammate, at=timezone.now())


def news_of(person: User) -> list[str]:
    rows = Notification.objects.filter(person=person).order_by("pk")
    return list(rows.values_list("title", flat=True))


def test_each_find_is_notified_once_and_as_often_as_wanted(owner: User, teammate: User) -> None:
    search = save(teammate, rhythm="daily")
    make_classified(owner, title="Vélo pliant")
    for _time in range(2):
        run(clock.repeat_searches)
        SavedSearch.objects.update(checked_at=timezone.now() - DAY)

    assert news_of(teammate) == ["1 nouveauté pour «\u00a0vélo\u00a0»"]
    make_classified(owner, title="Vélo cargo")
    run(clock.repeat_searches)
    assert len(news_of(teammate)) == 1
    SavedSearch.objects.update(notified_at=timezone.now() - DAY)
    run(clock.repeat_searches)
    assert len(news_of(teammate)) == 2
    assert not SearchHit.objects.filter(notified_at=None).exists()
    assert search.hits.count() == 2


def test_find_that_is_gone_or_hidden_by_the_time_of_the_news_is_not_named(
    owner: User, teammate: User
) -> None:
    now = timezone.now()
    save(teammate, rhythm="weekly")
    sold, hidden = (make_classified(owner, title=f"Vélo {n}") for n in ("vendu", "signalé"))
    SavedSearch.objects.update(notified_at=now - DAY)
    run(clock.repeat_searches)
    close(classified=sold, by=owner, outcome="elsewhere", at=now)
    conceal(reference=hidden.reference, hidden=True, at=now)
    for title in (None, "Vélo pliant"):
        if title:
            make_classified(owner, title=title)
        SavedSearch.objects.update(notified_at=now - 8 * DAY, checked_at=now - DAY)
        run(clock.repeat_searches)
    (news,) = Notification.objects.filter(person=teammate)
    assert (news.title, news.text) == ("1 nouveauté pour «\u00a0vélo\u00a0»", "Vélo pliant")


def test_searches_that_are_not_due_keep_no_other_waiting(
    owner: User, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "MOST_AT_ONCE", 2)
    for words in ("vélo", "vélo pliant"):
        save(owner, filters=Filters(q=words), rhythm="weekly")
    SavedSearch.objects.update(notified_at=timezone.now())
    save(teammate)
    make_classified(make_user("Ines"), title="Vélo pliant")
    for _round in range(2):
        run(clock.repeat_searches)
    assert len(news_of(teammate)) == 1


def test_silent_search_finds_hits_and_never_notifies(owner: User, teammate: User) -> None:
    save(owner, filters=Filters(q="poussette"), rhythm="never")
    make_classified(teammate, title="Poussette")
    run(clock.repeat_searches)

    assert SearchHit.objects.count() == 1
    assert news_of(owner) == []


def test_pages_of_what_is_kept(his: SpaceClient, owner: User) -> None:
    assert "Rien de gardé" in his.get("/saved/").text
    answer = his.post("/saved/", {"q": "vélo", "free": "on", "rhythm": "daily"})
    search = SavedSearch.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, search.get_absolute_url())
    assert search.words == "vélo · sans rien payer"
    assert his.post("/saved/", {"rhythm": "daily"}).status_code == 422
    SavedSearch.objects.update(saved_at=timezone.now() - DAY)
    make_classified(owner, kind="give", title="Vélo d’enfant", price_cents=None)
    repeat(SavedSearch.objects.get())
    assert "1 nouveau" in his.get("/saved/").text
    assert "Vélo d’enfant" in his.get(search.get_absolute_url()).text
    assert "1 nouveau" not in his.get("/saved/").text
    assert his.post(search.get_absolute_url(), {"rhythm": "never"}).status_code == 303
    assert his.post(f"{search.get_absolute_url()}forget/").status_code == 303
    assert not SavedSearch.objects.exists()


def test_heart_of_a_card_keeps_and_lets_go(browse: Browse, owner: User, teammate: User) -> None:
    thing = make_thing(owner, at=timezone.now(), title="Perceuse")
    client, url = browse(teammate), "/saved/things/"
    marked = client.post(url, {"save": thing.reference, "next": "/lending/?q=x"})
    assert (marked.status_code, marked.headers["Location"]) == (303, "/lending/?q=x")
    assert 'aria-pressed="true"' in client.get("/lending/").text
    assert "Perceuse" in client.get("/saved/").text
    heart = client.post(url, {"unsave": thing.reference}, headers={"HX-Request": "true"})
    assert 'aria-pressed="false"' in heart.text
    assert not Favourite.objects.exists()
    away = client.post(url, {"save": "PA-NOTHING", "next": "//evil.example/"})
    assert (away.status_code, away.headers["Location"]) == (303, "/saved/")
    assert not Favourite.objects.exists()


def test_saved_searches_of_a_leaver_are_forgotten(owner: User) -> None:
    thing = make_thing(make_user("Lou"), at=timezone.now())
    actions.save(reference=thing.reference, by=owner, at=timezone.now())
    save(owner)
    actions.forget_all_of(by=owner, at=timezone.now() + dt.timedelta(minutes=1))
    assert not Favourite.objects.exists()
    assert not SavedSearch.objects.exists()
