"""Rules about anything: compile, evaluate, explain, phrase. Knows no orders; standard library and re2 only."""
