"""Keeping the whole database safe: a copy to a file, back again, and proof that both are whole."""
