"""pandan 判单: takes orders from many shops and decides each by rules that operations staff draw."""
