# Secrets are replicated automatically, and that takes a key in the location global.
locals {
  makes_key   = var.encrypt_secrets && var.secrets_key == ""
  secrets_key = var.encrypt_secrets ? (local.makes_key ? one(google_kms_crypto_key.secrets[*].id) : var.secrets_key) : null
}

resource "google_kms_key_ring" "this" {
  count = local.makes_key ? 1 : 0

  project  = var.project_id
  name     = var.name
  location = "global"

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.api]
}

resource "google_kms_crypto_key" "secrets" {
  count = local.makes_key ? 1 : 0

  name            = "secrets"
  key_ring        = google_kms_key_ring.this[0].id
  rotation_period = "7776000s"
  labels          = local.labels

  lifecycle {
    # Destroying a key destroys every value that was ever encrypted with it.
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "secrets" {
  count = var.encrypt_secrets ? 1 : 0

  crypto_key_id = local.secrets_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = local.agents.secretmanager
}
