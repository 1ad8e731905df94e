output "api_endpoint" {
  description = "Where the API and the viewer are: runvoy configure --endpoint <this>."
  value       = local.urls.orchestrator
}

output "websocket_endpoint" {
  description = "Where viewers' sockets are opened."
  value       = replace(local.urls.websocket, "https://", "wss://")
}

output "image_repository" {
  description = "Where to push the server's image, and images of your own."
  value       = "${var.region}-docker.pkg.dev/${replace(var.project_id, ":", "/")}/${google_artifact_registry_repository.images.repository_id}"
}

output "service_accounts" {
  description = "E-mail addresses by what they are for."
  value       = { for name, account in google_service_account.this : name => account.email }
}

output "environment" {
  description = "Settings of the server; with them, runvoy runs on this deployment from anywhere (runvoy infra apply --seed-admin-user does)."
  value       = local.environment
}

output "services" {
  description = "Names of the services that run; none until image is set."
  value       = [for service in google_cloud_run_v2_service.this : service.name]
}
