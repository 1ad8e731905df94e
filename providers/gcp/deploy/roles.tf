# Who may do what: roles of this deployment's own, made from the table that says what the code calls and that the simulator refuses
# calls by. The predefined roles that the table names beside them hold several times as many permissions. README.md says where this
# differs from the architecture's matrix.
locals {
  table = jsondecode(file("${path.module}/permissions.json")).accounts

  # In one service, the orchestrator's account does the processor's work too.
  account_of_role = {
    orchestrator = "orchestrator"
    processor    = var.split_services ? "processor" : "orchestrator"
    job          = "job"
  }

  # What a grant is for decides where it can be bound: first match wins, and what matches nothing is not in here.
  scopes = {
    runs     = "/secrets/runvoy-exec-"
    secrets  = "/secrets/runvoy-"
    database = "/databases/"
    accounts = "/serviceAccounts/runvoy-"
    topics   = "/topics/"
    pushes   = "/subscriptions/"
  }

  grants_of_table = flatten([
    for role in keys(local.account_of_role) : [
      for grant in local.table["runvoy-${role}"].grants : [
        for permission in grant.permissions : {
          role       = role
          permission = permission
          # What does not exist yet has no policy and no name.
          scope = endswith(permission, ".create") && !startswith(permission, "datastore.") ? "project" : try(
            [for scope in ["runs", "secrets", "database", "accounts", "topics", "pushes"] : scope if length(split(local.scopes[scope], join(" ", grant.resources))) > 1][0],
            "project",
          )
        } if var.metrics || !can(regex("^(monitoring|cloudtrace)\\.", permission))
      ]
    ]
  ])

  permissions = {
    for grant in local.grants_of_table : "${grant.role}_${grant.scope}" => grant.permission...
    # Accounts to act as are listed one by one in accounts.tf.
    if grant.scope != "accounts"
  }

  grants = {
    for name, permissions in local.permissions : name => {
      account = local.account_of_role[split("_", name)[0]]
      scope   = split("_", name)[1]
      # Transactions begin with databases.get (Firestore's documentation; the emulator has no IAM to show it).
      permissions = distinct(concat(permissions, endswith(name, "_database") ? ["datastore.databases.get"] : []))
    }
  }

  # Conditions know secrets by the number of the project.
  conditions = {
    runs     = "resource.name.startsWith(\"projects/${local.number}/secrets/${var.name}-exec-\")"
    secrets  = "resource.name.startsWith(\"projects/${local.number}/secrets/${var.name}-\")"
    database = "resource.name == \"projects/${var.project_id}/databases/${local.database}\""
  }
}

resource "google_project_iam_custom_role" "grant" {
  for_each = local.grants

  project     = var.project_id
  role_id     = "${replace(var.name, "-", "_")}_${each.key}"
  title       = "${var.name} ${replace(each.key, "_", ": ")}"
  description = "What the ${split("_", each.key)[0]} calls, from permissions.json."
  permissions = each.value.permissions

  depends_on = [google_project_service.api]
}

resource "google_project_iam_member" "grant" {
  for_each = { for name, grant in local.grants : name => grant if !contains(["topics", "pushes"], grant.scope) }

  project = var.project_id
  role    = google_project_iam_custom_role.grant[each.key].id
  member  = google_service_account.this[each.value.account].member

  dynamic "condition" {
    for_each = each.value.scope == "project" ? [] : [local.conditions[each.value.scope]]

    content {
      title      = "${var.name} only"
      expression = condition.value
    }
  }
}

# Pub/Sub knows no conditions on names, so these are bound to what they are for.
resource "google_pubsub_topic_iam_member" "grant" {
  for_each = contains(keys(local.grants), "processor_topics") ? toset(keys(local.streams)) : toset([])

  project = var.project_id
  topic   = google_pubsub_topic.stream[each.key].name
  role    = google_project_iam_custom_role.grant["processor_topics"].id
  member  = google_service_account.this[local.account_of_role.processor].member
}

resource "google_pubsub_subscription_iam_member" "grant" {
  for_each = contains(keys(local.grants), "processor_pushes") ? toset(keys(local.streams)) : toset([])

  project      = var.project_id
  subscription = google_pubsub_subscription.push[each.key].name
  role         = google_project_iam_custom_role.grant["processor_pushes"].id
  member       = google_service_account.this[local.account_of_role.processor].member
}
