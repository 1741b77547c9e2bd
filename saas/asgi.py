"""The web process as its server calls it: the whole site behind `saas.serving`."""

import saas.wsgi  # before the others: it sets Django up
from saas.serving.site import Site

application = Site(saas.wsgi.application)
