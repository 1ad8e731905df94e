resource "google_artifact_registry_repository" "images" {
  project       = var.project_id
  location      = var.region
  repository_id = "${var.name}-images"
  description   = "The server's image, and images of this team."
  format        = "DOCKER"
  labels        = local.labels

  cleanup_policies {
    id     = "untagged"
    action = "DELETE"

    condition {
      tag_state  = "UNTAGGED"
      older_than = "2592000s"
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_artifact_registry_repository" "docker_hub" {
  count = var.docker_hub_mirror ? 1 : 0

  project       = var.project_id
  location      = var.region
  repository_id = "${var.name}-docker-hub"
  description   = "Docker Hub, cached: its limit for anonymous pulls would fail runs."
  format        = "DOCKER"
  mode          = "REMOTE_REPOSITORY"
  labels        = local.labels

  remote_repository_config {
    docker_repository {
      public_repository = "DOCKER_HUB"
    }
  }

  # The cache fills again by itself.
  cleanup_policies {
    id     = "old"
    action = "DELETE"

    condition {
      older_than = "7776000s"
    }
  }

  depends_on = [google_project_service.api]
}
