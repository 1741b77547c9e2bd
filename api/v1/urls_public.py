"""Resources of the public host: so far its description only."""

from django.urls import path

from api.description import PublicDescription, reference

app_name = "api"
urlpatterns = [
    path("", reference, name="reference"),
    path("openapi.json", PublicDescription.as_view(), name="openapi"),
]
