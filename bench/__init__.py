"""Benchmarks: claims are ratios against a named limit in the same run."""
