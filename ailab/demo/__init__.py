"""An embedded Hub on loopback with small trained models and sample pictures of its own."""
