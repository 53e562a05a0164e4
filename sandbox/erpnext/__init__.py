"""A small ERPNext: Frappe's REST API over the sandbox's SQLite world, driven by metadata."""
