"""Accounts of those who run Troovon."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User, normal_email
from saas.accounts.rules import check_password_is_strong
from saas.console.models import Operator
from saas.kernel import schema


@transaction.atomic
def add_operator(
    *, email: str, first_name: str, last_name: str, password: str, at: dt.datetime
) -> User:
    """Let somebody run Troovon. Nobody does this: whoever holds the machine does.

    Doing it again changes nothing but the password, where one is given.
    """
    with schema.in_public():
        address = normal_email(email)
        user = User.objects.filter(email=address).first() or User(
            email=address, first_name=first_name, last_name=last_name, created_at=at
        )
        if password:
            check_password_is_strong(password, user)
            user.set_password(password)
        elif user.pk is None:
            user.set_unusable_password()
        user.full_clean()
        user.save()
        Operator.objects.get_or_create(user=user, defaults={"since": at})
        return user
