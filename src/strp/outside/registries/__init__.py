"""Files of the city and the ministries: employers, regions, policies."""
