"""Rules of money that no register owns: what is settled, the funds, and the ledger beneath them."""
