"""Evaluations: data sets of real phrases, and the scorer that says how well the agent understood them.

Enters: YAML files in the format of pydantic-evals. Leaves: a report, and an exit code that a build can rely on.
It judges and never helps: nothing here is imported by the agent, and no rule of understanding lives here.
"""
