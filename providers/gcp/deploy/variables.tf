variable "project_id" {
  type        = string
  description = "Id (not the number) of the project that runvoy lives in."

  validation {
    condition     = can(regex("^([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the id of a project, such as my-project-1, not its number or its display name."
  }
}

variable "region" {
  type        = string
  default     = "us-central1"
  description = "Region of the services, the jobs and everything else that has one. It must offer Cloud Run, Cloud Scheduler and Firestore."

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "Give a region, such as us-central1, not a zone."
  }
}

variable "name" {
  type        = string
  default     = "runvoy"
  description = "Name of this deployment: what everything it makes begins with. Two deployments in one project need two names."

  validation {
    # With -orchestrator a service account's id, of 30 characters at most.
    condition     = can(regex("^[a-z][a-z0-9-]{2,11}[a-z0-9]$", var.name))
    error_message = "Give 4 to 13 lower-case letters, digits and dashes, starting with a letter and not ending in a dash."
  }
}

variable "image" {
  type        = string
  default     = ""
  description = "Image of the server, in Artifact Registry or on Docker Hub. Empty on the first apply: everything but the services is made, the registry to push it to included."

  validation {
    condition     = var.image == "" || can(regex("^[a-z0-9.-]+(/[A-Za-z0-9._-]+)+(:[A-Za-z0-9._-]+)?(@sha256:[0-9a-f]{64})?$", var.image))
    error_message = "Give an image with its registry, such as us-central1-docker.pkg.dev/my-project-1/runvoy-images/runvoy:1.0.0."
  }
}

variable "split_services" {
  type        = bool
  default     = false
  description = "Three services (orchestrator, processor, websocket) in place of one that does everything. The processor is then closed to the internet."
}

variable "scaling" {
  type = object({
    min_instances           = optional(number, 0)
    max_instances           = optional(number, 4)
    processor_max_instances = optional(number, 2)
    cpu                     = optional(string, "1")
    memory                  = optional(string, "512Mi")
    concurrency             = optional(number, 250)
  })
  default     = {}
  description = "Size of a service. The maximum of instances bounds what a day can cost. Few processor instances let log lines gather in large writes."

  validation {
    condition     = var.scaling.min_instances >= 0 && var.scaling.max_instances >= 1 && var.scaling.min_instances <= var.scaling.max_instances && var.scaling.max_instances <= 100 && var.scaling.processor_max_instances >= 1 && var.scaling.processor_max_instances <= 100
    error_message = "Give 0 <= min_instances <= max_instances <= 100, and 1 to 100 for processor_max_instances."
  }
  validation {
    condition     = contains(["1", "2", "4", "8"], var.scaling.cpu) && can(regex("^[0-9]+(Mi|Gi)$", var.scaling.memory))
    error_message = "Give cpu as 1, 2, 4 or 8 (less than 1 allows only one request at a time), and memory as 512Mi or 2Gi."
  }
  validation {
    condition     = var.scaling.concurrency >= 1 && var.scaling.concurrency <= 1000
    error_message = "Give 1 to 1000 for concurrency."
  }
}

variable "open_by_all_users" {
  type        = bool
  default     = false
  description = "Let callers in by a grant to allUsers in place of switching off the IAM check of the service. Organisations that restrict sharing to their domain refuse it."
}

variable "firestore_database" {
  type        = string
  default     = ""
  description = "Id of the Firestore database that is made. Default: the deployment's name."

  validation {
    condition     = var.firestore_database == "" || can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.firestore_database))
    error_message = "Give 4 to 63 lower-case letters, digits and dashes, starting with a letter. (default) is left to other programs."
  }
}

variable "firestore_location" {
  type        = string
  default     = ""
  description = "Location of the database, for ever: a region, or nam5 or eur3 (twice the price). Default: the region."
}

variable "firestore_database_exists" {
  type        = bool
  default     = false
  description = "The database is there already, and is used as it is: that of a deployment which was destroyed with its data kept."
}

