"""Addresses of gatherings."""

from django.urls import path

from tenants.community.gatherings import views

app_name = "gatherings"
urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.announce, name="announce"),
    path("mine/", views.mine, name="mine"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/revoke/", views.revoke_calendar, name="revoke_calendar"),
    path("calendar/<slug:token>/", views.feed, name="feed"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/calendar.ics", views.event, name="event"),
    path("<slug:reference>/people.csv", views.sheet, name="sheet"),
    path("<slug:reference>/edit/", views.edit, name="edit"),
    path("<slug:reference>/cancel/", views.cancel, name="cancel"),
    path("<slug:reference>/join/", views.join, name="join"),
    path("<slug:reference>/leave/", views.leave, name="leave"),
    path("<slug:reference>/budget/", views.budget, name="budget"),
    path("<slug:reference>/budget/remove/", views.remove_budget, name="remove_budget"),
]
