"""Typed async clients of the systems the company runs on: time-outs, retries and errors, and no business rule."""
