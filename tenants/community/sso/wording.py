"""Sentences about a provider that did not do its part, and about ways in that it closes."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.spaces.rules.addresses import shown

FAILURES: dict[str, Promise] = {
    "silent": gettext_lazy("Le fournisseur n’a pas répondu à temps, ou pas du tout."),
    "inside": gettext_lazy("Une de ses adresses n’est pas sur l’internet ouvert, en https."),
    "description": gettext_lazy(
        "Sa description (.well-known/openid-configuration) est absente ou illisible."
    ),
    "issuer": gettext_lazy(
        "Il se nomme autrement que l’émetteur écrit ici. Chez Entra ID, écrivez l’identifiant de "
        "votre annuaire à la place de « common »."
    ),
    "client": gettext_lazy(
        "Il refuse l’identifiant ou le secret : le secret a peut-être expiré. Copiez-en un neuf."
    ),
    "answer": gettext_lazy("Il a répondu autrement que le protocole ne le veut."),
    "signature": gettext_lazy("Sa signature n’est pas celle de ses clés publiques."),
    "audience": gettext_lazy("Sa réponse est pour une autre application que celle-ci."),
    "expired": gettext_lazy("Sa réponse était périmée : comparez l’heure des deux serveurs."),
    "early": gettext_lazy(
        "Sa réponse est datée du futur\u00a0: comparez l’heure des deux serveurs."
    ),
    "stale": gettext_lazy(
        "Il laisse entrer sur une connexion de plus de douze heures, malgré « max_age »."
    ),
    "nonce": gettext_lazy("Sa réponse était celle d’une autre connexion."),
    "email": gettext_lazy(
        "Il ne donne pas d’adresse e-mail : ajoutez « email » à ce que reçoit l’application."
    ),
    "unverified": gettext_lazy(
        "Il dit que l’adresse n’est pas vérifiée. Chez Keycloak, cochez « Email verified », ou "
        "« Trust email » pour un annuaire."
    ),
    "hosted": gettext_lazy("Le compte Google n’est pas un compte de votre organisation."),
    "unsigned": gettext_lazy("Sa réponse n’est pas signée : faites-lui signer l’assertion."),
    "several": gettext_lazy("Sa réponse contient plusieurs assertions : une seule est acceptée."),
    "comment": gettext_lazy("Sa réponse contient un commentaire ou un type de document XML."),
    "encrypted": gettext_lazy(
        "Il chiffre ses assertions : éteignez ce chiffrement, la connexion est déjà en https."
    ),
    "transient": gettext_lazy(
        "Il donne un identifiant nouveau à chaque visite : choisissez un NameID persistant."
    ),
    "status": gettext_lazy("Il a répondu que la connexion a échoué chez lui."),
    "unsealed": gettext_lazy("Son secret ne s’ouvre plus ici : écrivez-le de nouveau."),
}


# The provider did its part, and one person's account is not fit: others come in.
OF_A_PERSON = frozenset({"unverified", "hosted"})


def why_nobody_came(kind: str) -> str:
    """Return the sentence, for the person signing in, that the provider failed."""
    if kind in OF_A_PERSON:
        return _(
            "Votre entreprise ne se porte pas garante de l’adresse de ce compte. Demandez à son "
            "service informatique de la vérifier, ou choisissez un autre compte."
        )
    if kind == "silent":
        return _(
            "La page de connexion de votre entreprise ne répond pas. Réessayez dans une minute."
        )
    return _(
        "La connexion par votre entreprise n’a pas abouti. L’administration de l’espace "
        "en lit la raison."
    )


def only_way(email: str, name: str) -> str:
    """Return the sentence that an address can only sign in by its company."""
    return _(
        "Les adresses en @%(domain)s entrent par leur entreprise\u00a0: sur la page de connexion, "
        "choisissez «\u00a0Se connecter avec %(name)s\u00a0»."
    ) % {"domain": shown(email.rpartition("@")[2]), "name": name}


def unread_metadata(reason: str) -> str:
    """Return why pasted metadata of a SAML provider could not be read."""
    if reason == "page":
        return _("Ces métadonnées ne nomment aucune page de connexion en https (HTTP-Redirect).")
    if reason == "certificate":
        return _("Ces métadonnées ne contiennent aucun certificat de signature.")
    return _("Ces métadonnées SAML ne se lisent pas : collez le fichier XML du fournisseur entier.")
