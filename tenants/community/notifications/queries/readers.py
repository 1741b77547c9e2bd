"""Members with their settings."""

import zoneinfo
from collections.abc import Collection, Iterable
from typing import NamedTuple

from saas.accounts.models import User
from tenants.community.notifications import rules
from tenants.community.notifications.models import Device, Habits, Rhythm, Switch
from tenants.spaces.queries.own import own_space


class Reader(NamedTuple):
    """A member with their settings."""

    person: User
    switches: rules.Switches
    habits: Habits | None

    def rhythm(self, kind: str, channel: str) -> Rhythm:
        """Return how they hear of a kind in a channel."""
        return rules.rhythm_of(self.switches, kind, channel)

    @property
    def quiet(self) -> rules.Quiet:
        """Return when they want quiet."""
        return rules.quiet_of(self.habits)

    @property
    def digest_hour(self) -> int:
        """Return the hour after which the digest may be sent."""
        return rules.USUAL_HOUR if self.habits is None else self.habits.digest_hour

    @property
    def takes_mail(self) -> bool:
        """Return True if mails to the member's current address are not suppressed."""
        habits = self.habits
        if habits is None or habits.mail_stopped_at is None:
            return True
        return habits.mail_stopped_address != self.person.email


def zone() -> zoneinfo.ZoneInfo:
    """Return the time zone of this space."""
    return zoneinfo.ZoneInfo(own_space().time_zone)


def readers(ids: Collection[int]) -> list[Reader]:
    """Return active members with their settings, in three queries."""
    return with_choices(User.objects.filter(pk__in=ids, is_active=True).order_by("pk"))


def reader(person: User) -> Reader:
    """Return a member's settings."""
    return with_choices([person])[0]


def with_choices(people: Iterable[User]) -> list[Reader]:
    """Return members with their settings, in two queries."""
    people = list(people)
    ids = [person.pk for person in people]
    habits = {row.person_id: row for row in Habits.objects.filter(person__in=ids)}
    switches: dict[int, dict[tuple[str, str], str]] = {}
    for row in Switch.objects.filter(person__in=ids):
        switches.setdefault(row.person_id, {})[row.kind, row.channel] = row.rhythm
    return [Reader(person, switches.get(person.pk, {}), habits.get(person.pk)) for person in people]


def person_at(address: str) -> User | None:
    """Find the member of an address."""
    return User.objects.filter(email=address).first()


def person_with(reference: str) -> User | None:
    """Return the active member of a signed link, if any."""
    return User.objects.filter(reference=reference, is_active=True).first()


def devices_of(person: User) -> list[Device]:
    """List a member's devices, the latest first."""
    return list(Device.objects.filter(person=person).order_by("-added_at", "-pk"))


def device_of(reference: str, *, person: User) -> Device | None:
    """Return a member's device, if any."""
    return Device.objects.filter(reference=reference, person=person).first()


def devices_by_person(ids: Iterable[int]) -> dict[int, list[Device]]:
    """Bring the devices of some members."""
    found: dict[int, list[Device]] = {}
    for device in Device.objects.filter(person__in=list(ids)):
        found.setdefault(device.person_id, []).append(device)
    return found
