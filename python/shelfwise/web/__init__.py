"""What the collector, the API and the storefront share as web servers: errors, headers, the process."""
