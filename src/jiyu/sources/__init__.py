"""Where numbers and rosters come from: connections, mappings, runs, records at the source's own grain
(DESIGN §4)."""
