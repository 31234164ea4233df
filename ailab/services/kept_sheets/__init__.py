"""Sheets of models of the Hub, which the lab keeps in a folder of its own."""
