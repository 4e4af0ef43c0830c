"""Rule packs: the order vocabulary, the document, its checks and its sentences."""

from app.rulebook.pack import CompiledPack, load_pack

__all__ = ["CompiledPack", "load_pack"]
