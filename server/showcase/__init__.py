"""Live rooms: who may host, the bag and the pinned job, going live and ending."""
