"""The only module that knows everything below it: builds a `Library` from settings."""
