"""One function per action: resolve its mentions live, then answer, ask, refuse, or draft a plan. Tools only read."""
