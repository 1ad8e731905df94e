/** Optional behaviour: either it is there, or a reason says why not. The reason is shown to users and in reports. */
export type Capability = true | { no: string };

/** What a provider can do beyond what the contract demands. Core checks these when a run is submitted, not later. */
export interface Capabilities {
  /** Images are isolated containers. Where not, only {@link Provider.defaultImage} can be used. */
  images: Capability;
  /** `tasks` ends a task by itself when `timeoutSeconds` is over. Where not, core stops it. */
  timeouts: Capability;
  /** The end of a task that used too much memory has the reason `out-of-memory`. */
  outOfMemory: Capability;
  /** A task can be given standard input, up to this many bytes. */
  stdin: { maximumBytes: number } | { no: string };
  /**
   * The provider masks `TaskSpec.maskedValues` before a line can be read from `logs`. Where not, lines reach core as
   * `log-lines` events and core masks them before it appends them.
   */
  masking: Capability;
  /** `logs.archive` holds the cloud's own full record, to fill gaps from. */
  archive: Capability;
  /** Roles or service accounts exist, can be looked up and given to a task. */
  identities: Capability;
}
