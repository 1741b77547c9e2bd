"""`manage.py stripe_destinations`: have Stripe post its events to us."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.gateway.values import StripeSaidNo
from billing.settlement import destinations


class Command(BaseCommand):
    """Make the three destinations of events, or bring them up to date."""

    help = "Has Stripe post events to this installation, and prints the secrets of new addresses."

    def handle(self, **_options: Any) -> None:
        """Print each new secret as a line for the environment: Stripe tells it this once."""
        try:
            made = destinations.make_all()
        except StripeSaidNo as no:
            raise CommandError(f"Stripe said no: {no}") from no
        for door, secret in made:
            if secret:
                self.stdout.write(f"STRIPE_WEBHOOK_SECRETS_{door.upper()}={secret}")
            else:
                self.stderr.write(f"{door} was there: brought up to date, with the secret it had")
