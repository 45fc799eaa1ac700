"""From the columns of a number file to records: proposed by head and samples, settled by answers, reused."""
