import datetime as dt

from django.utils import timezone

from saas.accounts import clock as accounts_clock
from saas.accounts.models import Pass, Session, User
from saas.kernel import schema
from tenants.community.members import clock
from tests.fixtures.people import make_user
from tests.saas.accounts.jobs import run_in

LONG_AGO = dt.timedelta(days=90)


def leave_lapsed_things(user: User) -> None:
    then = timezone.now() - LONG_AGO
    Session.objects.create(session_key="lapsed", session_data="", expire_date=then)
    Pass.objects.create(
        user=user, purpose="crossing", token_hash="lapsed", created_at=then, expires_at=then
    )


def test_space_and_public_forget_each_their_own_and_no_more(owner: User, stranger: User) -> None:
    def left(place: str) -> tuple[int, int]:
        with schema.inside(place):
            return Session.objects.count(), Pass.objects.count()

    for place, user in (("north", owner), ("south", stranger), (schema.PUBLIC, None)):
        with schema.inside(place):
            leave_lapsed_things(user or make_user("Paul"))

    run_in("north", clock.forget_in_a_space)
    assert [left(place) for place in ("north", "south", schema.PUBLIC)] == [(0, 0), (1, 1), (1, 1)]

    run_in("north", accounts_clock.forget)
    assert [left(place) for place in ("south", schema.PUBLIC)] == [(1, 1), (0, 0)]
