"""How far two runs agree on the same pictures."""
