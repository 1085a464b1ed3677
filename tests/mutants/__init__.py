"""Mutants: logic changed in a copy of the project, one place at a time, to see whether any test notices."""
