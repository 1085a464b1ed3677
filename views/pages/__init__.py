"""The few pages that are not registers."""
