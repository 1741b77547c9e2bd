"""Starts the provider; its client's secret comes from OIDC_CLIENT_SECRET."""

import argparse
import os

from infra.oidc_provider.provider import Provider, serve

parser = argparse.ArgumentParser(prog="oidc-provider", description=__doc__)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--name", default="Compte d’entreprise")
parser.add_argument("--email", default="", help="the address that its page proposes")
given = parser.parse_args()
provider = Provider(os.environ["OIDC_CLIENT_SECRET"], name=given.name, email=given.email)
serve(provider, given.port).serve_forever()
