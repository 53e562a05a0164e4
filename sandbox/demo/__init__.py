"""The demo company, Gigafibre (démo): who its customers are, and how to open it.

`open_demo(path)` gives a world with the company in it. The keys are fixed and open nothing but the demo.
"""

from sandbox.demo.identity import (
    COMPANY,
    DEMO_E911_TOKEN,
    DEMO_HUB_TOKEN,
    DEMO_KEY,
    DEMO_PBX_TOKEN,
    DEMO_SECRET,
    DEMO_STRIPE_KEY,
    DEMO_SUPPORT_KEY,
    DEMO_SUPPORT_SECRET,
    DEMO_SUPPORT_USER,
    DEMO_USER,
)
from sandbox.demo.opening import open_demo
from sandbox.demo.seed import seed

__all__ = [
    "COMPANY",
    "DEMO_E911_TOKEN",
    "DEMO_HUB_TOKEN",
    "DEMO_KEY",
    "DEMO_PBX_TOKEN",
    "DEMO_SECRET",
    "DEMO_STRIPE_KEY",
    "DEMO_SUPPORT_KEY",
    "DEMO_SUPPORT_SECRET",
    "DEMO_SUPPORT_USER",
    "DEMO_USER",
    "open_demo",
    "seed",
]
