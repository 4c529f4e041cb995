"""Chat of any room, and its moderation."""
