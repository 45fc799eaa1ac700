"""Commands of the terminal, by noun. Each module adds its own to the parser."""
