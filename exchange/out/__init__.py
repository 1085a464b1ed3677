"""What goes out: a register as a form that people fill in, change and bring back, and as CSV."""
