"""Adoption of a space: counts that guide administrators, without persons."""

import datetime as dt

import pytest
from django.forms import model_to_dict
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.classifieds.models import Classified
from tenants.community.members.models import Profile, Role
from tenants.community.members.rules import adoption as rules
from tenants.community.members.rules import adoption_months
from tenants.spaces.models import Site, Tenant
from tests.fixtures.people import AT, Browse, Count, make_user
from tests.tenants.spaces.hosts.dns import switch
from tests.tenants.spaces.wizard import words_of

TODAY = dt.date(2026, 11, 25)  # a Wednesday
KINDS = [
    rules.Kind("Annonces", "Annonces"),
    rules.Kind("Annonces", ""),
    rules.Kind("Messages", "M"),
]
LAST_WEEK = TODAY - dt.timedelta(days=7)


def reckon(*acts: rules.Act, many: int = 12, companies: int = 1) -> rules.Adoption:
    return rules.reckon(
        members=[rules.Member(pk, pk % companies, dt.date(2026, 1, 1)) for pk in range(many)],
        employers=[rules.Employer(pk, f"C{pk}", 100) for pk in range(companies)],
        kinds=KINDS,
        acts=acts,
        arrivals="A",
        today=TODAY,
    )


def by(people: int, *, kind: int = 0, day: dt.date = LAST_WEEK, count: int = 1) -> list[rules.Act]:
    return [rules.Act(kind, pk, day, count) for pk in range(people)]


@pytest.mark.parametrize(
    ("people", "each", "count", "active"),
    [(4, 10, None, None), (5, 1, 5, 5), (5, 3, 15, 5), (9, 1, 5, 5), (11, 2, 20, 10)],
)
def test_count_needs_five_people_and_is_rounded(
    people: int, each: int, count: int | None, active: int | None
) -> None:
    found = reckon(*by(people, count=each))
    week = found.weeks[-1]
    assert (week.starts_on, week.active, week.counts[1]) == (dt.date(2026, 11, 16), active, count)
    assert (found.week, found.month) == (active, active)


def test_today_and_strangers_count_for_nothing_and_people_once() -> None:
    others = [rules.Act(0, pk, LAST_WEEK, 1) for pk in range(100, 120)]
    assert reckon(*by(9, day=TODAY), *others).month is None
    found = reckon(*by(6), *by(6, kind=1), *by(6, kind=2))
    assert (found.month, [room.month for room in found.rooms]) == (5, [5, 5])
    assert found.columns == ("A", "Annonces", "M")


def test_figure_that_the_others_would_give_away_is_left_out_too() -> None:
    acts = [rules.Act(0, pk, LAST_WEEK, 1) for pk in range(60) if pk % 3 or pk < 3]
    hidden = reckon(*acts, many=60, companies=3).companies
    assert [one.active for one in hidden] == [None, None, 20]
    every = reckon(*by(60), many=60, companies=3).companies
    assert [one.active for one in every] == [20, 20, 20]
    assert reckon(*by(60), many=60).companies == []


def by_month(*people: int, month: dt.date) -> list[adoption_months.Visit]:
    return [adoption_months.Visit(pk, month) for pk in people]


OCTOBER, SEPTEMBER = dt.date(2026, 10, 1), dt.date(2026, 9, 1)


def test_months_are_whole_and_begin_with_first_member() -> None:
    members = [rules.Member(pk, 1, dt.date(2026, 9, 10 + pk)) for pk in range(7)]
    members += [rules.Member(pk, 1, TODAY) for pk in range(7, 14)]
    visits = by_month(*range(6), month=OCTOBER) + by_month(*range(4), month=SEPTEMBER)
    visits += by_month(*range(90, 99), month=OCTOBER)  # accounts closed since
    found = adoption_months.months(members, visits, today=TODAY)
    assert found == [
        adoption_months.Month(SEPTEMBER, 5, 5, None),
        adoption_months.Month(OCTOBER, 5, None, 5),
    ]


