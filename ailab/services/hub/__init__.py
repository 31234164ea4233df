"""The Hugging Face Hub: queries, model values, errors, and the service that asks for them."""
