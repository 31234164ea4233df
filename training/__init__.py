"""Pictures drawn by rule, and the small networks trained on them for the embedded Hub."""
