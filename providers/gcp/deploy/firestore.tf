locals {
  # The code's own file; beside the module where it was packed for Infrastructure Manager.
  indexes_file = fileexists("${path.module}/firestore.indexes.json") ? "${path.module}/firestore.indexes.json" : "${path.module}/../firestore.indexes.json"
  indexes      = jsondecode(file(local.indexes_file))

  composite_indexes = {
    for index in local.indexes.indexes :
    join(" ", concat([index.collectionGroup], [for field in index.fields : "${field.fieldPath}:${try(field.order, field.arrayConfig)}"])) => index
  }
  field_overrides = {
    for field in local.indexes.fieldOverrides : "${field.collectionGroup} ${field.fieldPath}" => field
  }
}

resource "google_firestore_database" "this" {
  count = var.firestore_database_exists ? 0 : 1

  project     = var.project_id
  name        = local.database
  location_id = coalesce(var.firestore_location, var.region)
  type        = "FIRESTORE_NATIVE"

  delete_protection_state = var.keep_data ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy         = var.keep_data ? "ABANDON" : "DELETE"

  depends_on = [google_project_service.api]
}

resource "google_firestore_index" "this" {
  for_each = local.composite_indexes

  project     = var.project_id
  database    = local.database
  collection  = replace(each.value.collectionGroup, "/^runvoy-/", local.collection_prefix)
  query_scope = try(each.value.queryScope, "COLLECTION")

  dynamic "fields" {
    for_each = each.value.fields

    content {
      field_path   = fields.value.fieldPath
      order        = try(fields.value.order, null)
      array_config = try(fields.value.arrayConfig, null)
    }
  }

  depends_on = [google_firestore_database.this]
}

resource "google_firestore_field" "this" {
  for_each = local.field_overrides

  project    = var.project_id
  database   = local.database
  collection = replace(each.value.collectionGroup, "/^runvoy-/", local.collection_prefix)
  field      = each.value.fieldPath

  # An empty block is an exemption: the field has no index at all.
  index_config {
    dynamic "indexes" {
      for_each = try(each.value.indexes, [])

      content {
        order        = try(indexes.value.order, null)
        array_config = try(indexes.value.arrayConfig, null)
        query_scope  = try(indexes.value.queryScope, "COLLECTION")
      }
    }
  }

  dynamic "ttl_config" {
    for_each = try(each.value.ttl, false) ? [true] : []

    content {}
  }

  depends_on = [google_firestore_database.this]
}
