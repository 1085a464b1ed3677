"""Charts drawn on the server: marks with places and kinds, that a template writes as SVG and as a table of the same."""
