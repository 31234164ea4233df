"""One file per pipeline tag: from the network's raw outputs to a prediction."""
