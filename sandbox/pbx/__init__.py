"""The PBX: telephone lines, their voicemail, and the numbers that can be given out.

In: requests by the contract `docs/contracts/pbx.openapi.yaml`. Out: lines as they are. SIP and voicemail passwords are
made here and stay here. It knows nothing of ERPNext nor of the 911 provider: that a line may only ring once its
address is registered is its callers' business.
"""

from sandbox.pbx.routes import pbx_routes

__all__ = ["pbx_routes"]
