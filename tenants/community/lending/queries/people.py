"""The people of a thing: representatives of a council, recipients of notices, borrowers."""

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.lending.models import Loan, Thing
from tenants.community.lending.rules import loans as rules
from tenants.community.members.queries import council as council_people

MOST_KEEPERS = 5


def councils_of(person: User) -> list[int | None]:
    """Return the councils that a person represents."""
    return rules.council_of(hooks.duties_of(person))


def lenders_of(thing: Thing) -> list[User]:
    """List the recipients of notices on a thing's loans: its owner, or its council's people."""
    if thing.owner is not None:
        return [thing.owner] if thing.owner.is_active else []
    ids = council_people.people_of(thing.company_id)
    return list(User.objects.filter(pk__in=ids, is_active=True).order_by("pk")[:MOST_KEEPERS])


def has_lender(thing: Thing) -> bool:
    """Return True if there is an active lender to take the thing back."""
    return bool(lenders_of(thing))


def other_side(loan: Loan, person: User) -> list[User]:
    """List the people on the other side of a loan."""
    return lenders_of(loan.thing) if loan.borrower_id == person.pk else [loan.borrower]
