from tests.servers.llama import llama_tags_url, llama_url

__all__ = ["llama_tags_url", "llama_url"]
