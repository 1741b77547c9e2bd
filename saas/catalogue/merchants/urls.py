"""Addresses of the desk: signing up, its first page, the shop's page, pictures of the catalogue."""

from django.urls import path

from saas.accounts.access import closed, opened
from saas.catalogue.merchants.views import desk, programs, team

app_name = "merchants"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("signup/", desk.signup, name="signup"),
    path("signup/sent/", desk.signup_sent, name="signup_sent"),
    path("signup/<str:token>/", desk.confirm, name="confirm"),
    path("page/", desk.shop, name="shop"),
    path("page/public/", desk.public_page, name="public_page"),
    path("page/hours/", desk.hours, name="hours"),
    path("join/", team.join, name="join"),
    path("join/code/", team.join_code, name="join_code"),
    path("people/", team.people, name="people"),
    path("programs/", programs.programs, name="programs"),
    path("programs/<str:reference>/revoke/", programs.revoke_program, name="revoke_program"),
    path("shops/", team.shops, name="shops"),
    path("shops/new/", desk.new_shop, name="new_shop"),
    path("shops/<str:reference>/choose/", team.choose, name="choose"),
    path("invitation/<str:token>/", team.invitation, name="invitation"),
    path("people/invite/", team.invite, name="invite"),
    path(
        "people/invitations/<str:reference>/withdraw/",
        team.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("people/<str:reference>/role/", team.change_role, name="change_role"),
    path("people/<str:reference>/remove/", team.remove_member, name="remove_member"),
    path("people/requests/<str:reference>/", team.decide_join, name="decide_join"),
    path("page/vat/", desk.ask_vies_again, name="vat"),
    path("pictures/<slug:room>/<str:file>", desk.picture, name="picture"),
]
access = (
    closed("merchants:desk", get="in:200"),
    opened("merchants:signup", get="all:200", post="all:422"),
    opened("merchants:signup_sent", get="all:200"),
    opened("merchants:confirm", "XX", get="all:200", post="all:422"),
    closed("merchants:shop", get="in:200", post="in:422"),
    closed("merchants:public_page", get="in:200", post="in:422"),
    closed("merchants:hours", get="in:200"),
    closed("merchants:join", get="in:404", post="in:404"),
    closed("merchants:join_code", post="in:404"),
    closed("merchants:people", get="in:200"),
    closed("merchants:programs", get="in:200", post="in:422 operator:404"),
    closed("merchants:revoke_program", "XX", post="in:404"),
    closed("merchants:shops", get="in:200"),
    closed("merchants:new_shop", get="in:200", post="in:422"),
    closed("merchants:choose", "XX", post="in:404"),
    opened("merchants:invitation", "XX", get="all:404", post="all:404"),
    closed("merchants:invite", post="in:422 operator:404"),
    closed("merchants:withdraw_invitation", "XX", post="in:404"),
    closed("merchants:change_role", "XX", post="in:404"),
    closed("merchants:remove_member", "XX", post="in:404"),
    closed("merchants:decide_join", "XX", post="in:404"),
    closed("merchants:vat", post="in:303 operator:404"),
    opened("merchants:picture", "merchants", "xx.webp", get="all:404"),
)
