"""The recovery code (恢复码): how an owner who lost every session comes in again."""
