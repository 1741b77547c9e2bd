"""Notifications for programs: how a member wishes to hear, with the refusals of the page."""

from django.utils import timezone

from saas.accounts.models import User
from tenants.community.notifications import actions
from tenants.community.notifications.models import Habits
from tests.api.test_classifieds import post
from tests.fixtures.people import Browse

HABITS = "/api/v1/notification-switches/habits/"
QUIET = {
    "quiet_from": "22:00:00",
    "quiet_until": "07:30:00",
    "quiet_weekends": True,
    "digest_hour": 9,
}
REACHED = {"digests_stopped_at": None, "takes_mail": True}


def test_quiet_hours_and_digest_are_chosen_and_switches_stay(browse: Browse, owner: User) -> None:
    client, switches = browse(owner), "/api/v1/notification-switches/"
    off = {"kind": "rides", "channel": "mail", "rhythm": "off"}
    chosen = post(client, switches, off).json()
    assert client.get(HABITS).json()["digest_hour"] == 8
    assert post(client, HABITS, QUIET).json() == QUIET | REACHED == client.get(HABITS).json()
    assert off in chosen["results"]
    assert client.get(switches).json() == chosen
    for changes, status, field in (
        ({"quiet_until": None}, 422, "quiet_until"),
        ({"quiet_until": "09:30"}, 422, "digest_hour"),
        ({"digest_hour": 5}, 400, None),
        ({"quiet_from": "25:00"}, 400, None),
    ):
        refused = post(client, HABITS, QUIET | changes)
        assert (refused.status_code, refused.json().get("field")) == (status, field)
    assert client.get(HABITS).json() == QUIET | REACHED
    loud = QUIET | {"quiet_from": None, "quiet_until": None}
    assert post(client, HABITS, loud).json() == loud | REACHED


def test_mails_and_digests_that_stopped_are_shown_and_resumed(browse: Browse, owner: User) -> None:
    client, at = browse(owner), timezone.now()
    actions.stop_mails(address=owner.email, why="bounced", at=at)
    Habits.objects.update(digests_stopped_at=at)
    stopped = client.get(HABITS).json()
    assert (stopped["takes_mail"], bool(stopped["digests_stopped_at"])) == (False, True)
    resumed = post(client, HABITS.replace("habits", "resume-mails"), {}).json()
    assert (resumed["takes_mail"], bool(resumed["digests_stopped_at"])) == (True, True)
    digests = post(client, HABITS.replace("habits", "resume-digests"), {}).json()
    assert digests == resumed | {"digests_stopped_at": None}
