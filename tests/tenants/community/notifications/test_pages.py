"""Pages of notifications: both lists, switches, links of mails, devices, and the API."""

import datetime as dt

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.notifying import Kind, settle
from saas.kernel.secrets import tokens
from tenants.community.notifications import rules
from tenants.community.notifications.models import Device, Habits, Notification
from tenants.community.notifications.queries import readers as queries
from tests.fixtures.people import DAY, Browse, SameCost, SpaceClient, make_user
from tests.tenants.community.notifications.making import PUBLIC_KEY, make_notification


def test_lists_show_both_and_an_opened_entry_is_read(hers: SpaceClient, owner: User) -> None:
    now = timezone.now()
    make_notification(owner, at=now, key="a", deadline=now + DAY)
    row = make_notification(owner, at=now, key="b", kind=Kind.LOANS, path="/lending/loans/")
    page = hers.get("/notifications/").text
    assert "À faire" in page
    assert "Nouvelles" in page
    assert 'class="dot">2' in page
    assert hers.get(row.get_absolute_url())["Location"] == "/lending/loans/"
    assert Notification.objects.filter(read_at=None).count() == 1
    hers.get("/rides/")  # the target of the other entry
    assert not Notification.objects.filter(read_at=None).exists()


def test_late_entry_stays_to_do_until_it_is_done(browse: Browse, owner: User) -> None:
    client, now = browse(owner), timezone.now()
    make_notification(owner, at=now, key="a", about="loan:1", deadline=now - DAY, until_done=True)
    make_notification(owner, at=now, key="b", about="ride:1", deadline=now - DAY)
    shown = client.get("/notifications/")
    assert [row.key for row in shown.context["lists"].to_do] == ["a"]
    assert "en retard depuis" in shown.text
    settle("loan:1", at=now)
    assert client.get("/notifications/").context["lists"].to_do == []


def test_lists_cost_the_same_for_one_row_and_for_many(
    hers: SpaceClient, same_cost: SameCost, owner: User
) -> None:
    now = timezone.now()
    make_notification(owner, at=now, key="0")
    with same_cost(hers, "/notifications/"):
        for number in range(1, 6):
            make_notification(owner, at=now, key=str(number), deadline=now + number * DAY)


def test_switches_are_kept_and_a_contradiction_stays_typed(hers: SpaceClient, owner: User) -> None:
    page = hers.get("/notifications/switches/")
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in data.items() if value not in {None, False}}
    given |= {"mail_rides": "off", "quiet_from": "21:00", "quiet_until": "09:00"}
    assert "pendant vos heures calmes" in hers.refused("/notifications/switches/", given)
    given["quiet_until"] = "07:30"
    assert hers.post("/notifications/switches/", given).status_code == 303
    chosen = queries.reader(owner)
    assert chosen.rhythm("rides", "mail") == "off"
    assert chosen.quiet.ends == dt.time(7, 30)


def test_one_click_unsubscribe_ends_a_kind(browse: Browse, owner: User) -> None:
    token = tokens.sign(rules.LEAVING, [owner.reference, "rides"])
    nobody = browse()
    url = f"/notifications/unsubscribe/{token}/"
    assert "Trajets partagés" in nobody.get(url).text
    assert queries.reader(owner).rhythm("rides", "mail") == "now"
    assert nobody.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert queries.reader(owner).rhythm("rides", "mail") == "off"
    assert nobody.post(f"/notifications/unsubscribe/{token}x/").status_code == 404


@pytest.mark.parametrize(("header", "counts"), [("?1", True), ("", False)])
def test_link_of_a_digest_counts_for_a_person_and_not_for_a_scanner(
    *, browse: Browse, owner: User, header: str, counts: bool
) -> None:
    token = tokens.sign(rules.FOLLOWING, [owner.reference, "/deals/"])
    headers = {"Sec-Fetch-User": header} if header else {}
    answer = browse().get(f"/notifications/follow/{token}/", headers=headers)
    assert answer["Location"] == "/deals/"
    assert Habits.objects.filter(person=owner, came_at__isnull=False).exists() is counts


def test_device_of_an_internal_address_is_refused_and_moves_with_who_asks_last(
    browse: Browse, owner: User, teammate: User
) -> None:
    good = {"p256dh": PUBLIC_KEY, "auth": "A" * 22, "name": "Firefox"}
    inside = {**good, "endpoint": "https://10.0.0.1/x"}
    assert browse(owner).post("/notifications/devices/", inside).status_code == 422
    outside = {**good, "endpoint": "https://push.example.org/x"}
    for person in (owner, teammate):
        assert browse(person).post("/notifications/devices/", outside).status_code == 201
    assert [device.person_id for device in Device.objects.all()] == [teammate.pk]


def test_space_can_be_installed(browse: Browse, in_north: None) -> None:
    nobody = browse()
    assert nobody.get("/manifest.webmanifest").json()["display"] == "standalone"
    worker = nobody.get("/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "showNotification" in worker.text


def test_api_lists_marks_and_switches(hers: SpaceClient, owner: User) -> None:
    make_notification(owner, make_user("Ines"), at=timezone.now())
    (row,) = hers.get("/api/v1/notifications/").json()["results"]
    assert hers.post(f"/api/v1/notifications/{row['reference']}/read/").status_code == 204
    assert Notification.objects.get(person=owner).read_at
    url, json = "/api/v1/notification-switches/", "application/json"
    given = {"kind": "rides", "channel": "mail", "rhythm": "daily"}
    assert hers.post(url, given, content_type=json).status_code == 200
    assert given in hers.get(url).json()["results"]
    refused = hers.post(url, {**given, "kind": "decisions"}, content_type=json)
    assert refused.status_code == 422
