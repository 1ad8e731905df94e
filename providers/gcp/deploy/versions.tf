terraform {
  # Infrastructure Manager runs 1.5.7 at the newest, so nothing here needs more.
  required_version = ">= 1.3.10"

  required_providers {
    google = {
      source = "hashicorp/google"
      # Every attribute is checked against the schema of 6.50 (test/deploy/google-schema.json).
      version = "~> 6.50"
    }
  }
}
