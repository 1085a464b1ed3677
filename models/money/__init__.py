"""Rules of money that no register owns: what is to be paid, invoiced, settled; the funds, and the ledger beneath."""
