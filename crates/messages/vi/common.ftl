test-only = x
