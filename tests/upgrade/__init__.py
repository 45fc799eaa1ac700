"""Databases of earlier versions, and proof that this version takes them over without changing a result."""
