"""花名册: what a roster file says about people, read without guessing, settled by answers, undone whole."""
