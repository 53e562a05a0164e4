"""How people reach the agent: they carry messages in and draw blocks out, and decide nothing."""
