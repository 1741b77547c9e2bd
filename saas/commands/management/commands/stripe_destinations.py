"""`manage.py stripe_destinations`: have Stripe post its events to us, and set up its portal."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing.dispatch import destinations
from billing.stripe.gateway.values import StripeCallFailed

# Stripe's API cannot switch its e-mails off: the list and the settings are described in
# docs.stripe.com/invoicing/send-email, /receipts and /billing/revenue-recovery/customer-emails.
EMAILS = """\
Switch these e-mails of Stripe off in its dashboard: Troovon sends its own, with its own invoices.
  https://dashboard.stripe.com/settings/emails
    - successful payments (a receipt beside our invoice)
    - refunds (beside our credit note)
  https://dashboard.stripe.com/settings/billing/automatic
    - finalized invoices and credit notes (a second, numbered invoice for each month)
    - failed payments (our letter says what the bank refused, and where to change the card)
    - upcoming renewals, and subscriptions that were cancelled
Leave on: payments that need the customer's confirmation (3-D Secure), and expiring cards; have
their links lead to Stripe's customer portal.
"""
# Stripe gives a secret to the program that makes a destination; afterwards its dashboard shows it.
LOST = """\
  STRIPE_WEBHOOK_SECRETS_{variable} is empty here, and Stripe gives a secret to a program only once.
  Copy it from https://dashboard.stripe.com/workbench/webhooks ("Signing secret" of the destination
  that ends in -{endpoint}), or delete that destination there and run this command again."""


class Command(BaseCommand):
    """Make the three destinations of events and the portal's configuration, or renew them."""

    help = (
        "Has Stripe post events to this installation, prints the secrets of new addresses, sets up "
        "the page where merchants change how they pay, and says which e-mails to switch off."
    )

    def handle(self, **_options: Any) -> None:
        """Print each new secret as a line for the environment: Stripe shows it only now."""
        try:
            renewed = destinations.make_all()
            portal, is_new = destinations.set_up_portal()
        except StripeCallFailed as no:
            raise CommandError(f"Stripe said no: {no}") from no
        for endpoint, secret in renewed:
            if secret:
                self.stdout.write(f"STRIPE_WEBHOOK_SECRETS_{endpoint.upper()}={secret}")
            else:
                self.stderr.write(
                    f"{endpoint} was there: brought up to date, with the secret it had"
                )
                if not settings.STRIPE_WEBHOOK_SECRETS[endpoint]:
                    self.stderr.write(LOST.format(endpoint=endpoint, variable=endpoint.upper()))
        done = "made" if is_new else "was there: brought up to date"
        self.stderr.write(f"portal {portal} {done}; it is found by itself")
        self.stderr.write(EMAILS)
