"""The 911 provider's side: what it has registered, which is not always what the company believes."""
