"""Models that were turned into ONNX on this machine."""
