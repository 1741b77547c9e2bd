"""The product's settings, with the commands to run, drill and show it.

The seed, drills, benches, the walk and `troovon manage` run under these settings; the product's own
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
