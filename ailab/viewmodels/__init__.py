"""Observable state and what a person can do, without widgets."""
