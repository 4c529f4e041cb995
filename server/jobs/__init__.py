"""Postings: written by an employer, public only once an officer approved them."""
