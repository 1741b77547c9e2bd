"""Addresses of the conversations."""

from django.urls import path

from tenants.community.conversations import views

app_name = "conversations"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("blocked/", views.blocked, name="blocked"),
    path("blocked/<slug:reference>/unblock/", views.unblock, name="unblock"),
    path("pictures/<slug:token>/<int:width>.webp", views.picture, name="picture"),
    path("begin/<slug:kind>/<slug:reference>/", views.begin, name="begin"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/meeting/", views.propose, name="propose"),
    path("<slug:reference>/meeting/answer/", views.answer, name="answer"),
    path("<slug:reference>/calendar.ics", views.event, name="event"),
    path("<slug:reference>/block/", views.block, name="block"),
]
