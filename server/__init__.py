"""The Starlette application, its media process and its command line."""