variable "keep_data" {
  type        = bool
  default     = true
  description = "Protect the database from being deleted, and leave it behind when the module is destroyed. Set to false, apply, and destroy to lose everything."
}

variable "encrypt_secrets" {
  type        = bool
  default     = true
  description = "Encrypt the values of secrets with a key of this deployment. Needs the Secret Manager service agent to exist: gcloud beta services identity create --service=secretmanager.googleapis.com. Never changed for secrets that exist."
}

variable "secrets_key" {
  type        = string
  default     = ""
  description = "A key that exists, to encrypt secrets with in place of a new one: that of a deployment which was destroyed. Key rings and keys can never be deleted, nor made twice."

  validation {
    condition     = var.secrets_key == "" || can(regex("^projects/[^/]+/locations/global/keyRings/[^/]+/cryptoKeys/[^/]+$", var.secrets_key))
    error_message = "Give a key in the location global (secrets are replicated automatically): projects/…/locations/global/keyRings/…/cryptoKeys/…"
  }
}

variable "task_service_accounts" {
  type        = list(string)
  default     = []
  description = "E-mail addresses of further service accounts that images may be registered with (--task-role). Nobody can run a command as any other."

  validation {
    condition     = alltrue([for email in var.task_service_accounts : can(regex("^[a-z0-9-]+@[a-z0-9.-]+\\.gserviceaccount\\.com$", email))])
    error_message = "Give e-mail addresses of service accounts, such as deployer@my-project-1.iam.gserviceaccount.com."
  }
}

variable "docker_hub_mirror" {
  type        = bool
  default     = true
  description = "Make a remote repository for Docker Hub, so that its limit for anonymous pulls does not fail runs."
}

variable "vpc" {
  type = object({
    connector     = optional(string)
    network       = optional(string)
    ip_cidr_range = optional(string)
    egress        = optional(string, "private-ranges-only")
  })
  default     = null
  description = "Send the traffic of commands through a VPC: a connector that exists, or the network (and a free /28) to make one in. A connector costs money while idle."

  validation {
    condition     = var.vpc == null || try((var.vpc.connector != null) != (var.vpc.network != null && var.vpc.ip_cidr_range != null), false)
    error_message = "Give either connector, or both network and ip_cidr_range."
  }
  validation {
    condition     = var.vpc == null || try(contains(["private-ranges-only", "all-traffic"], var.vpc.egress), false)
    error_message = "Give egress as private-ranges-only or all-traffic."
  }
}

variable "reconcile_schedule" {
  type        = string
  default     = "0 * * * *"
  description = "When records are compared with the cloud, as cron writes it, UTC."

  validation {
    condition     = length(split(" ", trimspace(var.reconcile_schedule))) == 5
    error_message = "Give five fields, such as 0 * * * * for once an hour."
  }
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "Days that the output of runs is kept."

  validation {
    condition     = var.log_retention_days >= 1 && var.log_retention_days <= 3650 && floor(var.log_retention_days) == var.log_retention_days
    error_message = "Give 1 to 3650 days."
  }
}

variable "alert_emails" {
  type        = list(string)
  default     = []
  description = "Who is told when something is broken. The alerts exist, and show in the console, without anybody too."

  validation {
    condition     = alltrue([for email in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+$", email))])
    error_message = "Give e-mail addresses."
  }
}

variable "metrics" {
  type        = bool
  default     = false
  description = "Let the server write metrics to Cloud Monitoring, beside its log."
}

variable "environment" {
  type        = map(string)
  default     = {}
  description = "Further settings of the server, such as RUNVOY_WEB_URL or RUNVOY_DEFAULT_TIMEOUT. No secrets: whoever may view the service sees them."

  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^RUNVOY_[A-Z0-9_]+$", name)) && !startswith(name, "RUNVOY_GCP_")])
    error_message = "Only settings that begin with RUNVOY_, and not RUNVOY_GCP_, which the module sets itself."
  }
}

variable "labels" {
  type        = map(string)
  default     = {}
  description = "Labels of everything that can have some."
}
