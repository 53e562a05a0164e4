"""The outside world, embedded: the systems that the agent acts on, in small and on one file."""
