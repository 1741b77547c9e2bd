"""`manage.py drill_screens`: the inner half of the drill of screens."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from infra.drills.inside import screens
from saas.accounts.models import User
from saas.kernel import schema, tasks
from saas.kernel.values import legal
from tenants.community.members.models import Profile, Role
from tenants.spaces import hosts

SPACE = "north"


class Command(BaseCommand):
    """Runs minutes of a screen, and prints the tries and findings."""

    help = "Runs the script of screens against this space by a clock that it turns."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the number of minutes, the seed and the fault."""
        parser.add_argument("--rounds", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--plant", default="")

    def handle(self, *, rounds: int, seed: int, plant: str, **_options: Any) -> None:
        """Do it."""
        if not hasattr(settings, "TROOVON_PLANT"):
            raise CommandError("only with the settings infra.drills.settings.drill")
        tasks.send = lambda *_args, **_more: None  # mails have tests of their own
        card = hosts.find_space(f"{SPACE}.{hosts.base_name()}")
        if card is None:
            raise CommandError("the space of tests is not there")
        with schema.inside(SPACE):
            day = screens.Day(space=card, by=_manager(), seed=seed, plant=plant)
            for minute in day.run(rounds):
                self.stdout.write(f"{minute} {rounds}")
                self.stdout.flush()
            day.end()
        counts = {"found": day.findings()[:40], "found_in_all": day.found.total()}
        self.stdout.write(json.dumps({"tried": dict(day.tried), **counts}))


def _manager() -> User:
    at = screens.BEGIN
    person = User(email="ecrans@north.example", first_name="Odile", created_at=at)
    person.set_unusable_password()
    person.save()
    Profile.objects.create(
        user=person, joined_by="domain", joined_at=at, **legal.accepted_at(legal.CGU, at)
    )
    Role.objects.create(user=person, role=Role.Kind.KIOSK_MANAGER, given_at=at)
    return person
