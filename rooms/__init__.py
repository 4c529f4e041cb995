"""The live domain: rooms, their journal of facts, presence. No web, no SQL, no Redis."""
