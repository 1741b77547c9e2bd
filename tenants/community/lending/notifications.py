"""Mails to the two sides of a loan."""

import zoneinfo

from django.utils import timezone, translation

from saas.accounts.models import User
from saas.kernel import mail
from tenants.community.lending import queries
from tenants.community.lending.models import LoanLetter
from tenants.community.lending.rules import letters
from tenants.spaces.queries import own_space, own_url


def tell_of_loan(letter: LoanLetter) -> None:
    """Tell the borrower, or each of those who hand the thing out, unless it is true no more."""
    loan = letter.loan
    if not letters.is_still_true(letter):
        return
    readers = [loan.borrower] if letter.to_borrower else queries.keepers_of(loan.thing)
    for reader in readers:
        if reader.is_active:
            _write_to(reader, letter)


def _write_to(reader: User, letter: LoanLetter) -> None:
    loan = letter.loan
    zone = zoneinfo.ZoneInfo(own_space().time_zone)
    lender = loan.thing.owner.short_name if loan.thing.owner else ""
    with translation.override(reader.language), timezone.override(zone):
        words = letters.words_of(
            letter, lender=lender or queries.council_name(loan.thing.company_id)
        )
        mail.send(
            to=reader.email,
            template="loan",
            language=reader.language,
            context={
                "first_name": reader.first_name,
                "words": words,
                "url": own_url(loan.get_absolute_url()),
            },
        )
