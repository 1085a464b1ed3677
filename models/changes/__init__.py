"""What happens when a row is saved, and in which order."""
