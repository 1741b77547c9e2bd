"""The product's settings, and the commands of what runs, tries and shows it.

The seed, drills, benches, the walk and `troovon manage` run under these; the product's own
processes never do.
"""

from saas.settings import *

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "infra.demo",
    "infra.benches",
    "infra.drills",
    "infra.screenshots",
]
