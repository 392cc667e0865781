"""What each number of the reports is called and how it is counted, once for every door."""
