"""The local engine: reads a message in milliseconds without a model, and knows when it does not understand."""

from agent.intents.local.engine import LocalEngine

__all__ = ["LocalEngine"]
