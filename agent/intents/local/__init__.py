"""The local engine: reads a message in milliseconds without a model, and knows when it does not understand."""
