#!/usr/bin/env python
"""Django's own commands, and the house's (see saas/commands/); in a demo also those of infra/."""

import os
import sys

from django.core.management import execute_from_command_line

PRODUCT, DEMO = "saas.settings", "infra.settings"

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", PRODUCT)
    # The demo's processes run the product's settings; its seed, its clock and its walk need more.
    if os.environ.get("TROOVON_ENV") == "demo" and os.environ["DJANGO_SETTINGS_MODULE"] == PRODUCT:
        os.environ["DJANGO_SETTINGS_MODULE"] = DEMO
    execute_from_command_line(sys.argv)
