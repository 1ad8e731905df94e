locals {
  services = var.image == "" ? {} : var.split_services ? {
    orchestrator = { account = "orchestrator", role = "orchestrator", public = true, maximum = var.scaling.max_instances, minimum = var.scaling.min_instances }
    processor    = { account = "processor", role = "processor", public = false, maximum = var.scaling.processor_max_instances, minimum = 0 }
    websocket    = { account = "processor", role = "websocket", public = true, maximum = var.scaling.max_instances, minimum = 0 }
    } : {
    orchestrator = { account = "orchestrator", role = "all", public = true, maximum = var.scaling.max_instances, minimum = var.scaling.min_instances }
  }

  environment = merge(
    # In front of a service's own URL is Google's frontend, which appends the address that it was called from to X-Forwarded-For;
    # whatever is left of that is the caller's word. Behind a load balancer `environment` says 2: it appends its own address, too.
    { RUNVOY_TRUSTED_PROXIES = "1" },
    var.environment,
    {
      RUNVOY_BACKEND_PROVIDER = "gcp"
      RUNVOY_HOST             = "0.0.0.0"
      RUNVOY_PORT             = "8080"
      # Viewers' sockets are on the websocket service.
      RUNVOY_PUBLIC_URL = local.urls.websocket
      # SIGKILL comes ten seconds after SIGTERM.
      RUNVOY_SHUTDOWN_GRACE = "8s"

      RUNVOY_GCP_PROJECT_ID                  = var.project_id
      RUNVOY_GCP_REGION                      = var.region
      RUNVOY_GCP_ORCHESTRATOR_SERVICE        = local.service_of_role.orchestrator
      RUNVOY_GCP_PROCESSOR_SERVICE           = local.service_of_role.processor
      RUNVOY_GCP_WEBSOCKET_SERVICE           = local.service_of_role.websocket
      RUNVOY_GCP_FIRESTORE_DATABASE          = local.database
      RUNVOY_GCP_FIRESTORE_COLLECTION_PREFIX = local.collection_prefix
      RUNVOY_GCP_SECRETS_PREFIX              = local.secrets_prefix
      RUNVOY_GCP_JOB_DEFAULT_REGION          = var.region
      RUNVOY_GCP_JOB_DEFAULT_SERVICE_ACCOUNT = google_service_account.this["job"].email
      RUNVOY_GCP_EVENTARC_TOPIC              = google_pubsub_topic.stream["events"].name
      RUNVOY_GCP_PUBSUB_LOGS_TOPIC           = google_pubsub_topic.stream["logs"].name
      RUNVOY_GCP_HEALTH_RECONCILE_SCHEDULE   = var.reconcile_schedule
      RUNVOY_GCP_LOG_RETENTION_DAYS          = tostring(var.log_retention_days)
      RUNVOY_GCP_OBSERVABILITY_ENABLED       = tostring(var.metrics)
      RUNVOY_GCP_METRICS_NAMESPACE           = var.name
      RUNVOY_GCP_PROCESSOR_URL               = local.urls.processor
      RUNVOY_GCP_PUSH_SERVICE_ACCOUNT        = google_service_account.this["push"].email
      RUNVOY_GCP_PUSH_AUDIENCE               = local.audience
    },
    var.encrypt_secrets ? { RUNVOY_GCP_SECRETS_KMS_KEY = local.secrets_key } : {},
    var.docker_hub_mirror ? { RUNVOY_GCP_ARTIFACT_REGISTRY_REPO = google_artifact_registry_repository.docker_hub[0].repository_id } : {},
    local.connector == null ? {} : { RUNVOY_GCP_VPC_CONNECTOR = local.connector, RUNVOY_GCP_VPC_EGRESS = var.vpc.egress },
  )
}

resource "google_cloud_run_v2_service" "this" {
  for_each = local.services

  project             = var.project_id
  location            = var.region
  name                = "${var.name}-${each.key}"
  labels              = local.labels
  deletion_protection = false
  # Pub/Sub and Scheduler come from outside the project's networks, so the processor is closed by IAM and not by ingress.
  ingress              = "INGRESS_TRAFFIC_ALL"
  invoker_iam_disabled = each.value.public && !var.open_by_all_users

  template {
    service_account                  = google_service_account.this[each.value.account].email
    labels                           = local.labels
    max_instance_request_concurrency = var.scaling.concurrency
    # Of a socket, too: clients are told to reconnect before.
    timeout               = "3600s"
    execution_environment = "EXECUTION_ENVIRONMENT_GEN2"
    session_affinity      = each.value.role != "processor"

    scaling {
      min_instance_count = each.value.minimum
      max_instance_count = each.value.maximum
    }

    containers {
      name  = "server"
      image = var.image

      ports {
        # HTTP/1.1: WebSockets do not work with end-to-end HTTP/2.
        name           = "http1"
        container_port = 8080
      }

      resources {
        limits            = { cpu = var.scaling.cpu, memory = var.scaling.memory }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = merge(local.environment, { RUNVOY_ROLE = each.value.role })

        content {
          name  = env.key
          value = env.value
        }
      }

      # Not /healthz, which Google's frontend keeps for itself.
      startup_probe {
        period_seconds    = 1
        timeout_seconds   = 1
        failure_threshold = 30

        http_get {
          path = local.health_path
        }
      }

      liveness_probe {
        period_seconds    = 30
        timeout_seconds   = 5
        failure_threshold = 3

        http_get {
          path = local.health_path
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = length("https://${var.name}-${each.key}-${local.number}") - 8 <= 63
      error_message = "The name is too long: the first part of a service's URL may have 63 characters."
    }
  }

  depends_on = [
    google_firestore_database.this,
    google_project_iam_member.grant,
    google_pubsub_subscription_iam_member.grant,
    google_pubsub_topic_iam_member.grant,
    google_service_account_iam_member.run_as,
    google_kms_crypto_key_iam_member.secrets,
  ]
}

locals {
  health_path = "/api/v1/health"
}

resource "google_cloud_run_v2_service_iam_member" "public" {
  for_each = { for name, service in local.services : name => service if service.public && var.open_by_all_users }

  project  = var.project_id
  location = var.region
  name     = google_cloud_run_v2_service.this[each.key].name
  role     = "roles/run.invoker"
  member   = "allUsers"
}

# Where all is one service, its IAM check is off and the server verifies the tokens itself; the grant says who may in both.
resource "google_cloud_run_v2_service_iam_member" "push" {
  for_each = { for name, service in local.services : name => service if contains(["all", "processor"], service.role) }

  project  = var.project_id
  location = var.region
  name     = google_cloud_run_v2_service.this[each.key].name
  role     = "roles/run.invoker"
  member   = google_service_account.this["push"].member
}
