"""Addresses of the founding, on the public host."""

from django.urls import path

from saas.accounts.access import opened
from tenants.spaces.views import addresses, stops
from tenants.spaces.views import foundings as views

app_name = "founding"
urlpatterns = [
    path("health/tls", addresses.may_have_certificate, name="certificate"),
    path("invitations/stop/<str:token>/", stops.stop_invitations, name="stop_invitations"),
    path("start/", views.start, name="start"),
    path("start/confirm/<str:token>/", views.confirm, name="confirm"),
    path("start/renew/<str:token>/", views.renew, name="renew"),
    path("start/siren/", views.siren, name="siren"),
    path("start/<str:reference>/check/", views.check, name="check"),
    path("start/<str:reference>/resend/", views.resend, name="resend"),
    path("start/<str:reference>/company/", views.company, name="company"),
    path("start/<str:reference>/site/", views.site, name="site"),
    path("start/<str:reference>/address/", views.address, name="address"),
    path("start/<str:reference>/available/", views.available, name="available"),
    path("start/<str:reference>/look/", views.choose_appearance, name="look"),
    path("start/<str:reference>/hand-over/", views.hand_over, name="hand_over"),
    path("start/<str:reference>/build/", views.build, name="build"),
    path("start/<str:reference>/progress/", views.progress, name="progress"),
    path("start/<str:reference>/again/", views.again, name="again"),
]
access = (
    opened("founding:certificate", get="all:404"),
    opened("founding:stop_invitations", "XX", get="all:404", post="all:404"),
    opened("founding:start", get="all:200", post="all:422"),
    opened("founding:confirm", "XX", get="all:404", post="all:404"),
    opened("founding:renew", "XX", post="all:404"),
    opened("founding:siren", get="all:200"),
    opened("founding:check", "XX", get="all:404"),
    opened("founding:resend", "XX", post="all:404"),
    opened("founding:company", "XX", get="all:404", post="all:404"),
    opened("founding:site", "XX", get="all:404", post="all:404"),
    opened("founding:address", "XX", get="all:404", post="all:404"),
    opened("founding:available", "XX", get="all:404"),
    opened("founding:look", "XX", get="all:404", post="all:404"),
    opened("founding:hand_over", "XX", get="all:404", post="all:404"),
    opened("founding:build", "XX", get="all:404"),
    opened("founding:progress", "XX", get="all:404"),
    opened("founding:again", "XX", post="all:404"),
)
