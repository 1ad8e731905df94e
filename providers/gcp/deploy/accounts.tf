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
    for pair in concat(
      setproduct(local.accounts_that_start, concat(["job"], var.task_service_accounts)),
      # Repairs subscriptions and Scheduler's job, which sign as this one.
      [[local.account_of_role.processor, "push"]],
    ) : "${pair[0]} as ${pair[1]}" => { who = pair[0], whom = pair[1] }
  }

  service_account_id = contains(keys(local.accounts), each.value.whom) ? google_service_account.this[each.value.whom].name : "projects/-/serviceAccounts/${each.value.whom}"
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
  accounts_that_start = var.split_services ? ["orchestrator", "processor"] : ["orchestrator"]
}
