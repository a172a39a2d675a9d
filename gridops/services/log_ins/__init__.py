"""Log-ins of staff as an administrator of rights keeps them: found, made, given roles, closed. ``services.accounts`` is what stands below."""
