"""Reports and decisions for tests, made where the test is."""

import datetime as dt

from saas.accounts.models import User
from tenants.community.members.models import Role
from tenants.community.moderation import actions
from tenants.community.moderation.models import Case, Decision
from tenants.community.moderation.queries import cases as queries
from tenants.community.moderation.rules.cases import Verdict
from tests.fixtures.people import make_user

KEEP = Verdict("keep", "", "Rien n’enfreint la charte.")
REMOVE = Verdict("remove", "scam", "Le même texte se trouve sur trois sites.")


def make_moderator(name: str = "Mehdi", *, company_id: int | None = None) -> User:
    """Create a moderator."""
    person = make_user(name)
    Role.objects.create(
        user=person, role="moderator", company_id=company_id, given_at=person.created_at
    )
    return person


def report(
    kind: str, reference: str, *, by: User, at: dt.datetime, reason: str = "scam", words: str = ""
) -> Case:
    """Report an item visible to the member."""
    subject = queries.subject(kind, reference, viewer=by)
    assert subject is not None
    made = actions.report(
        subject=subject, reference=reference, reason=reason, words=words, by=by, at=at
    )
    return made.case


def decide(case: Case, verdict: Verdict, *, by: User, at: dt.datetime) -> Decision:
    """Decide a case."""
    return actions.decide(case=case, verdict=verdict, by=by, at=at)
