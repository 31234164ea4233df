"""What the lab does, without a window: the Hub, the disk, the pictures, the inference worker."""
