"""The hub in front of the network: customers' devices (TR-069), telephone adapters among them, and OLT ports.

In: requests by the contract `docs/contracts/hub.openapi.yaml`. Out: what the network is, and what became
of what was asked of it. It is as honest as the system behind it: a task that is queued is not done, a
task that a device took is not yet a reboot. It asks the PBX for an adapter's line, and knows nothing of ERPNext.
"""

from sandbox.hub.routes import hub_routes

__all__ = ["hub_routes"]
