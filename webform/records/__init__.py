"""KEEPING: whatever survives a restart."""
