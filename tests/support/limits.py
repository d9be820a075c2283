"""How long things may take that a person waits for."""

ENDS_WITHIN_S = 9.0
"""From asking a process to end until it has. Three seconds are promised where nothing else is at work; tests
share their cores with other tests, and get three times that."""
