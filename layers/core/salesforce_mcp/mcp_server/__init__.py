"""What `server.build_app` is put together from."""
