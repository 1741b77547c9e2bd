#!/usr/bin/env python
"""Django's own commands, and the house's (see saas/commands/); in a demo also those of infra/."""

import importlib.util
import os
import sys

from django.core.management import execute_from_command_line

PRODUCT, DEMO = "saas.settings", "infra.settings"


def choose_settings() -> None:
    """Take the product's settings; in a demo, those with the seed, the clock and the walk.

    An image holds no such settings, whatever its installation is called.
    """
    chosen = os.environ.setdefault("DJANGO_SETTINGS_MODULE", PRODUCT)
    is_demo = os.environ.get("TROOVON_ENV") == "demo" and chosen == PRODUCT
    if is_demo and importlib.util.find_spec(DEMO):
        os.environ["DJANGO_SETTINGS_MODULE"] = DEMO


if __name__ == "__main__":
    choose_settings()
    execute_from_command_line(sys.argv)
