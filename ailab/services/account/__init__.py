"""The person's account on the Hub: where their access token lies, signing in and out."""
