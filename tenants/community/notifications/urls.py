"""Addresses of the notifications, and of the files for installing a space as an app."""

from django.urls import path

from saas.accounts.access import closed, opened
from tenants.community.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.lists, name="lists"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/switches/", views.switches, name="switches"),
    path("notifications/digests/", views.resume_digests, name="resume_digests"),
    path("notifications/mails/", views.resume_mails, name="resume_mails"),
    path("notifications/devices/", views.add_device, name="add_device"),
    path("notifications/devices/<slug:reference>/", views.remove_device, name="remove_device"),
    path("notifications/follow/<str:token>/", views.follow, name="follow"),
    path("notifications/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("notifications/<slug:reference>/", views.open_one, name="open"),
    path("notifications/<slug:reference>/read/", views.read, name="read"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("offline/", views.offline, name="offline"),
]
access = (
    closed("notifications:lists", get="in:200"),
    closed("notifications:read_all", post="in:303"),
    closed("notifications:switches", get="in:200", post="in:422"),
    closed("notifications:resume_digests", post="in:303"),
    closed("notifications:resume_mails", post="in:303"),
    closed("notifications:add_device", post="in:422"),
    closed("notifications:remove_device", "own device", post="in:404 member:303"),
    closed("notifications:remove_device", "foreign device", post="in:404"),
    closed("notifications:open", "own notification", get="in:404 member:302"),
    closed("notifications:open", "foreign notification", get="in:404"),
    closed("notifications:read", "own notification", post="in:404 member:303"),
    closed("notifications:read", "foreign notification", post="in:404"),
    opened("notifications:follow", "XX", get="all:404"),
    opened("notifications:unsubscribe", "XX", get="all:404", post="all:404"),
    opened("notifications:manifest", get="all:200"),
    opened("notifications:service_worker", get="all:200"),
    opened("notifications:offline", get="all:200"),
)
