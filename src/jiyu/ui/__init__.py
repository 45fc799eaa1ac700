"""Base pages, parts and navigation; no business tables."""
