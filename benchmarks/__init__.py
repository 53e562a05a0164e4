"""What is timed, and printed for people to compare; nothing here asserts."""
