"""Profiles, applications, quick-hire offers and claims, from interest to a confirmed hire."""
