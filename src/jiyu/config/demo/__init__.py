"""The demo company: its files, and how it is set up from them."""
