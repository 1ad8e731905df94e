locals {
  connector = var.vpc == null ? null : coalesce(var.vpc.connector, one(google_vpc_access_connector.this[*].id))
}

resource "google_vpc_access_connector" "this" {
  count = try(var.vpc.network, null) == null ? 0 : 1

  project       = var.project_id
  region        = var.region
  name          = "${var.name}-connector"
  network       = var.vpc.network
  ip_cidr_range = var.vpc.ip_cidr_range
  machine_type  = "e2-micro"
  min_instances = 2
  max_instances = 3

  depends_on = [google_project_service.api]
}
