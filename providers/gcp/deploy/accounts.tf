locals {
  accounts = {
    orchestrator = "answers the API and starts runs"
    processor    = "handles events and compares records with the cloud (in a service of its own only with split_services)"
    job          = "runs commands: may read the environment of its own run, and nothing else"
    push         = "calls the processor, for Pub/Sub and Scheduler"
  }
}

resource "google_service_account" "this" {
  for_each = local.accounts

  project      = var.project_id
  account_id   = "${var.name}-${each.key}"
  display_name = "${var.name} ${each.key}"
  description  = each.value

  depends_on = [google_project_service.api]
}

# Whom commands may run as: never an account that nobody listed here.
resource "google_service_account_iam_member" "run_as" {
  for_each = {
    for pair in setproduct(local.account_of_role_that_starts, concat(["job"], var.task_service_accounts)) :
    "${pair[0]} as ${pair[1]}" => { who = pair[0], whom = pair[1] }
  }

  service_account_id = each.value.whom == "job" ? google_service_account.this["job"].name : "projects/-/serviceAccounts/${each.value.whom}"
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.this[each.value.who].member
}

# Pub/Sub signs the tokens of its pushes as the push account; in projects made before April 2021 only with this grant.
resource "google_service_account_iam_member" "push_tokens" {
  service_account_id = google_service_account.this["push"].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.agents.pubsub
}

locals {
  agents = {
    pubsub        = "serviceAccount:service-${local.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
    secretmanager = "serviceAccount:service-${local.number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
  }

  # Jobs are made by the orchestrator, and made again by the processor when somebody deleted one.
  account_of_role_that_starts = var.split_services ? ["orchestrator", "processor"] : ["orchestrator"]
}
