"""Resources of the public host: so far its description only."""

from django.urls import path

from api.description import PublicDescription, reference
from saas.accounts.access import opened

app_name = "api"
urlpatterns = [
    path("", reference, name="reference"),
    path("openapi.json", PublicDescription.as_view(), name="openapi"),
]
access = (
    opened("api:reference", get="all:200"),
    opened("api:openapi", get="all:200", options="all:200"),
)
