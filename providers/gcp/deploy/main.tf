data "google_project" "this" {
  project_id = var.project_id
}

locals {
  number   = data.google_project.this.number
  database = coalesce(var.firestore_database, var.name)
  labels   = merge(var.labels, { runvoy = var.name })

  # Known before the services exist, which breaks the circle of a service that must know its own URL, and of
  # subscriptions that must know the service.
  urls = { for role, service in local.service_of_role : role => "https://${service}-${local.number}.${var.region}.run.app" }

  # Which service does the work of a role.
  service_of_role = {
    orchestrator = "${var.name}-orchestrator"
    processor    = var.split_services ? "${var.name}-processor" : "${var.name}-orchestrator"
    websocket    = var.split_services ? "${var.name}-websocket" : "${var.name}-orchestrator"
  }

  # What push subscriptions and Scheduler ask tokens for, and what the processor expects of them.
  audience = local.urls.processor

  collection_prefix = "${var.name}-"
  secrets_prefix    = "${var.name}-secrets"

  apis = toset([
    "artifactregistry.googleapis.com",
    "cloudkms.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "cloudscheduler.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "serviceusage.googleapis.com",
  ])
}

resource "google_project_service" "api" {
  for_each = var.vpc == null ? local.apis : setunion(local.apis, ["vpcaccess.googleapis.com"])

  project = var.project_id
  service = each.key
  # Others in the project may use it.
  disable_on_destroy = false
}
