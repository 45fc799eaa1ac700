"""The pages where everything meets: start, my page, my team, why, and the error pages."""
