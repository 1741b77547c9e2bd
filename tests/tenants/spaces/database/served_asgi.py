"""The house as an ASGI application: not offered yet, and sealed all the same."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
