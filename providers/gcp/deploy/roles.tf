# Who may do what: roles of this deployment's own with exactly the permissions that the server uses, because the predefined
# ones (run.developer, secretmanager.admin) hold several times as many. README.md says where and why this differs from the
# architecture's matrix.
locals {
  in_database = "resource.name == \"projects/${var.project_id}/databases/${local.database}\""
  # Conditions know secrets by the number of the project.
  secret_named = { for what, prefix in { values = "${local.secrets_prefix}-", runs = local.run_prefix } :
    what => "resource.name.startsWith(\"projects/${local.number}/secrets/${prefix}\")"
  }

  grants = {
    orchestrator_runs = {
      role  = "orchestrator"
      title = "start and stop runs, read their logs"
      permissions = [
        "logging.logEntries.list",
        "run.executions.cancel",
        "run.executions.get",
        "run.executions.list",
        "run.jobs.create",
        "run.jobs.delete",
        "run.jobs.get",
        "run.jobs.list",
        "run.jobs.run",
        "run.jobs.runWithOverrides",
        "run.jobs.update",
        "run.operations.get",
        "run.tasks.get",
        "run.tasks.list",
        # The name of a secret that does not exist yet cannot be a condition.
        "secretmanager.secrets.create",
        "secretmanager.secrets.list",
      ]
      condition = null
    }
    orchestrator_data = {
      role        = "orchestrator"
      title       = "read and write records"
      permissions = local.document_permissions
      condition   = local.in_database
    }
    orchestrator_secrets = {
      role  = "orchestrator"
      title = "keep secrets, and hand a run its own"
      permissions = [
        "secretmanager.secrets.delete",
        "secretmanager.secrets.get",
        "secretmanager.secrets.update",
        "secretmanager.versions.access",
        "secretmanager.versions.add",
        "secretmanager.versions.destroy",
        "secretmanager.versions.list",
      ]
      condition = "${local.secret_named.values} || ${local.secret_named.runs}"
    }
    processor_runs = {
      role  = "processor"
      title = "see how runs end, compare records with the cloud and repair it"
      permissions = concat([
        "iam.serviceAccounts.get",
        "logging.logEntries.list",
        "run.executions.get",
        "run.executions.list",
        "run.jobs.create",
        "run.jobs.get",
        "run.jobs.list",
        "run.operations.get",
        "run.tasks.get",
        "run.tasks.list",
        "secretmanager.secrets.list",
      ], var.metrics ? ["monitoring.timeSeries.create"] : [])
      condition = null
    }
    processor_data = {
      role        = "processor"
      title       = "read and write records"
      permissions = local.document_permissions
      condition   = local.in_database
    }
    processor_secrets = {
      role        = "processor"
      title       = "remove what was handed to a run that is over"
      permissions = ["secretmanager.secrets.delete"]
      condition   = local.secret_named.runs
    }
    job_secrets = {
      role        = "job"
      title       = "read what was handed to a run"
      permissions = ["secretmanager.versions.access"]
      condition   = local.secret_named.runs
    }
  }

  document_permissions = [
    "datastore.databases.get",
    "datastore.entities.create",
    "datastore.entities.delete",
    "datastore.entities.get",
    "datastore.entities.list",
    "datastore.entities.update",
  ]

  # In one service, the orchestrator's account does the processor's work too.
  account_of_role = {
    orchestrator = "orchestrator"
    processor    = var.split_services ? "processor" : "orchestrator"
    job          = "job"
  }
}

resource "google_project_iam_custom_role" "grant" {
  for_each = local.grants

  project     = var.project_id
  role_id     = "${replace(var.name, "-", "_")}_${each.key}"
  title       = "${var.name} ${each.value.role}: ${each.value.title}"
  permissions = each.value.permissions

  depends_on = [google_project_service.api]
}

resource "google_project_iam_member" "grant" {
  for_each = local.grants

  project = var.project_id
  role    = google_project_iam_custom_role.grant[each.key].id
  member  = google_service_account.this[local.account_of_role[each.value.role]].member

  dynamic "condition" {
    for_each = each.value.condition == null ? [] : [each.value.condition]

    content {
      title      = "${var.name} only"
      expression = condition.value
    }
  }
}
