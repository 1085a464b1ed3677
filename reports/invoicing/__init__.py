"""Invoices as paper and sheets: one document each, one workbook and one ledger for a run. Nothing is reckoned here."""
