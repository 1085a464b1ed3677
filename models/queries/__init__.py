"""What is asked of the rows: search and order, columns read in one go, uses, overview and quality."""
