"""Models of the Hub that were turned into ONNX on this machine."""
