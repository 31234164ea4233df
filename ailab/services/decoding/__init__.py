"""Strangers' pictures decoded in a small process of their own, within walls."""
