"""Settings of the movers of the drill `move`: the product, with an optional fault."""

from infra.drills.inside import planting
from infra.settings import *

TROOVON_PLANT = planting.faults_to_build_in(TROOVON_ENV)
INSTALLED_APPS = [*INSTALLED_APPS, "infra.drills.inside.moving.apps.MovingConfig"]
