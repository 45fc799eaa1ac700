"""Coming in: passwords, invitations, badge and PIN, sessions, and what stops guessing. The door is `public`."""
