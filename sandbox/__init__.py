"""The outside world, embedded: the systems that the agent acts on, in small and on one file.

`open_demo(path)` opens the demo company kept at `path`, making it when it is missing; `create_app(world)` is
the application that serves a world: ERPNext at `/api`, the hub at `/hub/v1`, the PBX at `/pbx/v1`, the 911
provider at `/e911/v1`, Stripe at `/stripe/v1`, the controls of tests and evaluations at `/_sandbox`. The same
application runs in-process over ASGI and, by `sandbox.server`, over HTTP.
All state, the clock included, is one SQLite file that several processes may serve at once.
"""

from sandbox.app import create_app
from sandbox.demo import open_demo

__all__ = ["create_app", "open_demo"]
