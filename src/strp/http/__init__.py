"""What every door shares: rules on requests and answers that belong to no single one of them."""
