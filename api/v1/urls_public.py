"""Resources of the public host: so far its description only."""

from django.urls import path

from api.description import PublicDescription

app_name = "api"
urlpatterns = [path("openapi.json", PublicDescription.as_view(), name="openapi")]
