"""The demo shop: server-rendered pages over the published catalogue, with shelves of recommendations."""
