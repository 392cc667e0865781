"""Paper and pictures: PDF, QR, zip, photos, evidence."""
