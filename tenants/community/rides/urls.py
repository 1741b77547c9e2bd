"""Addresses of shared rides."""

from django.urls import path

from saas.accounts.access import closed
from tenants.community.rides import views

app_name = "rides"
urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.offer, name="offer"),
    path("mine/", views.mine, name="mine"),
    path("bookings/<slug:reference>/accept/", views.accept, name="accept"),
    path("bookings/<slug:reference>/decline/", views.decline, name="decline"),
    path("bookings/<slug:reference>/cancel/", views.cancel_booking, name="cancel_booking"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/edit/", views.edit, name="edit"),
    path("<slug:reference>/close/", views.close, name="close"),
    path("<slug:reference>/<slug:day>/cancel/", views.cancel_departure, name="cancel_departure"),
]
access = (
    closed("rides:board", get="in:200"),
    closed("rides:offer", get="in:200", post="in:422"),
    closed("rides:mine", get="in:200"),
    closed("rides:detail", "own ride", get="in:200", post="in:422"),
    closed("rides:detail", "company's ride", get="in:404 other:200", post="in:404 other:422"),
    closed("rides:detail", "foreign ride", get="in:404", post="in:404"),
    closed("rides:edit", "own ride", get="in:403 member:200", post="in:403 member:422"),
    closed("rides:edit", "company's ride", get="in:404 other:200", post="in:404 other:422"),
    closed("rides:edit", "foreign ride", get="in:404", post="in:404"),
    closed("rides:close", "spare ride", get="in:403 member:200", post="in:403 member:303"),
    closed("rides:close", "company's ride", get="in:404 other:200", post="in:404 other:303"),
    closed("rides:close", "foreign ride", get="in:404", post="in:404"),
    closed("rides:cancel_departure", "own ride", "2020-01-01", post="in:404"),
    closed("rides:cancel_departure", "foreign ride", "2020-01-01", post="in:404"),
    closed("rides:accept", "accepted booking", post="in:404 member:303 other:403"),
    closed("rides:accept", "XX", post="in:404"),
    closed("rides:decline", "accepted booking", post="in:404 member:422 other:403"),
    closed("rides:decline", "XX", post="in:404"),
    closed("rides:cancel_booking", "cancelled booking", post="in:404 member,other:303"),
    closed("rides:cancel_booking", "XX", post="in:404"),
)
