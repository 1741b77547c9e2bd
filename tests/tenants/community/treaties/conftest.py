"""Two spaces with a treaty, and people on both sides of it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.tasks import SCHEMA_HEADER, PublicTask, TenantTask
from tenants.community.members.models import Profile, Role
from tenants.community.treaties.forms import deciding
from tenants.spaces.models import OwnCompany, OwnTreaty
from tests.fixtures.people import AT
from tests.tenants.community.classifieds.making import make_classified
from tests.tenants.community.lending.making import make_thing


class Jobs:
    """Jobs that wait until a test runs them, each in its own space."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = []

    def add(self, task: Any, args: tuple[Any, ...] = (), **options: Any) -> None:
        self.waiting.append((task, tuple(args), options["headers"]))

    def run(self) -> list[str]:
        """Run the queued jobs and the jobs that these queue; return their short names."""
        done = []
        while self.waiting:
            task, args, headers = self.waiting.pop(0)
            done.append(f"{headers[SCHEMA_HEADER]}:{task.name.rpartition('.')[2]}")
            task.apply(args=args, headers=headers, throw=True)
        return done


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """Keep jobs instead of sending them; each act counts as committed at once, by day."""
    monkeypatch.setattr("tenants.community.notifications.rules.loud_from", lambda at, *_: at)
    stored = Jobs()

    def queue(task: Any, args: Any = (), **options: Any) -> None:
        stored.add(task, args, **options)

    for base in (TenantTask, PublicTask):
        monkeypatch.setattr(base, "apply_async", queue)
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, **_: call())
    return stored


class Sides(NamedTuple):
    """The administrators of both spaces, and the treaty between them."""

    north: User
    south: User
    reference: str


@pytest.fixture
def boss(owner: User) -> User:
    """Return the owner as administrator of the whole north, employed by its first company."""
    Role.objects.create(user=owner, role="administrator", given_at=AT)
    Profile.objects.filter(user=owner).update(company_id=OwnCompany.objects.get(name="North Un").pk)
    return owner


@pytest.fixture
def southern_boss(stranger: User) -> User:
    """Return the stranger as administrator of the whole south."""
    with schema.inside("south"):
        Role.objects.create(user=stranger, role="administrator", given_at=AT)
    return stranger


@pytest.fixture
def proposal(boss: User, southern_boss: User, jobs: Jobs) -> Sides:
    """The north shows things and loans, and would see the services of the south."""
    reference = deciding.propose(
        address="south",
        gives=["things", "loans"],
        takes=["services"],
        message="Bonjour d’en face.",
        by=boss,
        at=timezone.now(),
    )
    jobs.run()
    return Sides(boss, southern_boss, reference)


@pytest.fixture
def treaty(proposal: Sides, jobs: Jobs) -> Sides:
    """The proposal, accepted by the south."""
    with schema.inside("south"):
        deciding.accept(reference=proposal.reference, by=proposal.south, at=timezone.now())
    jobs.run()
    return proposal


@pytest.fixture
def share(jobs: Jobs) -> Callable[..., Any]:
    """Post something for the neighbours where we are, and let the jobs do theirs."""

    def post(author: User, **changes: Any) -> Any:
        if changes.pop("lent", False):
            row: Any = make_thing(author, at=timezone.now(), audience="neighbours", **changes)
        else:
            row = make_classified(author, audience="neighbours", **changes)
        jobs.run()
        return row

    return post


@pytest.fixture
def agree(boss: User, southern_boss: User, jobs: Jobs) -> Callable[..., Sides]:
    """Let the north show something to the south, which accepts."""

    def agreed(*gives: str) -> Sides:
        reference = deciding.propose(
            address="south", gives=gives, takes=[], message="", by=boss, at=timezone.now()
        )
        jobs.run()
        with schema.inside("south"):
            deciding.accept(reference=reference, by=southern_boss, at=timezone.now())
        jobs.run()
        return Sides(boss, southern_boss, reference)

    return agreed


def in_south(treaty: Sides) -> OwnTreaty:
    with schema.inside("south"):
        return OwnTreaty.objects.get(reference=treaty.reference)
