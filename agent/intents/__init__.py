"""Words in, typed actions out. Knows actions, the directory and prompts; no client, no plan, no channel."""
