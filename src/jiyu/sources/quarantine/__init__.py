"""待处理: rows that could not be taken, with reason and fix, until somebody settles them."""