def test_site_figures_hide_small_groups_and_name_quiet_sites() -> None:
    members = [
        rules.Member(pk, 1, dt.date(2026, 1, 1), 1 if pk < 20 else 2 if pk < 28 else 3)
        for pk in range(60)
    ]
    places = [adoption_months.Workplace(pk, f"S{pk}", 100) for pk in (1, 2, 3)]
    found = adoption_months.sites(places, members, {*range(20), 20, *range(28, 60)})
    assert [(one.joined, one.active) for one in found] == [(20, None), (8, None), (32, 30)]
    assert adoption_months.quiet_sites(found) == []
    uneven = [
        adoption_months.Site(pk, f"S{pk}", 100, 50, active) for pk, active in ((1, 40), (2, 5))
    ]
    few = adoption_months.Site(3, "S3", 100, None, None)
    quiet = adoption_months.quiet_sites([*uneven, few])
    assert [one.name for one in quiet] == ["S2", "S3"]


def test_fading_follows_from_shown_figures() -> None:
    weeks = [LAST_WEEK - dt.timedelta(weeks=number) for number in range(8)]
    busy = [act for day in weeks[4:] for act in by(12, day=day)]
    assert reckon(*busy).fades
    assert not reckon(*busy, *(act for day in weeks[:4] for act in by(12, day=day))).fades


@pytest.fixture
def boss(in_north: None) -> User:
    user = make_user("Camille")
    Role.objects.create(user=user, role=Role.Kind.ADMINISTRATOR, given_at=AT)
    return user


def post(author: User, *, weeks_ago: int = 1) -> None:
    at = timezone.now() - dt.timedelta(weeks=weeks_ago)
    Classified.objects.create(
        author=author,
        kind="give",
        title="Livre",
        place="Hall",
        created_at=at,
        expires_at=at + dt.timedelta(days=60),
    )


def test_page_and_sheet_show_counts_and_name_nobody(
    boss: User, browse: Browse, count_queries: Count
) -> None:
    client = browse(boss)
    quiet = words_of(client.get("/admin/adoption/"))
    assert "moins de 5" in quiet
    assert "Semez de quoi commencer" in quiet
    few = len(count_queries(client, "/admin/adoption/"))
    people = [make_user(f"Zoe{number}") for number in range(7)]
    for person in people:
        post(person)
        post(person, weeks_ago=2)
    shown = client.get("/admin/adoption/").text
    assert "Zoe" not in shown
    assert len(count_queries(client, "/admin/adoption/")) == few
    sheet = b"".join(client.get("/admin/adoption.csv")).decode()
    assert sheet.count(";5;moins de 5;5;moins de 5") >= 1
    assert "Zoe" not in sheet


def test_room_that_is_off_is_neither_counted_nor_advised(boss: User, browse: Browse) -> None:
    assert "/gatherings/new/" in browse(boss).get("/admin/adoption/").text
    switch("gatherings")
    page = browse(boss).get("/admin/adoption/").text
    assert "/gatherings/" not in page
    assert "Inscriptions" not in page


def test_page_shows_months_and_a_single_site(boss: User, browse: Browse) -> None:
    with schema.in_public():
        tenant = Tenant.objects.get(slug="north")
        first = Site.objects.get(tenant=tenant)
        values = {**model_to_dict(first, exclude=["id"]), "tenant": tenant, "name": "Dépôt"}
        second = Site.objects.create(**values)
    for number in range(7):
        person = make_user(f"Zoe{number}")
        post(person, weeks_ago=6)
        at = timezone.now() - dt.timedelta(weeks=10)
        Profile.objects.filter(user=person).update(site_id=second.pk, joined_at=at)
    client = browse(boss)
    every = words_of(client.get("/admin/adoption/"))
    assert "Mois par mois" in every
    assert "Dépôt" in every
    assert "salariés déclarés" in every
    chosen = words_of(client.get(f"/admin/adoption/?site={second.pk}"))
    assert "Usage, site «\u00a0Dépôt\u00a0»" in chosen
    sheet = b"".join(client.get(f"/admin/adoption.csv?site={second.pk}")).decode()
    assert "Dépôt" in sheet
    assert words_of(client.get("/admin/adoption/?site=999")).count("Usage de l’espace") >= 1


def test_company_s_administrator_counts_its_own_people_alone(
    boss: User, browse: Browse, teammate: User
) -> None:
    for number in range(6):
        post(make_user(f"Zoe{number}"))
    Role.objects.filter(user=boss).update(company_id=7)
    Profile.objects.filter(user=boss).update(company_id=7)
    shown = words_of(browse(boss).get("/admin/adoption/"))
    assert "Membres moins de 5" in shown
    assert browse(teammate).get("/admin/adoption/").status_code == 403
