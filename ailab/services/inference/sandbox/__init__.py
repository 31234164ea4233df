"""The walls around the inference worker; see `enter_sandbox`."""
