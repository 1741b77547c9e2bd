"""`manage.py words`: update the translation catalogues from code and templates."""

from typing import Any

from django.core.management.base import BaseCommand

from saas.commands import words


class Command(BaseCommand):
    """Update both catalogues and print the number of missing translations."""

    help = "Renews saas/locale/{fr,en} and tells what is missing there."

    def handle(self, **_options: Any) -> None:
        """Do it, a line a language."""
        extracted = words.extracted()
        for language in ("fr", "en"):
            gaps = words.renew(language, extracted)
            self.stdout.write(f"{language}: {gaps} to translate")
            for word in words.missing(language, extracted):
                self.stdout.write(f"  {word.text!r}")
