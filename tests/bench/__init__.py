"""How fast Orden is, beside an untouched Flask-Admin view and beside code written by hand. `make bench` runs it."""
