"""What workers and the timer run."""
