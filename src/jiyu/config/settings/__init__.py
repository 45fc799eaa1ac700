"""Settings by concern: `base` for everybody, `runtime` for the program, `test` for the tests."""
