"""The program's version, as commands and backups say it."""

VERSION = "0.1.0"
