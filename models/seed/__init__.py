"""Filling the database: facts always, a demo for people who look around, and a large set for the bench."""
