"""The 911 provider: what it would tell an ambulance, which is not always what the company believes.

In: requests by the contract `docs/contracts/e911.openapi.yaml`. Out: registrations. It is strict about an address and
slow to accept one: a request is pending until it was compared with the municipalities' street guide, and what was
registered before stays in force until then. It knows nothing of ERPNext nor of the PBX.
"""

from sandbox.e911.routes import e911_routes

__all__ = ["e911_routes"]
