"""The media engine: forwards what a browser sends to those who watch, and never decodes it.

It knows no web, no SQL and nothing of the live domain above it; `server/node.py` is its skin.
"""
