"""People, their sessions and roles, and the employer organisations they belong to."""
