"""These tests' pages as a WSGI application: `saas.wsgi` starts only with pages that have rules."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
