"""Folder runs on Ray Data (extra `ray`): one's own machine as a cluster, or a cluster."""
