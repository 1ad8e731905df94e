resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  project      = var.project_id
  display_name = "${var.name}: ${each.key}"
  type         = "email"
  labels       = { email_address = each.key }

  depends_on = [google_project_service.api]
}

locals {
  channels = [for channel in google_monitoring_notification_channel.email : channel.id]

  thresholds = {
    dead_letters = {
      title     = "events could not be handled"
      filter    = "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"${google_pubsub_subscription.dead_letter.name}\" AND metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      aligner   = "ALIGN_MAX"
      threshold = 0
      duration  = "0s"
      advice    = "Ten deliveries of an event failed. The records are put right by the hourly reconciliation; the cause is in the processor's log. Read the events: gcloud pubsub subscriptions pull ${google_pubsub_subscription.dead_letter.name} --limit=10"
    }
    late_events = {
      title     = "events wait for more than ten minutes"
      filter    = "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"${google_pubsub_subscription.push["events"].name}\" AND metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
      aligner   = "ALIGN_MAX"
      threshold = 600
      duration  = "300s"
      advice    = "The processor does not answer, or refuses: look at its log, and at the delivery errors of the subscription. The usual cause is an audience or a push account that differs between subscription and service."
    }
    server_errors = {
      title     = "the server fails"
      filter    = "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = monitoring.regex.full_match(\"${var.name}-(orchestrator|processor|websocket)\") AND metric.type = \"run.googleapis.com/request_count\" AND metric.labels.response_code_class = \"5xx\""
      aligner   = "ALIGN_RATE"
      threshold = 0.05
      duration  = "300s"
      advice    = "More than three requests a minute end in an error of the server, for five minutes. runvoy trace <request id> shows what happened to one."
    }
  }
}

resource "google_monitoring_alert_policy" "threshold" {
  for_each = local.thresholds

  project               = var.project_id
  display_name          = "${var.name}: ${each.value.title}"
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = local.labels

  conditions {
    display_name = each.value.title

    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.threshold
      duration        = each.value.duration

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    content   = each.value.advice
    mime_type = "text/markdown"
  }

  depends_on = [google_project_service.api]
}

resource "google_monitoring_alert_policy" "reconcile" {
  project               = var.project_id
  display_name          = "${var.name}: reconciliation fails"
  combiner              = "OR"
  notification_channels = local.channels
  user_labels           = local.labels

  conditions {
    display_name = "Scheduler reports an error"

    condition_matched_log {
      filter = "resource.type=\"cloud_scheduler_job\" AND resource.labels.job_id=\"${google_cloud_scheduler_job.reconcile.name}\" AND severity>=ERROR"
    }
  }

  alert_strategy {
    auto_close = "86400s"

    # Required for conditions on log entries.
    notification_rate_limit {
      period = "21600s"
    }
  }

  documentation {
    content   = "What an event that was lost did not tell stays unknown until this works again. Try: gcloud scheduler jobs run ${google_cloud_scheduler_job.reconcile.name} --location=${var.region}"
    mime_type = "text/markdown"
  }
}
