# A root module that uses this one. For a real one, keep the state in a bucket: see README.md.
terraform {
  required_version = ">= 1.3.10"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
  }
}

variable "project_id" {
  type        = string
  description = "Project that runvoy lives in."
}

variable "image" {
  type        = string
  default     = ""
  description = "The server's image; empty on the first apply."
}

provider "google" {
  project = var.project_id
}

module "runvoy" {
  source = "../.."

  project_id   = var.project_id
  region       = "europe-west1"
  image        = var.image
  alert_emails = ["ops@example.com"]

  environment = {
    RUNVOY_DEFAULT_TIMEOUT = "2h"
  }
}

output "api_endpoint" {
  value = module.runvoy.api_endpoint
}

output "image_repository" {
  value = module.runvoy.image_repository
}
