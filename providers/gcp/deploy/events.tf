# Cloud Logging → topic → push → processor, once for what runs print and once for how they end. Names and settings are those that the
# processor itself looks for and repairs (src/plumbing), so that it finds nothing to do.
locals {
  notifications = "${local.urls.processor}/notifications"

  job_line = join(" AND ", [
    "resource.type=\"cloud_run_job\"",
    "labels.runvoy=\"${var.name}\"",
    "(log_id(\"run.googleapis.com/stdout\") OR log_id(\"run.googleapis.com/stderr\"))",
  ])
  # Not narrowed by method or severity: an entry that is missed is a run whose end is noticed an hour later.
  job_end = join(" AND ", [
    "resource.type=\"cloud_run_job\"",
    "labels.\"run.googleapis.com/execution_name\":\"${var.name}-\"",
    "log_id(\"cloudaudit.googleapis.com/system_event\")",
  ])

  streams = {
    logs = {
      filter = local.job_line
      ack    = 30
      # Lines that cannot be delivered are better dropped than delivered in a storm: gaps are filled from the archive.
      retention   = "3600s"
      backoff     = { minimum = "1s", maximum = "60s" }
      dead_letter = false
    }
    events = {
      filter      = local.job_end
      path        = "/internal/pubsub/events"
      ack         = 60
      retention   = "604800s"
      backoff     = { minimum = "5s", maximum = "300s" }
      dead_letter = true
    }
  }
}

resource "google_pubsub_topic" "stream" {
  for_each = local.streams

  project = var.project_id
  name    = "${var.name}-${each.key}"
  labels  = local.labels

  depends_on = [google_project_service.api]
}

resource "google_pubsub_topic" "dead_letter" {
  project = var.project_id
  name    = "${var.name}-events-dead"
  labels  = local.labels

  depends_on = [google_project_service.api]
}

resource "google_logging_project_sink" "stream" {
  for_each = local.streams

  project                = var.project_id
  name                   = "${var.name}-${each.key}"
  destination            = "pubsub.googleapis.com/${google_pubsub_topic.stream[each.key].id}"
  filter                 = each.value.filter
  unique_writer_identity = true
}

resource "google_pubsub_topic_iam_member" "sink" {
  for_each = local.streams

  project = var.project_id
  topic   = google_pubsub_topic.stream[each.key].name
  role    = "roles/pubsub.publisher"
  member  = google_logging_project_sink.stream[each.key].writer_identity
}

resource "google_pubsub_subscription" "push" {
  for_each = local.streams

  project                    = var.project_id
  name                       = "${var.name}-${each.key}-push"
  topic                      = google_pubsub_topic.stream[each.key].id
  ack_deadline_seconds       = each.value.ack
  message_retention_duration = each.value.retention
  labels                     = local.labels

  push_config {
    push_endpoint = local.notifications

    oidc_token {
      service_account_email = google_service_account.this["push"].email
      audience              = local.audience
    }
  }

  # Never: by default a subscription is deleted after a month in which nothing ran.
  expiration_policy {
    ttl = ""
  }

  retry_policy {
    minimum_backoff = each.value.backoff.minimum
    maximum_backoff = each.value.backoff.maximum
  }

  dynamic "dead_letter_policy" {
    for_each = each.value.dead_letter ? [true] : []

    content {
      dead_letter_topic     = google_pubsub_topic.dead_letter.id
      max_delivery_attempts = 10
    }
  }
}

# Without a subscription, what reaches a dead-letter topic is gone.
resource "google_pubsub_subscription" "dead_letter" {
  project                    = var.project_id
  name                       = "${var.name}-events-dead"
  topic                      = google_pubsub_topic.dead_letter.id
  message_retention_duration = "604800s"
  labels                     = local.labels

  expiration_policy {
    ttl = ""
  }
}

# Dead letters are moved by Pub/Sub itself, which needs to write there and to acknowledge here.
resource "google_pubsub_topic_iam_member" "dead_letter" {
  project = var.project_id
  topic   = google_pubsub_topic.dead_letter.name
  role    = "roles/pubsub.publisher"
  member  = local.agents.pubsub
}

resource "google_pubsub_subscription_iam_member" "dead_letter" {
  project      = var.project_id
  subscription = google_pubsub_subscription.push["events"].name
  role         = "roles/pubsub.subscriber"
  member       = local.agents.pubsub
}

resource "google_cloud_scheduler_job" "reconcile" {
  project          = var.project_id
  region           = var.region
  name             = "${var.name}-reconcile"
  description      = "Compares records with the cloud: what an event that was lost did not tell."
  schedule         = var.reconcile_schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "600s"

  retry_config {
    retry_count = 2
  }

  http_target {
    uri         = local.notifications
    http_method = "POST"
    headers     = { "Content-Type" = "application/json" }
    body        = base64encode(jsonencode({ type = "runvoy.reconcile" }))

    oidc_token {
      service_account_email = google_service_account.this["push"].email
      audience              = local.audience
    }
  }

  depends_on = [google_project_service.api]
}
