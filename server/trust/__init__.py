"""The officers' gate: what waits for review, and what was decided by whom."""
