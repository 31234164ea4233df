"""What lies in the Hugging Face cache, whoever brought it there."""
