"""Addresses of a member's data."""

from django.urls import path

from saas.accounts.access import closed
from tenants.community.personal_data import views

app_name = "personal_data"
urlpatterns = [
    path("me/data/", views.data, name="data"),
    path("me/data/kept/", views.retention, name="kept"),
    path("me/data/erase/", views.erase, name="erase"),
    path("me/data/erase/back/", views.take_back, name="take_back"),
    path("me/data/<slug:reference>/", views.download, name="download"),
    path("admin/people/<str:reference>/erase/", views.erase_leaver, name="erase_leaver"),
    path("admin/people/<str:reference>/erase/back/", views.spare_leaver, name="spare_leaver"),
]
access = (
    closed("personal_data:data", get="in:200", post="in:303"),
    closed("personal_data:kept", get="in:200"),
    closed("personal_data:erase", get="in:200", post="in:422"),
    closed("personal_data:take_back", post="in:404"),
    closed(
        "personal_data:erase_leaver",
        "ref gone",
        get="in:403 local,admin:200",
        post="in:403 local,admin:422",
    ),
    closed(
        "personal_data:erase_leaver",
        "XX",
        get="in:403 local,admin:404",
        post="in:403 local,admin:404",
    ),
    closed("personal_data:spare_leaver", "ref gone", post="in:403 local,admin:404"),
    closed("personal_data:download", "XX", get="in:404"),
)
