"""The engine: Flask-Admin views generated from the declarations, and what they are made of."""
