"""How fast the product is, measured beside limits written by hand in the same run: `python -m bench`."""
