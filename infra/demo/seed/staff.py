"""Staff of the demo's Troovon."""

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from infra.demo.seed.cast import OPERATOR, SECOND_OPERATOR
from infra.demo.seed.factors import protect
from infra.demo.seed.world import PASSWORD
from saas.accounts.models import User
from saas.console.models import Operator
from tenants.spaces.provisioning import OWNER


def first_operator() -> User:
    """Return the longest-serving operator; on a stack without operators, create the first."""
    known = User.objects.filter(pk__in=Operator.objects.values("user")).order_by("pk").first()
    if known is not None:
        return known
    at = timezone.now()
    user, _ = User.objects.using(OWNER).get_or_create(
        email="operateur@check.example",
        defaults={"first_name": "Agathe", "last_name": "Check", "created_at": at},
    )
    Operator.objects.using(OWNER).get_or_create(user=user, defaults={"since": at})
    return User.objects.get(pk=user.pk)


def hire(at: dt.datetime) -> None:
    """Create two operators as the owner's role: a large amount needs a second person."""
    password = make_password(PASSWORD)
    for email, first_name in ((OPERATOR, "Agathe"), (SECOND_OPERATOR, "Ruben")):
        user = User.objects.using(OWNER).create(
            email=email,
            first_name=first_name,
            last_name="Troovon",
            password=password,
            created_at=at,
        )
        Operator.objects.using(OWNER).create(user=user, since=at)
        protect([user], at, alias=OWNER)
