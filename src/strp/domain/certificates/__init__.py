"""Rules of certificates: their claims, their life, what a check says of them."""
