"""Models on a server that speaks the Open Inference Protocol."""
