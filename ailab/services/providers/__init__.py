"""Running pictures at Hugging Face Inference Providers."""
